"""Write the tables that jobs hand to one another, with checksums.

In CSV the checksum is the last column. In Parquet it stands in the metadata, since the format's own
checksums leave out the headers of its pages: it is that of the whole file with zeros in its place.
What reads them is in :mod:`topodnn.tables`. These few functions stand alone, so that a change of
the tables for readers does not make networks stale.
"""

import io
import re
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
    """Write a table in Parquet, with a checksum."""
    import pyarrow as pa  # half of the jobs have no such table
    from pyarrow import parquet

    rows, zeros = pa.Table.from_pandas(table, preserve_index=False), _entry("0" * 8)
    rows = rows.replace_schema_metadata({**rows.schema.metadata, checksums.NAME: zeros})
    file = io.BytesIO()
    parquet.write_table(rows, file)
    data = file.getvalue()
    Path(path).write_bytes(data.replace(zeros, _entry(checksums.checksum([data]))))


def check_parquet(path: str | Path, data: bytes) -> None:
    """Refuse the bytes of a table that are not as :func:`write_parquet` wrote them.

    A file without a checksum is one of an older version.

    Raises
    ------
    InputError
        Naming the file.
    """
    kept = re.search(_entry("([0-9a-f]{8})"), data)
    if kept:
        found = checksums.checksum([data.replace(kept[0], _entry("0" * 8))])
        checksums.check(path, "the file", found, kept[1].decode())


def _entry(total: str) -> bytes:
    return f"{checksums.NAME}={total}".encode()
