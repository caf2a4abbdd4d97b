"""The measures of each network, over its classes, and their means over each kind of network."""

import numpy as np
import pandas as pd

from topodnn.analysis.curves import KEYS, LOWEST_COMPLEXITY, NETWORK
from topodnn.analysis.statistics import (
    interval,
    stratified_weights,
    weighted_means,
    wilson_interval,
)

ALL_CLASSES = "all"
SIMPLIFICATION = ["at_lowest", "decrease_reached"]
# Each half-life, and what has to be above the lowest at the input for there to be one.
HALF_LIVES = {
    "half_life": "omega_input",
    "last_half_life": "omega_input",
    "half_life_of_beta_0": "beta_0_input",
}
REBOUNDS = ["never_half", "above_half_again"]
BEYOND = ["minimum_layer", "n_rises"]  # like the peaks, what the paper does not say
ABOVE_INPUT = "_above_input"
PEAK = ("_peak", "_peak_layer", ABOVE_INPUT)
# Measures that are 1 or 0: of each network and curve, and of each curve only.
OF_NETWORKS = ("at_lowest", "never_half")
OF_CURVES = ("above_half_again", ABOVE_INPUT)


def measure_names(curves: pd.DataFrame) -> list[str]:
    """The columns of measures of a curve, which are averaged over networks."""
    peaks = [name for name in curves.columns if name.endswith(PEAK)]
    return [*SIMPLIFICATION, *HALF_LIVES, *REBOUNDS, "late_share", *BEYOND, *peaks]


def network_values(curves: pd.DataFrame) -> pd.DataFrame:
    """The measures of each network and class, and of each network over its classes.

    Parameters
    ----------
    curves : DataFrame
        From :func:`topodnn.analysis.curves.curve_summaries`.

    Returns
    -------
    DataFrame
        The columns of `curves`, measures as float, class as text, and never_half: whether the
        half-life of ω - 1 is censored. A censored half-life is set to depth + 1, later than any
        that was seen: the largest in rank tests, a lower bound in means. A curve that starts at its
        lowest has nothing to lose: its half-lives and never_half are missing, not censored. Rows of
        class "all" are added, with the mean over the classes where the measure is known. There
        late_share is missing where it is for one class, a half-life is censored and never_half 1
        where that of one class is, and at_lowest is 1 where all classes are.
    """
    can_fall = {name: curves[start] > LOWEST_COMPLEXITY for name, start in HALF_LIVES.items()}
    censored = {name: curves[name].isna() & can_fall[name] for name in HALF_LIVES}
    late = {name: curves[name].mask(never, curves["depth"] + 1) for name, never in censored.items()}
    never_half = censored["half_life"].astype(float).where(can_fall["half_life"])
    by_class = curves.assign(**late, never_half=never_half)
    measures = measure_names(by_class)
    by_class = by_class.astype(dict.fromkeys(measures, float)).astype({"class": str})
    networks = by_class.groupby(NETWORK)
    marks = networks[["depth", "well_trained", "wrong_input", "judged"]].first()
    over_classes = marks.join(networks[measures].mean())
    over_classes["at_lowest"] = networks["at_lowest"].min()
    over_classes["never_half"] = networks["never_half"].max()
    for name, never in censored.items():
        any_never = never.groupby([curves[key] for key in NETWORK]).any()
        over_classes[name] = over_classes[name].mask(any_never, over_classes["depth"] + 1)
    missing = networks["late_share"].apply(lambda shares: shares.isna().any())
    over_classes["late_share"] = over_classes["late_share"].mask(missing)
    over_classes["class"] = ALL_CLASSES
    return pd.concat([by_class, over_classes.reset_index()], ignore_index=True)


def count_networks(curves: pd.DataFrame) -> pd.DataFrame:
    """How many networks of each kind are judged, and why others are not.

    Returns
    -------
    DataFrame
        Indexed by dataset, network, activation: depth, n_networks (judged), n_failed (not well
        trained), n_wrong_input (well trained, but the input is known to be wrong).
    """
    networks = curves.drop_duplicates(NETWORK)
    well_trained = networks["well_trained"].to_numpy()
    marks = networks[[*KEYS, "depth"]].assign(
        n_networks=networks["judged"],
        n_failed=~well_trained,
        n_wrong_input=well_trained & networks["wrong_input"],
    )
    kinds = marks.groupby([*KEYS, "depth"]).sum()
    return kinds.reset_index("depth")


def kind_means(
    networks: pd.DataFrame, measures: list[str], thresholds: dict, rng: np.random.Generator
) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Means over the judged networks of each kind, with intervals.

    The interval of a share of networks is Wilson's: a bootstrap has no width where all agree. That
    of any other mean is a bootstrap, also where the share of the classes for which a measure holds
    is averaged over networks (above_half_again and those above the input, over all classes).

    Parameters
    ----------
    networks : DataFrame
        From :func:`network_values`.

    Returns
    -------
    rows : DataFrame
        One row per kind, measure and class: dataset, network, activation, measure, class, n_known
        (networks of which the measure is known), estimate (the mean over these), low, high (missing
        for a single network), median.
    draws : list of ndarray of shape (n_bootstrap, n_rows of a kind)
        Resampled means; side by side, they have one column per row of `rows`.
    """
    rows, draws = [], [np.empty((thresholds["n_bootstrap"], 0))]
    for kind, group in networks[networks["judged"]].groupby(KEYS):
        wide = group.pivot(index="seed", columns="class", values=measures).dropna(axis=1, how="all")
        alike = np.zeros(len(wide))
        weights = stratified_weights(alike, thresholds["n_bootstrap"], rng)
        draws.append(weighted_means(wide.to_numpy(), weights))
        low, high = interval(draws[-1], thresholds["confidence"])
        summary = pd.DataFrame(
            {"n_known": wide.notna().sum(), "estimate": wide.mean(), "low": low, "high": high}
        ).assign(median=wide.median())
        summary = summary.rename_axis(["measure", "class"]).reset_index()
        rows.append(summary.assign(**dict(zip(KEYS, kind, strict=True))))
    names = [*KEYS, "measure", "class", "n_known", "estimate", "low", "high", "median"]
    nothing = pd.DataFrame(columns=names)
    found = pd.concat(rows or [nothing], ignore_index=True)
    return _with_wilson_intervals(found, thresholds["confidence"]), draws


def n_with(rows: pd.DataFrame) -> pd.Series:
    """Of how many networks a measure that is 1 or 0 is 1, from the rows of :func:`kind_means`."""
    return (rows["estimate"] * rows["n_known"]).astype(float).round().astype(int)


def _with_wilson_intervals(rows: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The rows of :func:`kind_means`, those of shares of networks with Wilson's intervals."""
    by_class = rows["class"] != ALL_CLASSES
    shares = rows["measure"].isin(OF_NETWORKS)
    shares |= rows["measure"].str.endswith(OF_CURVES) & by_class
    ends = wilson_interval(n_with(rows[shares]).to_numpy(), rows["n_known"][shares], confidence)
    rows.loc[shares, ["low", "high"]] = ends.T
    rows.loc[rows["n_known"] < 2, ["low", "high"]] = np.nan
    return rows
