"""Statistics with networks as independent observations: intervals, Cliff's δ, Holm's correction."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint


def stratified_weights(
    groups: np.ndarray, n_bootstrap: int, rng: np.random.Generator
) -> np.ndarray:
    """How often each network is drawn when each group is resampled to its own size.

    Parameters
    ----------
    groups : ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (n_bootstrap, n), float
        Within each group, every row sums to the size of the group. A statistic of a resample is
        that of the networks with these weights.
    """
    weights = np.empty((n_bootstrap, len(groups)))
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        drawn = rng.integers(len(members), size=(n_bootstrap, len(members)))
        drawn += len(members) * np.arange(n_bootstrap)[:, None]  # each resample has its own counts
        counts = np.bincount(drawn.ravel(), minlength=drawn.size)
        weights[:, members] = counts.reshape(drawn.shape)
    return weights


def weighted_means(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean of each column over the values that are known.

    Parameters
    ----------
    values : ndarray of shape (n, n_columns)
    weights : ndarray of shape (n_rows, n)

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
        Missing where no known value has a weight.
    """
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return (weights @ np.where(known, values, 0)) / (weights @ known)


def weighted_medians(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Median of the values, each taken as often as its weight says.

    Parameters
    ----------
    values : ndarray of shape (n,)
    weights : ndarray of shape (n_rows, n)

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    order = np.argsort(values)
    counted = weights[:, order].cumsum(axis=1)
    half = counted[:, -1:] / 2
    lower, upper = (counted >= half).argmax(axis=1), (counted > half).argmax(axis=1)
    return (values[order[lower]] + values[order[upper]]) / 2


def rank_effect(values: np.ndarray, groups: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much larger the values of later groups are, by ranks only: Somers' D.

    The probability that, of two networks of different groups, the one of the later group has the
    larger value, minus the probability that it has the smaller. With two groups this is Cliff's
    delta.

    Source: R. H. Somers, American Sociological Review 27(6), 1962; N. Cliff, Psychological
    Bulletin 114(3), 1993.

    Parameters
    ----------
    values : ndarray of shape (n,)
    groups : ndarray of shape (n,)
        Numbers that give the order of the groups.
    weights : ndarray of shape (n_rows, n)

    Returns
    -------
    ndarray of shape (n_rows,)
        Between -1 and 1.
    """
    pairs = np.sign(groups[:, None] - groups)
    concordance = pairs * np.sign(values[:, None] - values)
    compared = ((weights @ np.abs(pairs)) * weights).sum(axis=1)
    return ((weights @ concordance) * weights).sum(axis=1) / compared


def interval(draws: np.ndarray, confidence: float) -> np.ndarray:
    """Lower and upper end, (2, ...), of the percentile interval of draws (n_bootstrap, ...)."""
    tail = (1 - confidence) / 2
    return np.nanquantile(draws, [tail, 1 - tail], axis=0)


def wilson_interval(n_yes: int | np.ndarray, n: int | np.ndarray, confidence: float) -> np.ndarray:
    """Lower and upper end, (2, ...), of Wilson's score interval of the share n_yes / n.

    Unlike a bootstrap interval it has a width where all of them agree. Missing where n is 0.

    Source: E. B. Wilson, Journal of the American Statistical Association 22(158), 1927.
    """
    n = np.where(np.asarray(n) > 0, n, np.nan)
    return np.stack(proportion_confint(n_yes, n, alpha=1 - confidence, method="wilson"))


def holm(p: Iterable[float]) -> np.ndarray:
    """P-values corrected by Holm; a missing one, of values that are all the same, counts as 1.

    statsmodels has it too, but collects garbage at every call, which takes longer than a judgement.

    Source: S. Holm, Scandinavian Journal of Statistics 6(2), 1979.
    """
    known = np.nan_to_num(np.asarray(p, float), nan=1.0)
    order = np.argsort(known)
    corrected = np.empty_like(known)
    steps = known[order] * np.arange(len(known), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected


def compare(
    values: np.ndarray, groups: np.ndarray, thresholds: dict, rng: np.random.Generator
) -> tuple[dict, np.ndarray]:
    """Compare the last group with the first one, and give the rank effect over all groups.

    The difference is that of medians: a mean would depend on the number set for a censored
    half-life, and on single networks that hardly simplify, whose late share is huge.

    Parameters
    ----------
    values : ndarray of shape (n,)
    groups : ndarray of shape (n,)
        Numbers that give the order of the groups.

    Returns
    -------
    row : dict
        mean and median of the last group, mean_compared and median_compared of the first one;
        estimate (the difference of the medians), low, high; rank_effect, rank_low, rank_high.
    draws : ndarray of shape (n_bootstrap,)
        The estimate in each resample.
    """
    last, first = groups == groups.max(), groups == groups.min()
    weights = stratified_weights(groups, thresholds["n_bootstrap"], rng)
    draws = weighted_medians(values[last], weights[:, last])
    draws -= weighted_medians(values[first], weights[:, first])
    low, high = interval(draws, thresholds["confidence"])
    effects = rank_effect(values, groups, weights)
    rank_low, rank_high = interval(effects, thresholds["confidence"])
    row = {
        "mean": values[last].mean(),
        "mean_compared": values[first].mean(),
        "median": np.median(values[last]),
        "median_compared": np.median(values[first]),
        "estimate": np.median(values[last]) - np.median(values[first]),
        "low": low,
        "high": high,
        "rank_effect": rank_effect(values, groups, np.ones((1, len(values))))[0],
        "rank_low": rank_low,
        "rank_high": rank_high,
    }
    return row, draws


def variance_components(groups: Sequence[np.ndarray], confidence: float) -> dict[str, float]:
    """How much of the variance of values lies between their groups: a one-way random-effects model.

    The groups are taken as drawn from a population of groups, and the variance between these and
    that within them are estimated from the mean squares of the analysis of variance.

    Source: P. E. Shrout and J. L. Fleiss, Psychological Bulletin 86(2), 1979, ICC(1, 1), with F for
    its interval; for groups of unequal size A. Donner, International Statistical Review 54(1),
    1986.

    Parameters
    ----------
    groups : sequence of ndarray
        Two or more, each of two or more values.

    Returns
    -------
    dict
        std_between and std_within, the standard deviations of the two parts; share, that of the
        variance between groups in the sum (the intraclass correlation), low, high. What would be
        below 0 is 0. Empty where all values of each group are the same.
    """
    if all(np.ptp(group) == 0 for group in groups):
        return {}
    sizes = np.array([len(group) for group in groups])
    within = np.average([np.var(group, ddof=1) for group in groups], weights=sizes - 1)
    degrees = len(sizes) - 1, sizes.sum() - len(sizes)
    size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / degrees[0]
    found = stats.f_oneway(*groups).statistic
    upper, lower = stats.f.interval(confidence, *degrees)[::-1]
    excess = np.maximum(np.array([found, found / upper, found / lower]) - 1, 0) / size
    share, low, high = excess / (1 + excess)
    return {
        "std_between": np.sqrt(within * excess[0]),
        "std_within": np.sqrt(within),
        "share": share,
        "low": low,
        "high": high,
    }
