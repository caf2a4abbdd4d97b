"""The paper's three claims, tested on the curves of the networks.

Source of the claims: Naitzat, Zhitnikov and Lim, "Topology of Deep Neural Networks", JMLR 21(184),
2020. The unit of every statistic is the network (a seed): its classes are not independent, so
their measures are averaged before anything is compared, and a resample takes a network with all
its classes. Networks are resampled within their group (percentile bootstrap); those of different
groups count as independent, also where they have the same seed.

The rules of a verdict are fixed beforehand, in a dict of thresholds:

=================  ========  ====================================================================
confidence         0.95      of the bootstrap intervals
n_bootstrap        10000     resamples: their noise is far below the width of an interval
alpha              0.05      of the tests that decide claims 2 and 3, corrected by Holm for all
                             comparisons of a claim
smallest_group     10        judged networks that a kind needs to be tested, 2 at the least: with 5
                             a side the smallest p of a rank test is 0.008, which no correction for
                             ten comparisons leaves below 0.05
simplified_share   0.9       claim 1: "nearly always" means at least this share of the networks
decrease_share     0.9       claim 1: in part, where this share of the decrease is reached
faster_by          0.05      claim 2: a half-life is shorter by at least this share of the depth,
                             half a layer of ten; less would not be seen in the paper's figures
late_share         0.5       claim 3: "mainly in the last layers" means that more than this share
                             of the decrease falls in the last third
even_tolerance     0.1667    claim 3: "evenly" means 1/3 give or take this, so at most 1/2: it
                             ends where "mainly in the last layers" begins
depth_networks     null      claim 3: the networks of the study of depth, by name, as those of
                             another width would mix with it; all where null
=================  ========  ====================================================================
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from topodnn.curves import KEYS, NETWORK

FINDINGS = {
    1: "Well-trained networks simplify topology: every class ends at β0 = 1 and βk = 0",
    2: "ω falls faster with ReLU than with tanh",
    3: "Shallow networks change topology mainly in the last layers, deep ones evenly",
}
COUNTS = [
    "claim", "depth", "n_networks", "n_failed", "n_without_decrease",
    "n_compared", "n_failed_compared",
]  # fmt: skip
# The first pair decides claim 2; the paper makes no claim on the others.
PAIRS = [("relu", "tanh"), ("leaky_relu", "tanh"), ("relu", "leaky_relu")]
EVEN_SHARE = 1 / 3
ALL_CLASSES = "all"
SIMPLIFICATION = ["at_lowest", "decrease_reached"]
HALF_LIVES = ["half_life", "half_life_of_beta_0"]
BEYOND = ["minimum_layer", "n_rises"]  # with the peaks, what the paper does not say
ABOVE_INPUT = "_above_input"
PEAK = ("_peak", "_peak_layer", ABOVE_INPUT)
# One row a comparison. compared_with is the other activation, or the smallest depth; the columns
# of that group end in compared.
COLUMNS = [
    "claim", "measure", *KEYS, "class", "depth", "n_networks", "n_failed", "n_without_decrease",
    "compared_with", "n_compared", "n_failed_compared",
    "estimate", "low", "high", "mean", "mean_compared", "median", "median_compared",
    "rank_effect", "rank_low", "rank_high", "p", "p_corrected", "decides", "holds",
]  # fmt: skip


def network_values(curves: pd.DataFrame) -> pd.DataFrame:
    """The measures of each network and class, and of each network over its classes.

    Parameters
    ----------
    curves : DataFrame
        From :func:`topodnn.curves.curve_summaries`.

    Returns
    -------
    DataFrame
        The columns of `curves`, measures as float, class as text. A half-life that is censored,
        as never_half says, is depth + 1: later than any that was seen, in rank tests the largest,
        in means a lower bound. Added are the rows of class "all": the mean over the classes, that
        of late_share missing where it is for one of them; the half-life is censored where that of
        one class is, and at_lowest is 1 where all classes are.
    """
    censored = {
        "half_life": curves["half_life"].isna(),
        "half_life_of_beta_0": curves["half_life_of_beta_0"].isna() & (curves["beta_0_input"] > 1),
    }
    late = {name: curves[name].mask(never, curves["depth"] + 1) for name, never in censored.items()}
    by_class = curves.assign(**late, never_half=censored["half_life"])
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


def measure_names(curves: pd.DataFrame) -> list[str]:
    """The columns that are measured on a curve, and averaged over networks."""
    peaks = [name for name in curves.columns if name.endswith(PEAK)]
    return [*SIMPLIFICATION, *HALF_LIVES, "never_half", "late_share", *BEYOND, *peaks]


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
        Every row sums to the size of the group within each group. A statistic of a resample is
        that of the networks with these weights.
    """
    weights = np.empty((n_bootstrap, len(groups)))
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        drawn = rng.integers(len(members), size=(n_bootstrap, len(members)))
        drawn += len(members) * np.arange(n_bootstrap)[:, None]  # a row of counts for each row
        counts = np.bincount(drawn.ravel(), minlength=drawn.size)
        weights[:, members] = counts.reshape(drawn.shape)
    return weights


