"""The noise of the sample of points against the spread of the networks.

Betti numbers of a sample differ from those of another sample of the same points. Where the spread
between networks is not larger, it is that of the ruler, not of what is measured.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from topodnn.analysis.curves import KEYS, curve_summaries
from topodnn.analysis.measures import ALL_CLASSES, network_values
from topodnn.analysis.statistics import interval, stratified_weights
from topodnn.columns import betti_columns

HALF_LIFE = "half_life"


class Components(NamedTuple):
    """Parts of a variance: standard deviations, and the share of the networks with its interval."""

    std_between: float
    std_within: float
    share: float
    low: float
    high: float


def sampling_noise(varied: pd.DataFrame, thresholds: dict) -> pd.DataFrame:
    """How much of the variance of a Betti number is that of the networks.

    Parameters
    ----------
    varied : DataFrame
        The same networks on several random samples of the points: as for
        :func:`topodnn.analysis.specifications.specifications`, of these variations only.
    thresholds : dict
        confidence, n_bootstrap and seed, see :mod:`topodnn.analysis.claims`.

    Returns
    -------
    DataFrame
        One row per kind of network, value of ``at`` and quantity: omega, each Betti number (over
        the layers after the input and the classes), and the half-life of ω - 1; n_networks (well
        trained), n_samples, and the numbers of :func:`components`.
    """
    rng, rows = np.random.default_rng(thresholds["seed"]), []
    varied = varied[varied["well_trained"].astype(bool)]
    for (at, *kind), group in varied.groupby(["at", *KEYS]):
        for quantity, values in _values(group).items():
            if min(values.shape[:2]) < 2:
                continue
            found = components(values, thresholds, rng)
            about = {**dict(zip(KEYS, kind, strict=True)), "at": at, "quantity": quantity}
            about |= {"n_networks": values.shape[0], "n_samples": values.shape[1]}
            rows.append({**about, **found._asdict()})
    names = [*KEYS, "at", "quantity", "n_networks", "n_samples", *Components._fields]
    return pd.DataFrame(rows, columns=names).sort_values([*KEYS, "at"], kind="stable")


def _values(group: pd.DataFrame) -> dict[str, np.ndarray]:
    """Arrays (n_networks, n_samples, n_columns) of every quantity of the networks of a kind."""
    after = group[group["layer"] > 0]
    found = {}
    for name in ["omega", *betti_columns(group)]:
        wide = after.pivot(
            index=["seed", "variation"], columns=["class", "layer"], values=name
        ).dropna(axis=1)
        if wide.shape[1]:
            found[name] = _by_network(wide)
    parts = []
    for variation, rows in group.groupby("variation"):
        values = network_values(curve_summaries(rows))
        of_all = values[values["class"] == ALL_CLASSES]
        parts.append(of_all[["seed", HALF_LIFE]].assign(variation=variation))
    half_lives = pd.concat(parts).set_index(["seed", "variation"])
    if half_lives[HALF_LIFE].notna().all():
        found[HALF_LIFE] = _by_network(half_lives)
    return found


def _by_network(wide: pd.DataFrame) -> np.ndarray:
    """Rows by network and sample as (n_networks, n_samples, n_columns)."""
    n_networks = wide.index.get_level_values("seed").nunique()
    return wide.sort_index().to_numpy(float).reshape(n_networks, -1, wide.shape[1])


def components(values: np.ndarray, thresholds: dict, rng: np.random.Generator) -> Components:
    """The variance between networks and that between samples of one network.

    A one-way random-effects model of each column, with networks as groups, estimated from the mean
    squares of the analysis of variance; the variances of all columns are added.

    Source: P. E. Shrout and J. L. Fleiss, Psychological Bulletin 86(2), 1979, ICC(1, 1).

    Parameters
    ----------
    values : ndarray of shape (n_networks, n_samples, n_columns)
        At least two networks and two samples.

    Returns
    -------
    Components
        std_between and std_within, roots of the mean variance of a column; share, the part of the
        networks in the sum, with a bootstrap interval over networks. What would be below 0 is 0;
        share is missing where nothing varies.
    """
    n_networks, n_samples, _ = values.shape
    means = values.mean(axis=1)
    within = values.var(axis=1, ddof=1).mean(axis=1)  # of each network, mean over columns
    drawn = stratified_weights(np.zeros(n_networks), thresholds["n_bootstrap"], rng)
    weights = np.vstack([np.ones(n_networks), drawn]) / n_networks
    squares = weights @ (means**2).mean(axis=1) - ((weights @ means) ** 2).mean(axis=1)
    noise = weights @ within
    spread = squares * n_networks / (n_networks - 1) - noise / n_samples
    between = np.maximum(spread, 0)
    with np.errstate(invalid="ignore"):
        share = between / (between + noise)
    low, high = np.nan, np.nan
    if np.isfinite(share[0]):
        low, high = interval(share[1:], thresholds["confidence"])
    return Components(np.sqrt(between[0]), np.sqrt(noise[0]), share[0], low, high)
