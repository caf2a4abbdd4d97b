"""The tidy table of Betti numbers and the topological complexity made of them."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from topodnn import KIND


def betti_columns(names: Iterable[str]) -> list[str]:
    """The names beta_0, beta_1, ... among those of a table or row, in the order of dimension."""
    return sorted(name for name in names if re.fullmatch(r"beta_\d", name))


def topological_complexity(table: pd.DataFrame) -> pd.Series:
    """ω = β0 + β1 + … of every row.

    Source: Naitzat, Zhitnikov and Lim, JMLR 21(184), 2020, equation (1.1).
    """
    return table[betti_columns(table)].sum(axis=1, min_count=1)


def tidy_table(homology: list[pd.DataFrame], trials: pd.DataFrame) -> pd.DataFrame:
    """One row per data set, network, protocol, activation, seed, layer and class.

    Parameters
    ----------
    homology : list of DataFrame
        One a job: the columns of ``KIND``, seed, layer, class, n_points, n_neighbors, scale,
        beta_0, ..., input_is_true.
    trials : DataFrame
        The columns of ``KIND`` and of :func:`topodnn.training.train_networks`.

    Returns
    -------
    DataFrame
        The columns of `homology`, omega, and for the network kept of each seed: well_trained,
        counted (in means), n_trials, train_error, held_out_error.
    """
    table = pd.concat(homology, ignore_index=True)
    # Missing where a network diverged, or a data set is computed in fewer dimensions.
    table = table.astype(dict.fromkeys(betti_columns(table), "Int64"))
    table["omega"] = topological_complexity(table)
    table = table.merge(kept_trials(trials), on=[*KIND, "seed"], how="left", validate="many_to_one")
    return table.sort_values([*KIND, "seed", "class", "layer"], ignore_index=True)


def kept_trials(trials: pd.DataFrame) -> pd.DataFrame:
    """The trial kept for each seed: well trained, else with the fewest errors; and how many."""
    by_seed = trials.groupby([*KIND, "seed"], sort=False)
    ordered = trials.sort_values(
        ["well_trained", "train_error", "held_out_error"],
        ascending=[False, True, True],
        kind="stable",
    )
    kept = ordered.groupby([*KIND, "seed"], sort=False).first()
    kept["n_trials"] = by_seed.size()
    columns = ["well_trained", "counted", "n_trials", "train_error", "held_out_error"]
    return kept[columns].reset_index()


def success_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Networks and trials that ended well trained, for each kind of network.

    Returns
    -------
    DataFrame
        Indexed by ``KIND``: n_networks, n_well_trained, n_counted, n_trials, success_rate
        (well-trained networks of all seeds) and trial_success_rate (well-trained networks of all
        trials).
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
        From :func:`tidy_table`.

    Returns
    -------
    DataFrame
        One row per kind of network, class and layer: for omega and each beta the mean and the
        sample standard deviation (missing for a single network), input_is_true, and the columns of
        :func:`success_rates`. An activation of which no network counts keeps its rows, with
        missing means.
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
    """The networks that a mean is over, in words, from marks or numbers of them."""
    rule = well_trained.sum() == counted.sum()
    return "the well-trained networks" if rule else "all networks, well trained or not"


def format_mean_and_deviation(mean: float, deviation: float) -> str:
    """Such as ``"8.4 ± 1.1"``; ``"–"`` where there is no network, no deviation where only one."""
    if pd.isna(mean):
        return "–"
    return f"{mean:.1f}" if pd.isna(deviation) else f"{mean:.1f} ± {deviation:.1f}"


def select(table: pd.DataFrame, **values) -> pd.DataFrame:
    """The rows in which the columns named have the values given.

    Raises
    ------
    ValueError
        If there is none.
    """
    mask = np.logical_and.reduce([table[name] == value for name, value in values.items()])
    if not mask.any():
        wanted = ", ".join(f"{name} {value}" for name, value in values.items())
        raise ValueError(f"the table has no row of {wanted}")
    rows = table[mask]
    # Betti numbers that another data set has and this one not are no columns of its table.
    return rows.drop(columns=[name for name in betti_columns(table) if rows[name].isna().all()])


def wrong_inputs(table: pd.DataFrame) -> pd.DataFrame:
    """Data sets and classes (columns dataset, class) whose true Betti numbers were not found."""
    inputs = table[["dataset", "class", "input_is_true"]].drop_duplicates()
    return inputs[inputs["input_is_true"].astype("boolean").eq(False).fillna(False)]
