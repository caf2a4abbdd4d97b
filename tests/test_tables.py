"""Tables of results: names stay names, what is missing is named."""

import pandas as pd
import pytest

from topodnn.tables import read_table


def test_names_that_look_like_numbers_or_gaps_stay_names(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("dataset,network,activation,beta_0\nNA,015,relu,3\nNA,015,relu,\n")
    table = read_table(path, ["dataset"])
    assert table["dataset"].tolist() == ["NA", "NA"]
    assert table["network"].tolist() == ["015", "015"]
    assert table["beta_0"].isna().tolist() == [False, True]


def test_a_table_without_a_column_is_refused(tmp_path):
    path = tmp_path / "table.csv"
    pd.DataFrame({"a": [1], "b": [2]}).to_csv(path, index=False)
    assert read_table(path, ["a"])["b"].tolist() == [2]
    with pytest.raises(ValueError, match="has no column 'c'; it has a, b"):
        read_table(path, ["a", "c"])


def test_broken_files_are_refused(tmp_path):
    path = tmp_path / "broken"
    path.write_text("")
    with pytest.raises(ValueError, match="is empty, but must be a table"):
        read_table(path, ["a"])
