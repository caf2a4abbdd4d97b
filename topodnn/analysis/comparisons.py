"""The same networks compared: by protocol, by point cloud, on a sample and on all points."""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from topodnn.analysis.curves import KEYS, curve_summaries
from topodnn.analysis.measures import ALL_CLASSES, OF_NETWORKS, network_values
from topodnn.analysis.statistics import compare, holm, variance_components
from topodnn.analysis.tidy import of_measure
from topodnn.columns import KIND, MEASURES, betti_columns

COMPARED = [
    "half_life", "half_life_of_beta_0", "late_share", "decrease_reached", "at_lowest", "omega_peak",
]  # fmt: skip
COLUMNS = [
    *KEYS, "measure", "protocol", "n_networks", "compared_with", "n_compared",
    "median", "median_compared", "mean", "mean_compared", "estimate", "low", "high",
    "rank_effect", "rank_low", "rank_high", "p", "p_corrected",
]  # fmt: skip
SMALLEST_GROUP = 2  # a rank test of a single network says nothing, nor does its variance


def in_both_measures(
    compare_networks: Callable[..., pd.DataFrame], table: pd.DataFrame, *arguments
) -> pd.DataFrame:
    """What a comparison says at one scale, and of what persists where k has a range.

    Parameters
    ----------
    compare_networks : callable
        :func:`protocol_differences` or :func:`cloud_variances`.
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`.
    *arguments
        The others of the comparison.

    Returns
    -------
    DataFrame
        The rows at one scale, then those of what persists, whose measures begin with
        "persistent_". Each of the two is corrected for its own tests.
    """
    parts: list[pd.DataFrame] = []
    for measure, start in MEASURES.items():
        rows = of_measure(table, measure)
        if len(rows) or not parts:
            found = compare_networks(rows, *arguments)
            parts.append(found.assign(measure=start + found["measure"].astype(str)))
    return pd.concat(parts, ignore_index=True)


