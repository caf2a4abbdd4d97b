"""The table of Betti numbers of the logits at every k."""

import pandas as pd
import pytest

from scripts.compare_scales import main as compare_scales
from tests.conftest import KIND
from topodnn.errors import InputError


def network(logits: list[tuple], steps: str = "5 8 11", **about) -> pd.DataFrame:
    """The bars of a network of two layers; those of the logits are given: class, dimension, ..."""
    place = {**KIND, "seed": 3, "well_trained": True, "n_neighbors": 8, "steps": steps}
    place |= {"k_low": 5, "k_high": 11} | about
    names = ["layer", "class", "dimension", "born_k", "gone_k", "count"]
    rows = [(0, 0, 0, 5, None, 9), *((1, *bar) for bar in logits)]
    return pd.DataFrame([{**place, **dict(zip(names, row, strict=True))} for row in rows])


BARS = [
    (0, 0, 5, None, 1), (0, 0, 5, 8, 2), (0, 1, 5, None, 0), (0, 1, 8, None, 4), (0, 1, 5, 8, 3),
    (1, 0, 5, None, 1), (1, 1, 5, None, 2),
]  # fmt: skip


@pytest.fixture
def written(tmp_path):
    """Write barcodes and their table: the CSV, and the texts."""

    def write(*barcodes: pd.DataFrame):
        tables = []
        for bars in barcodes:
            tables.append(tmp_path / f"{'/'.join(bars[[*KIND]].iloc[0])}.csv")
            tables[-1].parent.mkdir(parents=True)
            bars.to_csv(tables[-1], index=False)
        paths = [tmp_path / f"scales.{ending}" for ending in ("csv", "md", "tex")]
        compare_scales(tables, paths)
        return pd.read_csv(paths[0]), *(path.read_text(encoding="utf-8") for path in paths[1:])

    return write


def rows_of(markdown: str) -> list[list[str]]:
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")][5:] for line in lines[2:]]


def test_betti_numbers_at_each_k_stand_above_what_lives_over_all(written):
    table, markdown, latex = written(network(BARS))
    assert table.query("`class` == 0")[["first_k", "last_k", "beta_0", "beta_1"]].to_numpy(
    ).tolist() == [[5, 5, 3, 3], [8, 8, 1, 4], [11, 11, 1, 4], [5, 11, 1, 0]]  # fmt: skip
    assert set(table["layer"]) == {1}
    assert rows_of(markdown) == [
        ["5", "(3, 3)", "(1, 2)"],
        ["8", "(1, 4)", "(1, 2)"],
        ["11", "(1, 4)", "(1, 2)"],
        ["5 to 11", "(1, 0)", "(1, 2)"],
    ]
    assert "(3, 3)" in latex
    assert r"\label{tab:scales}" in latex


def test_networks_of_several_ranges_dimensions_and_classes_in_one_table(written):
    other = [(label, 0, 14, None, 1) for label in (0, 1, 2)]
    more = network(
        other, steps="14", n_neighbors=14, k_low=14, k_high=14, dataset="mine", activation="tanh"
    )
    table, markdown, _ = written(network(BARS), more)
    assert table["beta_1"].isna().sum() == 3
    assert rows_of(markdown)[3:] == [
        ["5 to 11", "(1, 0)", "(1, 2)", "–"],
        ["14", "(1)", "(1)", "(1)"],  # a range of one k
    ]


def test_what_persists_is_of_the_range_where_other_k_are_looked_at_too(written):
    bars = [(0, 0, 5, None, 1), (0, 0, 8, 14, 2), (1, 0, 5, None, 1)]
    _, markdown, _ = written(network(bars, steps="5 8 11 14", k_low=8, k_high=11))
    assert rows_of(markdown)[3:] == [["14", "(1)", "(1)"], ["8 to 11", "(3)", "(1)"]]


def test_what_is_not_finite_has_no_number(written):
    bars = [(0, 0, 5, None, None), (0, 1, 5, None, None), (1, 0, 5, None, 0), (1, 1, 5, None, 0)]
    _, markdown, _ = written(network(bars))
    assert {tuple(row[1:]) for row in rows_of(markdown)} == {("–", "(0, 0)")}


def test_a_missing_column_is_named(written):
    with pytest.raises(InputError, match="has no column 'steps'"):
        written(network(BARS).drop(columns="steps"))
