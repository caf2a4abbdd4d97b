"""Read tables from files, and check that they have the columns needed; write those of readers.

The tables that jobs hand to one another (:mod:`topodnn.job_tables`) have checksums. Those that are
for readers only have none.
"""

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from topodnn import checksums
from topodnn.columns import KIND
from topodnn.errors import InputError, listed
from topodnn.job_tables import check_parquet, check_rows


def read_table(path: str | Path, columns: list[str]) -> pd.DataFrame:
    """Read a CSV table and check that it has the named columns.

    Raises
    ------
    InputError
        If the file is empty, no table or damaged, or a column is missing.
    """
    with Path(path).open("rb") as file:
        *_, last = [b"\n", *file]
    if not last.endswith(b"\n"):
        raise checksums.damaged(path, "it broke off in a line")
    try:
        # Names such as 15 or NA are names, neither numbers nor missing values.
        names = dict.fromkeys(KIND, str)
        table = pd.read_csv(path, dtype=names, keep_default_na=False, na_values=[""])
    except pd.errors.EmptyDataError as error:
        raise checksums.damaged(path, "it is empty, but must be a table") from error
    except (UnicodeDecodeError, pd.errors.ParserError) as error:
        raise checksums.damaged(path, error) from error
    if any(checksums.NAME in str(name) for name in table.columns):
        check_rows(path)
        table = table.drop(columns=checksums.NAME)
    elif re.search(rb",[0-9a-f]{8}\n$", last) and table.iloc[:, -1].nunique(dropna=False) == 1:
        raise checksums.damaged(path, f"its column {checksums.NAME} has another name")
    _check_columns(path, table, columns)
    return table


def _check_columns(path: str | Path, table: pd.DataFrame, columns: list[str]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(
            f"{path} has no column {missing[0]!r}; it has {listed(table.columns)}: "
            f"{checksums.REMEDY}"
        )


def read_job_table(path: str | Path, columns: list[str]) -> pd.DataFrame:
    """Read a table of one job, as :func:`topodnn.job_tables.write_job_table` wrote it.

    A table without rows is refused, and one of other networks than its path says (see
    :func:`check_batch`). One of an older version, without checksums, is read too.
    """
    table = read_table(path, columns)
    if table.empty:
        raise checksums.damaged(path, "it has no rows")
    check_batch(path, table)
    return table


def check_batch(path: str | Path, table: pd.DataFrame) -> None:
    """Refuse a table of other networks than its path says.

    The path of the table of a batch is DATASET/NETWORK/PROTOCOL/ACTIVATION/seeds_FIRST-LAST; others
    say nothing, and so does a table without rows, or without the columns of the kind of network.

    Raises
    ------
    InputError
        Naming the file, and the networks that it is of.
    """
    seeds = re.fullmatch(r"seeds_(\d+)-(\d+)", Path(path).name.partition(".")[0])
    if not seeds or table.empty or not {*KIND, "seed"} <= {*table}:
        return
    check_kind(path, table, Path(path).parts[:-1])
    if not table["seed"].between(int(seeds[1]), int(seeds[2])).all():
        first, last = table["seed"].min(), table["seed"].max()
        raise checksums.damaged(path, f"it is of the seeds {first} to {last}")


def check_kind(path: str | Path, table: pd.DataFrame, names: tuple[str, ...]) -> None:
    """Refuse a table of another kind of network than the last of some names say.

    Raises
    ------
    InputError
        Naming the file, and the kinds that it is of.
    """
    wanted, found = names[-len(KIND) :], set(table[KIND].itertuples(index=False, name=None))
    if found != {wanted}:
        others = "; ".join(", ".join(kind) for kind in sorted(found - {wanted}))
        raise checksums.damaged(path, f"it is of {others}")


def read_parquet(path: str | Path, columns: list[str]) -> pd.DataFrame:
    """Read a table in Parquet and check that it has the named columns, and is of its networks.

    Raises
    ------
    InputError
        If the file is damaged, a column is missing, or its path says other networks.
    """
    data = Path(path).read_bytes()
    check_parquet(path, data)
    try:
        table = pd.read_parquet(io.BytesIO(data), page_checksum_verification=True)
    except Exception as error:  # of many kinds, by what is damaged
        raise checksums.damaged(path, error) from error
    _check_columns(path, table, columns)
    check_batch(path, table)
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
