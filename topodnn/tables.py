"""Read tables from files, and check that they have the columns needed; write those of readers."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from topodnn.columns import KIND
from topodnn.errors import InputError


def read_table(path: str | Path, columns: list[str]) -> pd.DataFrame:
    """Read a CSV table and check that it has the named columns.

    Raises
    ------
    InputError
        If the file is empty or a column is missing.
    """
    try:
        # Names such as 15 or NA are names, neither numbers nor missing values.
        names = dict.fromkeys(KIND, str)
        table = pd.read_csv(path, dtype=names, keep_default_na=False, na_values=[""])
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path} is empty, but must be a table") from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(f"{path} has no column {missing[0]!r}; it has {', '.join(table.columns)}")
    return table


def read_betti_numbers(path: str | Path) -> pd.DataFrame:
    """Read the tidy table, with the columns that figures of the networks need."""
    return read_table(path, [*KIND, "seed", "layer", "class", "omega", "well_trained", "counted"])


def read_curves(path: str | Path) -> pd.DataFrame:
    """Read the tidy table, with the columns that a judgement of its networks needs."""
    columns = [*KIND, "seed", "layer", "class", "omega", "well_trained", "input_is_true"]
    return read_table(path, columns)


def write_table(
    paths: Sequence[str | Path], table: pd.DataFrame, texts: Iterable[str], *, index: bool = False
) -> None:
    """Write a table to three paths: as CSV, and for readers, in Markdown and LaTeX.

    Parameters
    ----------
    paths : sequence of path
    table : DataFrame
    texts : iterable of str
        The table in Markdown, and in LaTeX.
    index : bool
        Whether the index is columns of the CSV.
    """
    table.to_csv(paths[0], index=index)
    for path, text in zip(paths[1:], texts, strict=True):
        Path(path).write_text(text, encoding="utf-8")
