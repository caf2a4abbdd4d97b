"""The tidy table of Betti numbers, the topological complexity, and the trial that is kept."""

import pandas as pd

from topodnn.columns import KIND, MEASURES, betti_columns, persistent_columns, raw_columns
from topodnn.errors import InputError, listed, shown


def topological_complexity(table: pd.DataFrame) -> pd.Series:
    """ω = β0 + β1 + … of every row.

    Source: Naitzat, Zhitnikov and Lim, JMLR 21(184), 2020, equation (1.1).
    """
    return table[betti_columns(table)].sum(axis=1, min_count=1)


def with_complexity(table: pd.DataFrame) -> pd.DataFrame:
    """The table with Betti numbers as whole numbers that may be missing, and with ω.

    With columns persistent_beta_0, ..., it has persistent_omega too.
    """
    persistent = persistent_columns(table)
    counts = [*betti_columns(table), *persistent, *raw_columns(table)]
    table = table.astype(dict.fromkeys(counts, "Int64"))
    table["omega"] = topological_complexity(table)
    if persistent:
        table["persistent_omega"] = table[persistent].sum(axis=1, min_count=1)
        table = table.astype({"k_low": "Int64", "k_high": "Int64"})
    return table


def tidy_table(homology: list[pd.DataFrame], trials: pd.DataFrame) -> pd.DataFrame:
    """One row per data set, network, protocol, activation, seed, layer and class.

    Parameters
    ----------
    homology : list of DataFrame
        One per job, with the columns of ``KIND``, seed, layer, width, class, n_points, n_neighbors,
        scale, beta_0, ..., raw_beta_1, ..., input_is_true, and where k has a range k_low, k_high,
        persistent_beta_0, ..., raw_persistent_beta_1, ..., persistent_input_is_true.
    trials : DataFrame
        The columns of ``KIND``, and those of the trials from
        :func:`topodnn.networks.training.train_networks`.

    Returns
    -------
    DataFrame
        The columns of `homology`, omega, persistent_omega where k has a range, and for the network
        that is kept for each seed: well_trained, counted (in means), n_trials, train_error,
        held_out_error.
    """
    table = pd.concat(homology, ignore_index=True)
    # Missing where a network diverged, a layer has too few neurons, or a data set is computed in
    # fewer dimensions.
    table = with_complexity(table)
    table = table.merge(kept_trials(trials), on=[*KIND, "seed"], how="left", validate="many_to_one")
    return table.sort_values([*KIND, "seed", "class", "layer"], ignore_index=True)


def of_measure(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The rows of the tidy table that have a measure, and no numbers but those of this measure.

    Parameters
    ----------
    table : DataFrame
        From :func:`tidy_table`, or read from its file.
    measure : str
        A key of ``MEASURES``. With "persistent", what lives from k_low to k_high takes the place of
        the Betti numbers at one k.

    Returns
    -------
    DataFrame
        With the columns beta_0, ..., omega and input_is_true, and none of another measure. No rows
        where k has no range, or one of a single k: there both measures are equal.
    """
    start = MEASURES[measure]
    others = {name for name in table.columns if "persistent_" in name}
    if not start:
        return table.drop(columns=[*others])
    rows = table[table["k_low"] < table["k_high"]] if others else table.head(0)
    taken = {name: name.replace(start, "", 1) for name in others}
    return rows.drop(columns=[*taken.values()], errors="ignore").rename(columns=taken)


def with_other_protocols(table: pd.DataFrame, others: pd.DataFrame, protocol: str) -> pd.DataFrame:
    """The tidy table of a run, and of other results the same kinds of networks by other protocols.

    Parameters
    ----------
    table, others : DataFrame
        From :func:`tidy_table`, or read from its file.
    protocol : str
        Of the networks of `table` that are judged, which are compared with those of `others`.

    Raises
    ------
    InputError
        Where `others` has no such networks, or not of as many points, k and ε.
    """
    kinds = table.loc[table["protocol"] == protocol, ["dataset", "network", "activation"]]
    found = others[~others["protocol"].isin(table["protocol"])].merge(kinds.drop_duplicates())
    if found.empty:
        raise InputError(
            f"The kept results have no networks of {listed(sorted(set(kinds['dataset'])))} by "
            f"another protocol, but must have some to be set beside those of {protocol}."
        )
    for dataset, rows in found.groupby("dataset"):
        kept, own = _complex(rows), _complex(table[table["dataset"] == dataset])
        if kept != own:
            raise InputError(
                f"The kept networks of {dataset} have {shown(kept)}, but must have {shown(own)}, "
                f"as those of this run."
            )
    return pd.concat([table, found], ignore_index=True)


def _complex(table: pd.DataFrame) -> dict[str, float]:
    """How many points of a data set are looked at, and with which numbers."""
    n_points = table[table["layer"] == 0].groupby([*KIND, "seed"])["n_points"].sum().max()
    return {"points": int(n_points)} | table[["n_neighbors", "scale"]].iloc[0].to_dict()


def with_trials(tables: list[pd.DataFrame], kept: pd.DataFrame) -> pd.DataFrame:
    """Join tables of jobs into one, with what is known about the training of each network.

    Parameters
    ----------
    tables : list of DataFrame
        With the columns of ``KIND``, seed, layer and metric.
    kept : DataFrame
        From :func:`kept_trials`.
    """
    table = pd.concat(tables, ignore_index=True)
    table = table.astype(dict.fromkeys(betti_columns(table), "Int64"))  # missing, not 0.0
    table = table.merge(kept, on=[*KIND, "seed"], how="left", validate="many_to_one")
    return table.sort_values([*KIND, "seed", "metric", "layer"], kind="stable", ignore_index=True)


def kept_trials(trials: pd.DataFrame) -> pd.DataFrame:
    """The trial kept for each seed (well trained, else with the fewest errors), and n_trials."""
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
