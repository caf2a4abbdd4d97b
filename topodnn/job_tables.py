"""Write the tables that jobs hand to one another, with checksums.

In CSV the checksum is the last column, in Parquet there is one for each page, as the format allows.
What reads them is in :mod:`topodnn.tables`. These few functions stand alone, so that a change of
the tables for readers does not make networks stale.
"""

from pathlib import Path

import pandas as pd

from topodnn import checksums


def write_job_table(path: str | Path, table: pd.DataFrame) -> None:
    """Write a table for another job: the last column is the checksum of the others.

    A table without rows has no such column, so that one that has it has lost its rows.
    """
    if len(table):
        text = table.to_csv(index=False)
        table = table.assign(**{checksums.NAME: checksums.checksum([text.encode()])})
    table.to_csv(path, index=False)


def check_rows(path: str | Path) -> None:
    """Refuse a table that is not as :func:`write_job_table` wrote it.

    Raises
    ------
    InputError
        Naming the file.
    """
    lines = Path(path).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    if len(lines) == 1:
        raise checksums.damaged(path, "its rows are lost")
    rows, sums = zip(*(line.rpartition(",")[::2] for line in lines), strict=True)
    found = checksums.checksum(f"{row}\n".encode() for row in rows)
    for kept, wanted in zip(sums, [checksums.NAME, *[found] * len(rows)], strict=False):
        checksums.check(path, "its rows", wanted, kept)


def write_parquet(path: str | Path, table: pd.DataFrame) -> None:
    """Write a table in Parquet, with checksums."""
    table.to_parquet(path, index=False, write_page_checksum=True)
