"""The tidy table of Betti numbers and the topological complexity made of them."""

import numpy as np
import pandas as pd

KEYS = ["dataset", "network", "activation"]


def betti_columns(table: pd.DataFrame) -> list[str]:
    """Names of the columns beta_0, beta_1, ... in the order of the dimension."""
    return sorted(c for c in table.columns if c.startswith("beta_"))


def topological_complexity(table: pd.DataFrame) -> pd.Series:
    """ω = β0 + β1 + … of every row.

    Source: Naitzat, Zhitnikov and Lim, JMLR 21(184), 2020, equation (1.1).
    """
    return table[betti_columns(table)].sum(axis=1)


def tidy_table(
    homology: list[pd.DataFrame], trials: list[pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per data set, network, activation, seed, layer and class.

    Parameters
    ----------
    homology : list of DataFrame
        One a job: dataset, network, activation, seed, layer, class, n_points, n_neighbors, scale,
        beta_0, ..., input_is_true.
    trials : list of DataFrame
        One a job: dataset, network, activation and the columns of
        :func:`topodnn.training.train_networks`.

    Returns
    -------
    table : DataFrame
        The columns of `homology`, omega, and for the network kept of each seed: well_trained,
        n_trials, train_error, held_out_error.
    trials : DataFrame
        All trials.
    """
    table = pd.concat(homology, ignore_index=True)
    table["omega"] = topological_complexity(table)
    all_trials = pd.concat(trials, ignore_index=True)
    kept = kept_trials(all_trials)
    table = table.merge(kept, on=[*KEYS, "seed"], how="left", validate="many_to_one")
    return table.sort_values([*KEYS, "seed", "class", "layer"], ignore_index=True), all_trials


def kept_trials(trials: pd.DataFrame) -> pd.DataFrame:
    """The trial kept for each seed: well trained, else with the fewest errors; and how many."""
    by_seed = trials.groupby([*KEYS, "seed"], sort=False)
    ordered = trials.sort_values(
        ["well_trained", "train_error", "held_out_error"],
        ascending=[False, True, True],
        kind="stable",
    )
    kept = ordered.groupby([*KEYS, "seed"], sort=False).first()
    kept["n_trials"] = by_seed.size()
    return kept[["well_trained", "n_trials", "train_error", "held_out_error"]].reset_index()


def success_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Networks and trials that ended well trained, for each data set, network and activation.

    Returns
    -------
    DataFrame
        Indexed by dataset, network, activation: n_networks, n_well_trained, n_trials,
        success_rate (well-trained networks of all seeds) and trial_success_rate (well-trained
        networks of all trials).
    """
    networks = table.drop_duplicates([*KEYS, "seed"])
    rates = networks.groupby(KEYS).agg(
        n_networks=("seed", "size"),
        n_well_trained=("well_trained", "sum"),
        n_trials=("n_trials", "sum"),
    )
    rates["success_rate"] = rates["n_well_trained"] / rates["n_networks"]
    rates["trial_success_rate"] = rates["n_well_trained"] / rates["n_trials"]
    return rates


def complexity_table(table: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard deviation over the well-trained networks, layer by layer.

    Parameters
    ----------
    table : DataFrame
        From :func:`tidy_table`.

    Returns
    -------
    DataFrame
        One row per data set, network, activation, class and layer: for omega and each beta the
        mean and the sample standard deviation (missing for a single network), the columns of
        :func:`success_rates`, and n_input_wrong, the well-trained networks whose input did not
        show the true Betti numbers. An activation without a well-trained network keeps its rows,
        with missing means.
    """
    rates = success_rates(table).reset_index()
    keys = [*KEYS, "class", "layer"]
    rows = table[keys].drop_duplicates()
    good = table[table["well_trained"]]
    grouped = good.groupby(keys)[["omega", *betti_columns(table)]]
    mean, deviation = grouped.mean().add_suffix("_mean"), grouped.std().add_suffix("_std")
    is_wrong = good["input_is_true"].astype("boolean").eq(False).fillna(False)
    wrong = good[is_wrong]
    wrong = wrong.groupby([*KEYS, "class"]).size().rename("n_input_wrong").reset_index()
    result = rows.merge(pd.concat([mean, deviation], axis=1).reset_index(), on=keys, how="left")
    result = result.merge(rates, on=KEYS).merge(wrong, on=[*KEYS, "class"], how="left")
    result["n_input_wrong"] = result["n_input_wrong"].fillna(0).astype(int)
    return result.sort_values(keys, ignore_index=True)


def format_mean_and_deviation(mean: float, deviation: float) -> str:
    """Such as ``"8.4 ± 1.1"``; ``"–"`` where there is no network, no deviation where only one."""
    if np.isnan(mean):
        return "–"
    return f"{mean:.1f}" if np.isnan(deviation) else f"{mean:.1f} ± {deviation:.1f}"


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
    return table[mask]
