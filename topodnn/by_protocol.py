"""Whether the curves of topology depend on how the networks were trained."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from topodnn.claims import ALL_CLASSES, compare, holm, network_values
from topodnn.curves import KEYS, curve_summaries

MEASURES = [
    "half_life", "half_life_of_beta_0", "late_share", "decrease_reached", "at_lowest", "omega_peak",
]  # fmt: skip
COLUMNS = [
    *KEYS, "measure", "protocol", "n_networks", "compared_with", "n_compared",
    "median", "median_compared", "mean", "mean_compared", "estimate", "low", "high",
    "rank_effect", "rank_low", "rank_high", "p", "p_corrected",
]  # fmt: skip
SMALLEST_GROUP = 2  # a rank test of a single network says nothing


def protocol_differences(
    table: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> pd.DataFrame:
    """The networks of one training protocol beside those of another, kind by kind.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.complexity.tidy_table`.
    thresholds : dict
        ``confidence``, ``n_bootstrap``, see :mod:`topodnn.claims`.
    rng : numpy.random.Generator
        For the bootstrap.

    Returns
    -------
    DataFrame
        A row for each kind that two protocols trained and each of ``MEASURES``: dataset, network,
        activation, measure; protocol and n_networks, compared_with and n_compared (the networks of
        which the measure is known); the columns of :func:`topodnn.claims.compare`; p of a
        two-sided Mann-Whitney test, p_corrected by Holm for all rows. With fewer than two networks
        on a side only the numbers of networks stand.
    """
    networks = {protocol: _judged(rows) for protocol, rows in table.groupby("protocol", sort=False)}
    rows = []
    for (protocol, ours), (other, theirs) in combinations(networks.items(), 2):
        kinds = ours[KEYS].drop_duplicates().merge(theirs[KEYS].drop_duplicates())
        for kind in kinds.to_dict("records"):
            for measure in MEASURES:
                values = [_values(part, kind, measure) for part in (theirs, ours)]
                row = kind | {"measure": measure, "protocol": protocol, "compared_with": other}
                row |= {"n_networks": len(values[1]), "n_compared": len(values[0])}
                rows.append(row | _compared(values, thresholds, rng))
    result = pd.DataFrame(rows)
    tested = result.get("p", pd.Series(np.nan, result.index)).notna()
    result["p_corrected"] = np.nan
    if tested.any():
        result.loc[tested, "p_corrected"] = holm(result.loc[tested, "p"])
    return result.reindex(columns=COLUMNS)


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """The networks of one protocol over all classes; those that are not judged without values."""
    networks = network_values(curve_summaries(table))
    networks = networks[networks["class"] == ALL_CLASSES].copy()
    networks.loc[~networks["judged"].astype(bool), MEASURES] = np.nan
    return networks


def _values(networks: pd.DataFrame, kind: dict, measure: str) -> np.ndarray:
    of_kind = np.logical_and.reduce([networks[key] == kind[key] for key in KEYS])
    return networks.loc[of_kind, measure].dropna().to_numpy()


def _compared(values: list[np.ndarray], thresholds: dict, rng: np.random.Generator) -> dict:
    if min(map(len, values)) < SMALLEST_GROUP:
        return {}
    groups = np.repeat([0, 1], [len(part) for part in values])
    row, _ = compare(np.concatenate(values), groups, thresholds, rng)
    return row | {"p": stats.mannwhitneyu(*values).pvalue}
