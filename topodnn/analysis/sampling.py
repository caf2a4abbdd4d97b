"""The noise of the sample of points against the spread of the networks.

Betti numbers of a sample differ from those of another sample of the same points. Where the spread
between networks is not larger, it says more of the sample than of the networks.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special, stats

from topodnn.analysis.curves import KEYS, curve_summaries
from topodnn.analysis.measures import ALL_CLASSES, network_values
from topodnn.columns import betti_columns

HALF_LIFE = "half_life"


class Components(NamedTuple):
    """Parts of a variance: standard deviations, and the share of the networks with its interval."""

    std_networks: float
    std_samples: float
    std_residual: float
    share: float
    low: float
    high: float


def sampling_noise(varied: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """How much of the variance of a Betti number is that of the networks.

    Parameters
    ----------
    varied : DataFrame
        The same networks on several random samples of the points: as for
        :func:`topodnn.analysis.specifications.specifications`, of these variations only.
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        One row per kind of network, value of ``at`` and quantity: omega, each Betti number (over
        the layers after the input and the classes), and the half-life of ω - 1; n_networks (well
        trained, and with a half-life on every sample), n_samples, and the numbers of
        :func:`crossed_variance_components`.
    """
    rows = []
    varied = varied[varied["well_trained"].astype(bool)]
    for (at, *kind), group in varied.groupby(["at", *KEYS]):
        for quantity, values in _values(group).items():
            if min(values.shape[:2]) < 2:
                continue
            found = crossed_variance_components(values, confidence)
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
    half_lives = pd.concat(parts).pivot(index="seed", columns="variation", values=HALF_LIFE)
    found[HALF_LIFE] = half_lives.dropna().to_numpy(float)[:, :, None]
    return found


def _by_network(wide: pd.DataFrame) -> np.ndarray:
    """Rows by network and sample as (n_networks, n_samples, n_columns)."""
    n_networks = wide.index.get_level_values("seed").nunique()
    return wide.sort_index().to_numpy(float).reshape(n_networks, -1, wide.shape[1])


def crossed_variance_components(values: np.ndarray, confidence: float) -> Components:
    """The variance between networks, that between samples, and what is left.

    A two-way random-effects model of each column, since all networks are looked at on the same
    samples, estimated from the mean squares of the analysis of variance; the variances of all
    columns are added. The interval is that of a jackknife over networks of the logit of the share,
    which ten networks cover better than a bootstrap does.

    Sources: P. E. Shrout and J. L. Fleiss, Psychological Bulletin 86(2), 1979, ICC(2, 1);
    J. N. Arvesen and T. H. Schmitz, Biometrics 26(4), 1970.

    Parameters
    ----------
    values : ndarray of shape (n_networks, n_samples, n_columns)
        At least two networks and two samples.
    confidence : float
        Of the interval.

    Returns
    -------
    Components
        std_networks, std_samples and std_residual, roots of the mean variance of a column; share,
        the part of the networks in the sum, with its interval. What would be below 0 is 0; share
        is missing where nothing varies. The interval is missing for fewer than three networks, and
        where the share is 0 or 1, or is without one of them: there is no logit.
    """
    variances = _variances(values)
    networks, samples, residual = np.sqrt(variances)
    share, n = _share(variances), len(values)
    without = [_share(_variances(np.delete(values, i, axis=0))) for i in range(n)] if n > 2 else []
    inside = [0 < one < 1 for one in (share, *without)]
    if n < 3 or not all(inside):
        return Components(networks, samples, residual, share, np.nan, np.nan)
    pseudo = n * special.logit(share) - (n - 1) * special.logit(without)
    error = stats.t.ppf((1 + confidence) / 2, n - 1) * pseudo.std(ddof=1) / np.sqrt(n)
    low, high = special.expit([pseudo.mean() - error, pseudo.mean() + error])
    return Components(networks, samples, residual, share, low, high)


def _variances(values: np.ndarray) -> np.ndarray:
    """The variances of networks, samples and residual, means over the columns."""
    n_networks, n_samples, _ = values.shape
    of_network, of_sample = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    rest = values - of_network - of_sample + values.mean(axis=(0, 1))
    degrees = (n_networks - 1) * (n_samples - 1)
    residual = (rest**2).sum(axis=(0, 1)).mean() / degrees
    between = of_network.var(axis=0, ddof=1).mean() - residual / n_samples
    shifts = of_sample.var(axis=1, ddof=1).mean() - residual / n_networks
    return np.maximum([between, shifts, residual], 0)


def _share(variances: np.ndarray) -> float:
    total = variances.sum()
    return variances[0] / total if total > 0 else np.nan
