"""The names of the tidy table's columns, which every stage shares."""

import re
from collections.abc import Iterable

# What distinguishes one kind of network from another, in paths, tables and figures.
KIND = ["dataset", "network", "protocol", "activation"]
# How homology is measured, and what the names of its columns begin with: at one k, as in the paper,
# or only what lives from the smallest to the largest k of a range.
MEASURES = {"one scale": "", "persistent": "persistent_"}


def betti_columns(names: Iterable[str]) -> list[str]:
    """The names beta_0, beta_1, ... among those of a table or row, in order of dimension."""
    return sorted(name for name in names if re.fullmatch(r"beta_\d", name))


def persistent_columns(names: Iterable[str]) -> list[str]:
    """The names persistent_beta_0, ...: what is alive from the smallest to the largest k."""
    return sorted(name for name in names if re.fullmatch(r"persistent_beta_\d", name))


def raw_columns(names: Iterable[str]) -> list[str]:
    """The names raw_beta_1, raw_persistent_beta_1, ...: of the complex, whatever the layer is.

    They are there also where the layer cannot have such numbers.
    """
    return sorted(name for name in names if re.fullmatch(r"raw_(persistent_)?beta_\d", name))