def weighted_means(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean of each column over the values that are known.

    Parameters
    ----------
    values : ndarray of shape (n, n_columns)
    weights : ndarray of shape (n_rows, n)

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
        Missing where no value that is known has a weight.
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
    """How much larger the values of later groups are, in ranks only: Somers' D.

    The probability that of two networks of different groups the one of the later group has the
    larger value, less the probability that it has the smaller. With two groups this is Cliff's
    delta.

    Source: R. H. Somers, American Sociological Review 27(6), 1962; N. Cliff, Psychological
    Bulletin 114(3), 1993.

    Parameters
    ----------
    values : ndarray of shape (n,)
    groups : ndarray of shape (n,)
        Numbers, in their order.
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


def kind_means(
    networks: pd.DataFrame, measures: list[str], thresholds: dict, rng: np.random.Generator
) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Means over the judged networks of each kind, with bootstrap intervals.

    Parameters
    ----------
    networks : DataFrame
        From :func:`network_values`.

    Returns
    -------
    rows : DataFrame
        One row a kind, measure and class: dataset, network, activation, measure, class, estimate
        (the mean), low, high (missing for a single network), median.
    draws : list of ndarray of shape (n_bootstrap, n_rows of a kind)
    """
    rows, draws = [], [np.empty((thresholds["n_bootstrap"], 0))]
    for kind, group in networks[networks["judged"]].groupby(KEYS):
        wide = group.pivot(index="seed", columns="class", values=measures).dropna(axis=1, how="all")
        alike = np.zeros(len(wide))
        weights = stratified_weights(alike, thresholds["n_bootstrap"], rng)
        draws.append(weighted_means(wide.to_numpy(), weights))
        low, high = interval(draws[-1], thresholds["confidence"])
        summary = pd.DataFrame(
            {"estimate": wide.mean(), "low": low, "high": high, "median": wide.median()}
        )
        if len(wide) == 1:
            summary[["low", "high"]] = np.nan
        summary = summary.rename_axis(["measure", "class"]).reset_index()
        rows.append(summary.assign(**dict(zip(KEYS, kind, strict=True))))
    nothing = pd.DataFrame(columns=[*KEYS, "measure", "class", "estimate", "low", "high", "median"])
    return pd.concat(rows or [nothing], ignore_index=True), draws


def holm(p: Iterable[float]) -> np.ndarray:
    """Corrected p-values; a test of values that are all the same (missing) gives 1."""
    known = np.nan_to_num(np.asarray(p, float), nan=1.0)
    return multipletests(known, method="holm")[1] if len(known) else known


def _answers(yes: pd.Series, partly: pd.Series) -> np.ndarray:
    return np.select([yes, partly], ["yes", "partly"], "no")


def simplification(
    networks: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Claim 1: how many networks end at the lowest values possible, and how far all of them get.

    Returns
    -------
    rows : DataFrame
        As :func:`kind_means`, of at_lowest and decrease_reached, with the numbers of networks.
        Those of at_lowest over all classes decide, where the kind has enough networks. Their p is
        that of a binomial test that the share is simplified_share or more: a small one speaks
        against the claim. They hold where the share is at least that, and partly where
        decrease_share is reached.
    draws : ndarray of shape (n_bootstrap, n_rows)
        Of the estimates.
    """
    rows, draws = kind_means(networks, SIMPLIFICATION, thresholds, rng)
    rows = rows.merge(count_networks(networks).reset_index(), on=KEYS, how="left")
    whole = rows["class"] == ALL_CLASSES
    enough = rows["n_networks"] >= thresholds["smallest_group"]
    rows["decides"] = whole & enough & (rows["measure"] == "at_lowest")
    deciding = rows[rows["decides"]].set_index(KEYS)
    reached = rows[whole & (rows["measure"] == "decrease_reached")].set_index(KEYS)["estimate"]
    p = [
        stats.binomtest(round(share * n), n, thresholds["simplified_share"], "less").pvalue
        for share, n in zip(deciding["estimate"], deciding["n_networks"], strict=True)
    ]
    tests = pd.DataFrame({"p": p, "p_corrected": holm(p)}, index=rows.index[rows["decides"]])
    tests["holds"] = _answers(
        (deciding["estimate"] >= thresholds["simplified_share"]).to_numpy(),
        (reached.reindex(deciding.index) >= thresholds["decrease_share"]).to_numpy(),
    )
    return rows.join(tests), np.hstack(draws)


def _tested(networks: pd.DataFrame, measure: str, thresholds: dict) -> pd.DataFrame:
    """The judged networks, over all classes, of the kinds that have enough with this measure."""
    judged = networks[networks["judged"] & (networks["class"] == ALL_CLASSES)]
    judged = judged.dropna(subset=measure)
    size = judged.groupby(KEYS)["seed"].transform("size")
    return judged[size >= thresholds["smallest_group"]]


def compare(
    values: np.ndarray, groups: np.ndarray, thresholds: dict, rng: np.random.Generator
) -> tuple[dict, np.ndarray]:
    """The last group beside the first one, and the rank effect over all groups.

    The difference is that of medians: a mean would depend on the number set for a censored
    half-life, and on single networks that hardly simplify, whose late share is huge.

    Parameters
    ----------
    values : ndarray of shape (n,)
    groups : ndarray of shape (n,)
        Numbers, in their order.

    Returns
    -------
    row : dict
        mean and median of the last group, mean_compared and median_compared of the first one;
        estimate (the difference of the medians), low, high; rank_effect, rank_low, rank_high.
    draws : ndarray of shape (n_bootstrap,)
        Of the estimate.
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


def activation_differences(
    networks: pd.DataFrame, thresholds: dict, rng: np.random.Generator, measure: str = "half_life"
) -> tuple[pd.DataFrame, np.ndarray]:
    """Claim 2: the half-life of ω with one activation beside that with another; or another measure.

    Returns
    -------
    rows : DataFrame
        One row for each data set, network and pair of ``PAIRS`` of which both have enough
        networks: those of activation beside those of compared_with, see :func:`compare`; p of a
        two-sided Mann-Whitney test. They hold where activation has the shorter half-life,
        p_corrected is below alpha and the medians differ by faster_by of the depth, and partly
        where they differ by less. ReLU beside tanh decides, on the deepest networks of each data
        set, as in the paper: in shallow ones most of the change is in the last layers whatever
        the activation (claim 3). Only the half-life of ω decides.
    draws : ndarray of shape (n_bootstrap, n_rows)
        Of the estimates.
    """
    tested = _tested(networks, measure, thresholds)
    rows, draws = [], []
    for (dataset, network), group in tested.groupby(["dataset", "network"]):
        half_lives = {name: v.to_numpy() for name, v in group.groupby("activation")[measure]}
        for name, other in PAIRS:
            if name not in half_lives or other not in half_lives:
                continue
            pair = [half_lives[other], half_lives[name]]
            number = np.repeat([0, 1], [len(values) for values in pair])
            row, draw = compare(np.concatenate(pair), number, thresholds, rng)
            p = stats.mannwhitneyu(*pair).pvalue
            key = {"dataset": dataset, "network": network, "activation": name}
            rows.append({**key, "compared_with": other, **row, "p": p})
            draws.append(draw)
    if not rows:
        return _nothing(thresholds)
    counts = count_networks(networks).reset_index()
    compared = counts[[*KEYS, "n_networks", "n_failed"]].set_axis(
        ["dataset", "network", "compared_with", "n_compared", "n_failed_compared"], axis=1
    )
    rows = pd.DataFrame(rows).merge(counts, on=KEYS, how="left")
    rows = rows.merge(compared, on=["dataset", "network", "compared_with"], how="left")
    rows["measure"], rows["class"] = measure, ALL_CLASSES
    rows["p_corrected"] = holm(rows["p"])
    shorter = (rows["p_corrected"] < thresholds["alpha"]) & (rows["estimate"] < 0)
    enough = -rows["estimate"] >= thresholds["faster_by"] * rows["depth"]
    rows["holds"] = _answers(shorter & enough, shorter)
    claimed = (rows["activation"] == PAIRS[0][0]) & (rows["compared_with"] == PAIRS[0][1])
    deepest = rows["depth"].where(claimed).groupby(rows["dataset"]).transform("max")
    rows["decides"] = claimed & (rows["depth"] == deepest) & (measure == "half_life")
    return rows, np.column_stack(draws)


def _nothing(thresholds: dict) -> tuple[pd.DataFrame, np.ndarray]:
    return pd.DataFrame(columns=COLUMNS), np.empty((thresholds["n_bootstrap"], 0))


def depth_trends(
    networks: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Claim 3: the share of the decrease of ω in the last third of the layers against depth.

    Returns
    -------
    rows : DataFrame
        One row for each data set and activation that has enough networks of two depths or more,
        in each class of which ω decreases (n_without_decrease counts the others):
        the deepest (depth) beside the shallowest (compared_with), the rank effect over all depths,
        see :func:`compare`; p of Kendall's tau. They hold where the share falls (rank effect below
        0, p_corrected below alpha), from a median of more than late_share to one of 1/3 within
        even_tolerance, and partly where it falls.
    draws : ndarray of shape (n_bootstrap, n_rows)
        Of the estimates.
    """
    if thresholds["depth_networks"] is not None:
        networks = networks[networks["network"].isin(thresholds["depth_networks"])]
    counts = count_networks(networks).groupby(["dataset", "activation"])[["n_failed"]].sum()
    judged = networks[networks["judged"] & (networks["class"] == ALL_CLASSES)]
    missing = judged["late_share"].isna().groupby([judged["dataset"], judged["activation"]])
    counts["n_without_decrease"] = missing.sum()
    known = _tested(networks, "late_share", thresholds)
    rows, draws = [], []
    for kind, group in known.groupby(["dataset", "activation"]):
        share, depth = group["late_share"].to_numpy(), group["depth"].to_numpy()
        if depth.min() == depth.max():
            continue
        row, draw = compare(share, depth, thresholds, rng)
        row |= {"dataset": kind[0], "activation": kind[1], **counts.loc[kind]}
        row |= {"n_networks": len(group), "depth": depth.max(), "compared_with": str(depth.min())}
        rows.append({**row, "p": stats.kendalltau(depth, share).pvalue})
        draws.append(draw)
    if not rows:
        return _nothing(thresholds)
    rows = pd.DataFrame(rows)
    rows["measure"], rows["class"], rows["decides"] = "late_share", ALL_CLASSES, True
    rows["p_corrected"] = holm(rows["p"])
    falls = (rows["p_corrected"] < thresholds["alpha"]) & (rows["rank_effect"] < 0)
    late = rows["median_compared"] > thresholds["late_share"]
    even = (rows["median"] - EVEN_SHARE).abs() <= thresholds["even_tolerance"]
    rows["holds"] = _answers(falls & late & even, falls)
    return rows, np.column_stack(draws)


def verdict(answers: Iterable[str]) -> str:
    """The verdict on a claim from the answers of its comparisons: "yes", "partly" or "no"."""
    given = set(answers)
    if not given:
        return "not tested"
    if given == {"yes"}:
        return "replicated"
    return "not replicated" if given == {"no"} else "partly replicated"


def _summary(claim: int, rows: pd.DataFrame, draws: np.ndarray, thresholds: dict) -> dict:
    """One row of the verdicts, from the comparisons that decide it, each of the same weight."""
    decides = rows["decides"].to_numpy(bool)
    deciding = rows[decides]
    where = {
        answer: [_kind_name(row) for row in found.to_dict("records")]
        for answer, found in deciding.groupby("holds")
    }
    low, high = np.nan, np.nan
    if len(deciding):
        low, high = interval(draws[:, decides].mean(axis=1), thresholds["confidence"])
    return {
        "claim": claim,
        "finding": FINDINGS[claim],
        "verdict": verdict(deciding["holds"]),
        "n_comparisons": len(deciding),
        "n_yes": len(where.get("yes", [])),
        "n_partly": len(where.get("partly", [])),
        "n_no": len(where.get("no", [])),
        "n_networks": int(deciding[["n_networks", "n_compared"]].sum().sum()),
        "n_failed": int(deciding[["n_failed", "n_failed_compared"]].sum().sum()),
        "estimate": deciding["estimate"].mean(),
        "low": low,
        "high": high,
        "smallest_p": deciding["p_corrected"].min(),
        "largest_p": deciding["p_corrected"].max(),
        "where_partly": ", ".join(where.get("partly", [])),
        "where_not": ", ".join(where.get("no", [])),
    }


def _kind_name(row: dict) -> str:
    return " ".join(row[key] for key in KEYS if isinstance(row[key], str))


def left_out(curves: pd.DataFrame, thresholds: dict) -> str:
    """Sentences on the networks that no claim is decided on, and why."""
    counts = count_networks(curves)
    texts = []
    if n_failed := counts["n_failed"].sum():
        n_all = counts[["n_networks", "n_failed", "n_wrong_input"]].sum().sum()
        texts.append(f"{n_failed} of {n_all} networks did not end well trained.")
    wrong = counts["n_wrong_input"].groupby("dataset").sum()
    for dataset, n_wrong in wrong[wrong > 0].items():
        texts.append(
            f"The input of {dataset} does not show the true Betti numbers: its {n_wrong} "
            "well-trained networks are not judged."
        )
    judged = curves[curves["judged"]]
    no_lower = judged["late_share"].isna().groupby([judged[key] for key in NETWORK]).any()
    if no_lower.any():
        texts.append(
            f"{no_lower.sum()} of {len(no_lower)} networks have a class of which ω ends no lower "
            "than it starts: they have no share of the decrease, and are not in claim 3."
        )
    few = counts[counts["n_networks"] < thresholds["smallest_group"]]
    if len(few):
        names = [f"{' '.join(kind)} ({n})" for kind, n in few["n_networks"].items()]
        texts.append(
            f"Fewer than {thresholds['smallest_group']} networks to judge: {', '.join(names)}."
        )
    return " ".join(texts)


def _test_peaks(means: pd.DataFrame, thresholds: dict) -> pd.DataFrame:
    """Whether more than half of the networks of a kind and class have a peak above the input.

    p is that of a binomial test, corrected for all of them.
    """
    tested = means["measure"].str.endswith(ABOVE_INPUT) & (means["class"] != ALL_CLASSES)
    tested &= means["n_networks"] >= thresholds["smallest_group"]
    rows = means[tested]
    p = [
        stats.binomtest(round(share * n), n, 0.5, "greater").pvalue
        for share, n in zip(rows["estimate"], rows["n_networks"], strict=True)
    ]
    results = pd.DataFrame({"p": p, "p_corrected": holm(p)}, index=rows.index)
    results["holds"] = np.where(results["p_corrected"] < thresholds["alpha"], "yes", "no")
    return means.join(results)


def judge(
    curves: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every comparison, and a verdict on each claim.

    A claim is replicated if all comparisons that decide it hold, not replicated if none of them
    does, partly replicated between the two, and not tested if there is none.

    Parameters
    ----------
    curves : DataFrame
        From :func:`topodnn.curves.curve_summaries`.
    thresholds : dict
        See the head of this module.
    rng : numpy.random.Generator
        For the bootstrap.

    Returns
    -------
    comparisons : DataFrame
        The columns ``COLUMNS``: the rows of :func:`simplification`,
        :func:`activation_differences` and :func:`depth_trends`, then the means of the other
        measures, of half_life and never_half under claim 2, of late_share under claim 3, of what
        the paper does not say without a claim; of those, the shares of networks with a peak above
        the input have a test that they are more than half.
    verdicts : DataFrame
        One row a claim: claim, finding, verdict; n_comparisons, n_yes, n_partly, n_no (of those
        that decide), n_networks, n_failed; estimate, low, high (mean of their estimates),
        smallest_p, largest_p (corrected); where_partly, where_not (data set, network,
        activation); left_out (see :func:`left_out`).
    """
    networks = network_values(curves)
    tested, verdicts = [], []
    for claim, test in enumerate([simplification, activation_differences, depth_trends], start=1):
        rows, draws = test(networks, thresholds, rng)
        tested.append(rows.assign(claim=claim).reindex(columns=COLUMNS))
        verdicts.append(_summary(claim, tested[-1], draws, thresholds))
    components, _ = activation_differences(networks, thresholds, rng, "half_life_of_beta_0")
    tested.append(components.assign(claim=2).reindex(columns=COLUMNS))
    others = [name for name in measure_names(networks) if name not in SIMPLIFICATION]
    means = kind_means(networks, others, thresholds, rng)[0]
    means = _test_peaks(means.merge(count_networks(networks).reset_index(), on=KEYS), thresholds)
    means["claim"] = means["measure"].map(
        dict.fromkeys([*HALF_LIVES, "never_half"], 2) | {"late_share": 3}
    )
    comparisons = pd.concat([*(rows for rows in tested if len(rows)), means], ignore_index=True)
    comparisons = comparisons.reindex(columns=COLUMNS).astype(dict.fromkeys(COUNTS, "Int64"))
    comparisons["decides"] = comparisons["decides"].eq(True)
    return comparisons, pd.DataFrame(verdicts).assign(left_out=left_out(curves, thresholds))
