"""Means over the networks of each kind, and the counts and words that belong to them."""

import numpy as np
import pandas as pd

from topodnn.columns import KIND, betti_columns


def success_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Networks and trials that ended well trained, for each kind of network.

    Returns
    -------
    DataFrame
        Indexed by ``KIND``: n_networks, n_well_trained, n_counted, n_trials, success_rate
        (well-trained networks per seed) and trial_success_rate (well-trained networks per trial).
    """
    networks = table.drop_duplicates([*KIND, "seed"])
    rates = networks.groupby(KIND).agg(
        n_networks=("seed", "size"),
        n_well_trained=("well_trained", "sum"),
        n_counted=("counted", "sum"),
        n_trials=("n_trials", "sum"),
    )
    rates["success_rate"] = rates["n_well_trained"] / rates["n_networks"]
    rates["trial_success_rate"] = rates["n_well_trained"] / rates["n_trials"]
    return rates


def complexity_table(table: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard deviation over the networks that count, layer by layer.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`.

    Returns
    -------
    DataFrame
        One row per kind of network, class and layer: for omega and each beta the mean and the
        sample standard deviation (missing for a single network), input_is_true, and the columns of
        :func:`success_rates`. A kind without a network that counts keeps its rows, with missing
        means.
    """
    rates = success_rates(table).reset_index()
    keys = [*KIND, "class", "layer"]
    rows = table[[*keys, "input_is_true"]].drop_duplicates()
    counted = table[table["counted"]]
    grouped = counted.groupby(keys)[["omega", *betti_columns(table)]]
    mean, deviation = grouped.mean().add_suffix("_mean"), grouped.std().add_suffix("_std")
    result = rows.merge(pd.concat([mean, deviation], axis=1).reset_index(), on=keys, how="left")
    result = result.merge(rates, on=KIND)
    return result.sort_values(keys, ignore_index=True)


def which_networks(well_trained: pd.Series, counted: pd.Series) -> str:
    """Which networks a mean is over, in words, from their marks or their numbers."""
    rule = well_trained.sum() == counted.sum()
    return "the well-trained networks" if rule else "all networks, well trained or not"


def format_mean_and_deviation(mean: float, deviation: float) -> str:
    """Such as ``"8.4 ± 1.1"``; ``"–"`` for no network, without the deviation for a single one."""
    if pd.isna(mean):
        return "–"
    return f"{mean:.1f}" if pd.isna(deviation) else f"{mean:.1f} ± {deviation:.1f}"


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


def wrong_inputs(table: pd.DataFrame) -> pd.DataFrame:
    """Data sets and classes whose input does not show the true Betti numbers, one row each."""
    inputs = table[["dataset", "class", "input_is_true"]].drop_duplicates()
    return inputs[inputs["input_is_true"].astype("boolean").eq(False).fillna(False)]
