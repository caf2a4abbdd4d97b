"""The error for input that cannot be used, as opposed to a fault of the program; its words."""

from collections.abc import Iterable
from typing import Any

LONGEST = 60  # characters of a value in a sentence
MOST = 130  # characters of a list of names


class InputError(ValueError):
    """Input that cannot be used; the text is one sentence that says what to change."""


def shown(value: Any) -> str:
    """A value as it stands in a sentence: on one line, and cut where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def plain(text: Any) -> str:
    """A text as it stands in a sentence without quotation marks: on one line, and cut."""
    line = " ".join(str(text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def listed(names: Iterable[Any]) -> str:
    """Names as they stand in a sentence; where it would be long, the first, and how many in all."""
    every = [" ".join(str(name).split()) for name in names]
    text = ""
    for place, name in enumerate(every):
        longer = f"{text}, {name}" if place else name[:MOST]
        if len(longer) > MOST:
            return f"{text}, … ({len(every)} in all)"
        text = longer
    return text
