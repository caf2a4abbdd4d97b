"""Checksums of the files that the jobs of a run hand to one another: a changed byte is noticed.

CRC-32 finds every changed byte, and every change within 32 bits. It is against failing disks and
copies that broke off, not against forgery. 100 MB take 0.05 s.
"""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from topodnn.errors import InputError

NAME = "crc32"  # of the entry, key or column that has the checksum
LONGEST = 120  # characters of a reason
REMEDY = "delete it, and the next run makes it again"


def checksum(parts: Iterable[Any]) -> str:
    """CRC-32 of some bytes, one after the other, as eight hexadecimal digits."""
    total = 0
    for part in parts:
        total = zlib.crc32(part, total)
    return f"{total:08x}"


def damaged(path: str | Path, reason: object) -> InputError:
    """The error for a file of the results that is not as it was written."""
    text = " ".join(str(reason).split())
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"  # a library's may have pages
    return InputError(f"{path} is damaged ({text}): {REMEDY}")


def check(path: str | Path, what: str, found: str, kept: str) -> None:
    """Compare a checksum with the one that was written.

    Raises
    ------
    InputError
        Naming the file, `what` of it differs, and what to do.
    """
    if found != kept:
        raise damaged(path, f"the checksum of {what} is {found}, not {kept}")


@contextmanager
def remedied(remedy: str = REMEDY) -> Iterator[None]:
    """Say what to do at the end of every sentence about a file that the user did not write.

    Raises
    ------
    InputError
        What was raised within, with the remedy.
    """
    try:
        yield
    except InputError as error:
        raise InputError(f"{error}; {remedy}") from error
