"""Tables of results: names stay names, what is missing is named."""

import pandas as pd
import pytest

from topodnn.columns import KIND
from topodnn.job_tables import write_job_table
from topodnn.tables import read_job_table, read_table


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


def test_a_job_table_in_the_folders_of_another_kind_is_refused(tmp_path):
    kind = dict(zip(KIND, ("tori", "4x25", "fast", "relu"), strict=True))
    for folders in ("tori/4x25/fast/relu", "discs/4x25/fast/relu"):
        path = tmp_path / folders / "seeds_0-1.csv"
        path.parent.mkdir(parents=True)
        write_job_table(path, pd.DataFrame([kind | {"seed": 0}]))
    assert len(read_job_table(tmp_path / "tori/4x25/fast/relu/seeds_0-1.csv", ["seed"])) == 1
    with pytest.raises(ValueError, match=r"is damaged \(it is of tori, 4x25, fast, relu\): delete"):
        read_job_table(path, ["seed"])
