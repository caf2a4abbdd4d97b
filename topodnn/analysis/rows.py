"""Rows of the tidy table: which are asked for, and what is to be said of them."""

import numpy as np
import pandas as pd

from topodnn.columns import MEASURES, betti_columns


def which_networks(well_trained: pd.Series, counted: pd.Series) -> str:
    """Which networks a mean is over, in words, from their marks or their numbers."""
    rule = well_trained.sum() == counted.sum()
    return "the well-trained networks" if rule else "all networks, well trained or not"


def select(table: pd.DataFrame, **values) -> pd.DataFrame:
    """The rows in which the named columns have the given values.

    Raises
    ------
    ValueError
        If there is no such row.
    """
    mask = np.logical_and.reduce([table[name] == value for name, value in values.items()])
    if not mask.any():
        wanted = ", ".join(f"{name} {value}" for name, value in values.items())
        raise ValueError(f"the table has no row of {wanted}")
    rows = table[mask]
    # A Betti number that only other data sets have is not a column of these rows.
    return rows.drop(columns=[name for name in betti_columns(table) if rows[name].isna().all()])


def wrong_inputs(table: pd.DataFrame, measure: str = "one scale") -> pd.DataFrame:
    """Data sets and classes whose input does not show the true Betti numbers, one row each.

    `measure` is a key of ``MEASURES``.
    """
    name = f"{MEASURES[measure]}input_is_true"
    inputs = table.reindex(columns=["dataset", "class", name]).drop_duplicates()
    return inputs[inputs[name].astype("boolean").eq(False).fillna(False)]