def protocol_differences(
    table: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> pd.DataFrame:
    """Compare the networks of one training protocol with those of another, kind by kind.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`.
    thresholds : dict
        ``confidence``, ``n_bootstrap``, see :mod:`topodnn.analysis.claims`.
    rng : numpy.random.Generator
        For the bootstrap.

    Returns
    -------
    DataFrame
        One row for each pair of protocols, each kind that both trained and each measure in
        ``COMPARED``: dataset, network, activation, measure; protocol and n_networks, compared_with
        and n_compared (networks for which the measure is known); the columns of
        :func:`topodnn.analysis.statistics.compare`; p of a two-sided Mann-Whitney test, and
        p_corrected by Holm for all rows. With fewer than two networks on a side, only the numbers
        of networks are given. The estimate is a difference of medians, that of a measure in
        ``OF_NETWORKS`` one of shares.
    """
    networks = {protocol: _judged(rows) for protocol, rows in table.groupby("protocol", sort=False)}
    rows = []
    for (protocol, ours), (other, theirs) in combinations(networks.items(), 2):
        kinds = ours[KEYS].drop_duplicates().merge(theirs[KEYS].drop_duplicates())
        for kind in kinds.to_dict("records"):
            for measure in COMPARED:
                values = [_values(part, kind, measure) for part in (theirs, ours)]
                row = kind | {"measure": measure, "protocol": protocol, "compared_with": other}
                row |= {"n_networks": len(values[1]), "n_compared": len(values[0])}
                rows.append(row | _compared(values, measure, thresholds, rng))
    result = pd.DataFrame(rows)
    tested = result.get("p", pd.Series(np.nan, result.index)).notna()
    result["p_corrected"] = np.nan
    if tested.any():
        result.loc[tested, "p_corrected"] = holm(result.loc[tested, "p"])
    return result.reindex(columns=COLUMNS)


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """The networks of one protocol over all classes; networks not judged have no values."""
    networks = network_values(curve_summaries(table))
    networks = networks[networks["class"] == ALL_CLASSES].copy()
    networks.loc[~networks["judged"].astype(bool), COMPARED] = np.nan
    return networks


def _values(networks: pd.DataFrame, kind: dict, measure: str) -> np.ndarray:
    of_kind = np.logical_and.reduce([networks[key] == kind[key] for key in KEYS])
    return networks.loc[of_kind, measure].dropna().to_numpy()


def _compared(
    values: list[np.ndarray], measure: str, thresholds: dict, rng: np.random.Generator
) -> dict:
    if min(map(len, values)) < SMALLEST_GROUP:
        return {}
    groups = np.repeat([0, 1], [len(part) for part in values])
    row, _ = compare(np.concatenate(values), groups, thresholds, rng)
    if measure in OF_NETWORKS:  # of what is 1 or 0, Cliff's δ is the difference of the shares
        row |= {"estimate": row["rank_effect"], "low": row["rank_low"], "high": row["rank_high"]}
    return row | {"p": stats.mannwhitneyu(*values).pvalue}


VARYING = ["half_life", "half_life_of_beta_0"]
VARIANCES = [
    *KEYS, "measure", "n_clouds", "n_networks", "mean", "lowest_mean", "highest_mean",
    "std_between", "std_within", "share", "low", "high",
]  # fmt: skip


def cloud_variances(
    table: pd.DataFrame, clouds: Sequence[Sequence[str]], confidence: float
) -> pd.DataFrame:
    """How much of the variance of the half-lives lies between point clouds, kind by kind.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`, of one training protocol.
    clouds : sequence of sequence of str
        Groups of data sets that differ in nothing but their seed.

    Returns
    -------
    DataFrame
        One row for each group, network, activation and measure in ``VARYING``: dataset (the first
        of the group), network, activation, measure; n_clouds and n_networks, of which the measure
        is known (a cloud with a single such network does not count); mean of all networks, and the
        lowest_mean and highest_mean of the networks of a cloud; and the columns of
        :func:`topodnn.analysis.statistics.variance_components`, missing where there are fewer than
        two clouds.
    """
    networks = _judged(table)
    rows = []
    for group in clouds:
        members = networks[networks["dataset"].isin(group)]
        for (network, activation), kind in members.groupby(KEYS[1:], sort=False):
            for measure in VARYING:
                by_cloud = [
                    values.to_numpy()
                    for _, values in kind.dropna(subset=measure).groupby("dataset")[measure]
                    if len(values) >= SMALLEST_GROUP
                ]
                row = dict(zip(KEYS, (group[0], network, activation), strict=True))
                row |= {"measure": measure, "n_clouds": len(by_cloud)}
                row |= {"n_networks": sum(map(len, by_cloud))}
                if len(by_cloud) > 1:
                    means = [values.mean() for values in by_cloud]
                    row |= {"mean": np.concatenate(by_cloud).mean()}
                    row |= {"lowest_mean": min(means), "highest_mean": max(means)}
                    row |= variance_components(by_cloud, confidence)
                rows.append(row)
    return pd.DataFrame(rows, columns=VARIANCES)


CURVE = [*KIND, "seed", "class"]


def sample_agreement(sample: pd.DataFrame, all_points: pd.DataFrame) -> pd.DataFrame:
    """How far the Betti numbers of a sample agree with those of all points.

    Parameters
    ----------
    sample, all_points : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`. The well-trained networks that both have are
        compared.

    Returns
    -------
    DataFrame
        Indexed by ``KIND``, first at one scale, then of what persists where k has a range in both:
        n_networks; equal, the share of networks, layers and classes with the
        same Betti numbers, and equal_beta_0, ..., that for each of them, of the layers that can
        have it; omega_difference and
        omega_std, mean and standard deviation of ω on all points minus ω on the sample;
        lowest_in_sample and lowest_in_all, the share of networks in which every class ends at
        β0 = 1 and βk = 0 for k ≥ 1; measure, a key of ``MEASURES``.
    """
    parts: list[pd.DataFrame] = []
    for measure in MEASURES:
        tables = [of_measure(table, measure) for table in (sample, all_points)]
        if min(map(len, tables)) or not parts:
            parts.append(_agreement(*map(_curves, tables)).assign(measure=measure))
    return pd.concat(parts)


def _agreement(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    ours, theirs = ours.align(theirs, join="inner")
    betas = betti_columns(ours)
    known = ours[betas].notna()
    same = ours[betas].eq(theirs[betas]) | ~known
    difference = theirs["omega"] - ours["omega"]
    rows = same.astype(float).where(known).add_prefix("equal_")
    rows = rows.assign(equal=same.all(axis=1), omega_difference=difference)
    kinds = rows.groupby(KIND).mean()
    kinds.insert(0, "n_networks", rows.reset_index().groupby(KIND)["seed"].nunique())
    kinds["omega_std"] = difference.groupby(KIND).std()
    kinds["lowest_in_sample"] = _share_at_lowest(ours)
    kinds["lowest_in_all"] = _share_at_lowest(theirs)
    return kinds


def _curves(table: pd.DataFrame) -> pd.DataFrame:
    """Betti numbers and ω of the well-trained networks, by layer."""
    rows = table[table["well_trained"]].set_index([*CURVE, "layer"]).sort_index()
    return rows[[*betti_columns(table), "omega"]].astype(float)


def _share_at_lowest(curves: pd.DataFrame) -> pd.Series:
    last = curves.groupby(CURVE).last()
    lowest = last["beta_0"].eq(1) & last["omega"].eq(1)
    return lowest.groupby([*KIND, "seed"]).all().groupby(KIND).mean()
