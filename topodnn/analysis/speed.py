"""What goes with speed: how soon ω falls, and what the layers of the networks are like.

The paper explains the speed of ReLU by its not being injective. Here the half-lives of every
activation stand beside the shares of dead and saturated units, the rank of the Jacobian, and
whether the activation is injective.
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
TRAITS = ["dead", "saturated", "rank", "injective_activation"]
HALF_LIVES = ["half_life", "persistent_half_life"]
CORRELATIONS = [
    "dataset", "half_life", "trait", "over_kinds", "p_over_kinds", "largest_over_kinds",
    "n_over_kinds", "within_kinds", "p_within_kinds", "n_kinds_within", "n_within_kinds",
    "p_one_sided",
]  # fmt: skip
MEDIANS = [f"{name}{end}" for name in HALF_LIVES for end in ("", "_low", "_high")]
N_PERMUTATIONS = 9999


def network_traits(weights: pd.DataFrame, injective: dict[str, bool]) -> pd.DataFrame:
    """The means of what is measured at the hidden layers, one row per network.

    Parameters
    ----------
    weights : DataFrame
        Columns ``NETWORK``, layer, n_in, n_out, rank, injective, dead, saturated, jacobian_rank,
        of one protocol; the last layer of a network has no activation.
    injective : dict
        Whether each activation is injective, without those of which it is not known.

    Returns
    -------
    DataFrame
        ``NETWORK`` and ``TRAITS``; rank is that of the Jacobian as a share of the largest possible;
        injective_activation is 1 or 0, and missing of residual networks too, whose layers are no
        functions of one sum. They are known by a layer that is not called injective though the rank
        of its weights is full.
    """
    hidden = weights[weights["dead"].notna()]
    highest = hidden[["n_in", "n_out"]].min(axis=1)
    added = (hidden["rank"] == hidden["n_in"]) & ~hidden["injective"].astype(bool)
    residual = added.groupby([hidden[key] for key in NETWORK]).transform("any")
    known = hidden["activation"].map(injective).astype(float).mask(residual)
    measured = hidden.assign(rank=hidden["jacobian_rank"] / highest, injective_activation=known)
    return measured.groupby(NETWORK)[TRAITS].mean().reset_index()


def speeds(
    curves: dict[str, pd.DataFrame], weights: pd.DataFrame, injective: dict[str, bool]
) -> pd.DataFrame:
    """One row per judged network: its half-lives of ω - 1 and its traits.

    Parameters
    ----------
    curves : dict
        By name of ``HALF_LIVES``: from :func:`topodnn.analysis.curves.curve_summaries`, at one
        scale and of what persists; the latter may have no rows.
    weights, injective
        As for :func:`network_traits`.
    """
    found = network_traits(weights, injective)
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
    table = pd.DataFrame(rows, columns=[*KEYS, "n_networks", *MEDIANS, *TRAITS])
    return table.sort_values(["dataset", HALF_LIVES[0]], kind="stable", ignore_index=True)


def speed_correlations(networks: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Whether each trait goes with the half-lives: rank correlations.

    Parameters
    ----------
    networks : DataFrame
        From :func:`speeds`.
    seed : int
        Of the permutations.

    Returns
    -------
    DataFrame
        One row per data set, half-life and trait: ``over_kinds``, Spearman's ρ of the medians of
        the kinds (n_over_kinds), with p of a permutation test, and ``largest_over_kinds``, the
        largest ρ that their ties allow; ``within_kinds``, that of the networks ranked within their
        kind, of the kinds in which both vary (n_kinds_within, n_within_kinds networks), with p of
        its t, a degree of freedom less for each kind. Both p corrected by Holm for all rows of a
        half-life. Of injective_activation ``p_one_sided``, not corrected: of the exact rank test of
        Mann and Whitney that the medians are higher for the kinds with one, which takes no account
        of ties. Missing where a trait does not vary.
    """
    rows, rng = [], np.random.default_rng(seed)
    for dataset, group in networks.groupby("dataset"):
        medians = group.groupby(KEYS)[[*HALF_LIVES, *TRAITS]].median()
        for name in HALF_LIVES:
            for trait in TRAITS:
                row = {"dataset": dataset, "half_life": name, "trait": trait}
                row |= _over_kinds(medians[name], medians[trait], rng)
                row |= _within_kinds(group, name, trait)
                if trait == "injective_activation":
                    row["p_one_sided"] = _p_longer(medians[name], medians[trait])
                rows.append(row)
    found = pd.DataFrame(rows, columns=CORRELATIONS)
    for column in ("p_over_kinds", "p_within_kinds"):
        for _, of_half_life in found.groupby("half_life"):
            known = of_half_life[column].dropna()
            found.loc[known.index, column] = holm(known)
    return found


def _over_kinds(one: pd.Series, other: pd.Series, rng: np.random.Generator) -> dict[str, float]:
    known = one.notna() & other.notna()
    one, other = one[known], other[known]
    row = dict.fromkeys(["over_kinds", "p_over_kinds", "largest_over_kinds"], np.nan)
    row["n_over_kinds"] = len(one)
    if len(one) < 3 or one.nunique() < 2 or other.nunique() < 2:
        return row
    ranks = one.rank().to_numpy(), other.rank().to_numpy()
    test = stats.permutation_test(
        ranks, _correlation, permutation_type="pairings", vectorized=True,
        n_resamples=N_PERMUTATIONS, rng=rng,
    )  # fmt: skip
    largest = _correlation(np.sort(ranks[0]), np.sort(ranks[1]))
    return row | {
        "over_kinds": test.statistic, "p_over_kinds": test.pvalue, "largest_over_kinds": largest,
    }  # fmt: skip


def _p_longer(half_lives: pd.Series, injective: pd.Series) -> float:
    """The exact p that kinds with an injective activation have no longer half-lives."""
    known = half_lives.notna()
    longer, shorter = half_lives[known & (injective == 1)], half_lives[known & (injective == 0)]
    if longer.empty or shorter.empty:
        return np.nan
    return stats.mannwhitneyu(longer, shorter, alternative="greater", method="exact").pvalue


def _correlation(one: np.ndarray, other: np.ndarray, axis: int = -1) -> np.ndarray:
    """Pearson's correlation along an axis, of ranks Spearman's ρ."""
    one = one - one.mean(axis=axis, keepdims=True)
    other = other - other.mean(axis=axis, keepdims=True)
    scale = (one**2).sum(axis=axis) * (other**2).sum(axis=axis)
    return (one * other).sum(axis=axis) / np.sqrt(scale)


def _within_kinds(networks: pd.DataFrame, one: str, other: str) -> dict[str, float]:
    known = networks.dropna(subset=[one, other])
    ranks = []
    for _, kind in known.groupby(KEYS):
        if min(kind[one].nunique(), kind[other].nunique()) > 1:  # else it only dilutes
            ranks.append(kind[[one, other]].rank(pct=True))
    row = {"within_kinds": np.nan, "p_within_kinds": np.nan, "n_kinds_within": len(ranks)}
    row["n_within_kinds"] = sum(map(len, ranks))
    degrees = row["n_within_kinds"] - len(ranks) - 1
    if not ranks or degrees < 1:
        return row
    centred = pd.concat([of_kind - of_kind.mean() for of_kind in ranks])
    rho = float(centred[one].corr(centred[other]))
    t = abs(rho) * np.sqrt(degrees / max(1 - rho**2, np.finfo(float).eps))
    return row | {"within_kinds": rho, "p_within_kinds": 2 * stats.t.sf(t, degrees)}
