"""Means over the networks of each kind, and the counts and words that belong to them."""

import pandas as pd

from topodnn.columns import KIND, betti_columns, persistent_columns


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
        One row per kind of network, class and layer: for omega and each beta, and for what persists
        where k has a range, the mean and the sample standard deviation (missing for a single
        network); input_is_true, persistent_input_is_true; and the columns of :func:`success_rates`.
        A kind without a network that counts keeps its rows, with missing means.
    """
    rates = success_rates(table).reset_index()
    keys = [*KIND, "class", "layer"]
    persistent = persistent_columns(table)
    quantities = ["omega", *betti_columns(table)]
    quantities += ["persistent_omega", *persistent] if persistent else []
    checks = [name for name in table.columns if name.endswith("input_is_true")]
    rows = table[[*keys, *checks]].drop_duplicates()
    counted = table[table["counted"]]
    grouped = counted.groupby(keys)[quantities]
    mean, deviation = grouped.mean().add_suffix("_mean"), grouped.std().add_suffix("_std")
    result = rows.merge(pd.concat([mean, deviation], axis=1).reset_index(), on=keys, how="left")
    result = result.merge(rates, on=KIND)
    return result.sort_values(keys, ignore_index=True)
