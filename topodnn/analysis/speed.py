"""What goes with speed: how soon ω falls, and what the layers of the networks are like.

The paper explains the speed of ReLU by its not being injective. Here the half-lives of every
activation stand beside the shares of dead and saturated units, the rank of the Jacobian, and the
share of injective weight matrices.
"""

import numpy as np
import pandas as pd
from scipy import stats

from topodnn.analysis.curves import KEYS, NETWORK
from topodnn.analysis.measures import ALL_CLASSES, network_values
from topodnn.analysis.statistics import (
    holm,
    interval,
    stratified_weights,
    weighted_medians,
)

# Of the hidden layers of a network: what may go with its half-life.
TRAITS = ["dead", "saturated", "rank", "injective"]
HALF_LIVES = ["half_life", "persistent_half_life"]


def network_traits(weights: pd.DataFrame) -> pd.DataFrame:
    """The means of what is measured at the hidden layers, one row per network.

    Parameters
    ----------
    weights : DataFrame
        Columns ``NETWORK``, layer, n_in, n_out, injective, dead, saturated, jacobian_rank, of one
        protocol; the last layer of a network has no activation.

    Returns
    -------
    DataFrame
        ``NETWORK`` and ``TRAITS``; rank is that of the Jacobian as a share of the largest possible.
    """
    hidden = weights[weights["dead"].notna()]
    highest = hidden[["n_in", "n_out"]].min(axis=1)
    measured = hidden.assign(rank=hidden["jacobian_rank"] / highest)
    measured = measured.astype({"injective": float})
    return measured.groupby(NETWORK)[TRAITS].mean().reset_index()


def speeds(curves: dict[str, pd.DataFrame], weights: pd.DataFrame) -> pd.DataFrame:
    """One row per judged network: its half-lives of ω - 1 and its traits.

    Parameters
    ----------
    curves : dict
        By name of ``HALF_LIVES``: from :func:`topodnn.analysis.curves.curve_summaries`, at one
        scale and of what persists; the latter may have no rows.
    weights : DataFrame
        As for :func:`network_traits`.
    """
    found = network_traits(weights)
    for name, summaries in curves.items():
        column = pd.DataFrame(columns=[*NETWORK, name])
        if len(summaries):
            values = network_values(summaries)
            values = values[values["judged"] & (values["class"] == ALL_CLASSES)]
            column = values[[*NETWORK, "half_life"]].rename(columns={"half_life": name})
        found = found.merge(column, on=NETWORK, how="inner" if name == HALF_LIVES[0] else "left")
    return found.astype(dict.fromkeys(HALF_LIVES, float))


def speed_table(networks: pd.DataFrame, thresholds: dict) -> pd.DataFrame:
    """The kinds of network in the order of their median half-life.

    Parameters
    ----------
    networks : DataFrame
        From :func:`speeds`.
    thresholds : dict
        confidence, n_bootstrap and seed, see :mod:`topodnn.analysis.claims`.

    Returns
    -------
    DataFrame
        One row per kind: ``KEYS``, n_networks, of each half-life the median with the bootstrap
        interval (``…_low``, ``…_high``), and the mean of each trait. Ordered by data set and
        half-life.
    """
    rng, rows = np.random.default_rng(thresholds["seed"]), []
    for kind, group in networks.groupby(KEYS):
        row = {**dict(zip(KEYS, kind, strict=True)), "n_networks": len(group)}
        for name in HALF_LIVES:
            values = group[name].dropna().to_numpy(float)
            row |= dict.fromkeys([name, f"{name}_low", f"{name}_high"], np.nan)
            if len(values) > 1:
                alike = np.zeros(len(values))
                drawn = stratified_weights(alike, thresholds["n_bootstrap"], rng)
                low, high = interval(weighted_medians(values, drawn), thresholds["confidence"])
                row |= {name: np.median(values), f"{name}_low": low, f"{name}_high": high}
        rows.append(row | group[TRAITS].mean().to_dict())
    table = pd.DataFrame(rows)
    return table.sort_values(["dataset", HALF_LIVES[0]], kind="stable", ignore_index=True)


def speed_correlations(networks: pd.DataFrame) -> pd.DataFrame:
    """Whether each trait goes with the half-lives: rank correlations.

    Parameters
    ----------
    networks : DataFrame
        From :func:`speeds`.

    Returns
    -------
    DataFrame
        One row per data set, half-life and trait: ``over_kinds``, Spearman's ρ of the medians of
        the kinds (n_kinds); ``within_kinds``, that of the ranks of the networks within their kind,
        all kinds together (n_networks); and p of each, corrected by Holm for all rows of a half-
        life. Missing where a trait does not vary.
    """
    rows = []
    for dataset, group in networks.groupby("dataset"):
        kinds = group.groupby(KEYS)[[*HALF_LIVES, *TRAITS]]
        medians, ranks = kinds.median(), kinds.rank(pct=True)
        for name in HALF_LIVES:
            for trait in TRAITS:
                row = {"dataset": dataset, "half_life": name, "trait": trait}
                for where, table in (("over_kinds", medians), ("within_kinds", ranks)):
                    rho, p, n = _spearman(table[name], table[trait])
                    row |= {where: rho, f"p_{where}": p, f"n_{where}": n}
                rows.append(row)
    found = pd.DataFrame(rows)
    for column in ("p_over_kinds", "p_within_kinds"):
        for _, of_half_life in found.groupby("half_life"):
            known = of_half_life[column].dropna()
            found.loc[known.index, column] = holm(known)
    return found


def _spearman(one: pd.Series, other: pd.Series) -> tuple[float, float, int]:
    known = one.notna() & other.notna()
    one, other = one[known], other[known]
    if len(one) < 3 or one.nunique() < 2 or other.nunique() < 2:
        return np.nan, np.nan, int(known.sum())
    rho, p = stats.spearmanr(one, other)
    return float(rho), float(p), len(one)
