"""The paper's three claims, tested on the curves of the networks.

Source of the claims: Naitzat, Zhitnikov and Lim, "Topology of Deep Neural Networks", JMLR 21(184),
2020. The unit of every statistic is the network (a seed): its classes are not independent, so
their measures are averaged before anything is compared, and a resample takes a network with all
its classes. Networks are resampled within their group (percentile bootstrap); those of different
groups count as independent, even where they have the same seed.
:func:`topodnn.analysis.judging.judge` makes a verdict from the comparisons of each claim.

A comparison answers yes, partly or no, see :func:`simplification_answers`,
:func:`activation_differences` and :func:`depth_trends`. The thresholds of the answers were fixed
before the networks were trained, and are given in a dict:

=================  ========  ====================================================================
confidence         0.95      of all intervals, also of those that decide claim 1
n_bootstrap        10000     resamples: their noise is far below the width of an interval
alpha              0.05      of the tests that decide claims 2 and 3, corrected by Holm for all
                             comparisons of a claim
smallest_group     10        judged networks that a kind needs to be tested, at least 2: with 5 on
                             each side the smallest p of a rank test is 0.008, which no correction
                             for ten comparisons leaves below 0.05
simplified_share   0.9       claim 1: "nearly always" means at least this share of the networks
decrease_share     0.9       claim 1 holds in part where at least this share of the decrease is
                             reached
faster_by          0.05      claim 2: a half-life is shorter by at least this share of the depth,
                             half a layer of ten; less would not be seen in the paper's figures
late_share         0.5       claim 3: "mainly in the last layers" means that more than this share
                             of the decrease falls in the last third
even_tolerance     0.1667    claim 3: "evenly" means 1/3 give or take this, so at most 1/2: it
                             ends where "mainly in the last layers" begins
depth_networks     null      claim 3: names of the networks that differ in depth alone, so that
                             width does not mix with it; null: all networks
=================  ========  ====================================================================

A claim is replicated if every comparison that decides it says yes, not replicated if none does, and
partly replicated between the two. A partly does not count towards this, so that more comparisons do
not soften a verdict; the number of each answer stands beside it.

Changed when the results were known: half-lives are those of ω - 1, which can fall to 0, and not of
ω; claim 1 is decided by intervals; a claim without a yes is not replicated. Added then: the last
crossing of the half; that nothing decides claim 2 where no network gets down to the half.
"""

import numpy as np
import pandas as pd
from scipy import stats

from topodnn.analysis.curves import KEYS
from topodnn.analysis.measures import (
    ALL_CLASSES,
    SIMPLIFICATION,
    count_networks,
    kind_means,
    n_with,
)
from topodnn.analysis.statistics import compare, holm, wilson_interval

# The first pair decides claim 2; the paper makes no claim on the others.
PAIRS = [("relu", "tanh"), ("leaky_relu", "tanh"), ("relu", "leaky_relu")]
EVEN_SHARE = 1 / 3
# One row per comparison. compared_with is the other activation, or the smallest depth; the names
# of the columns of that group end in compared.
COLUMNS = [
    "claim", "measure", *KEYS, "class", "depth", "n_networks", "n_known", "n_failed",
    "n_without_decrease", "compared_with", "n_compared", "n_failed_compared",
    "estimate", "low", "high", "mean", "mean_compared", "median", "median_compared",
    "rank_effect", "rank_low", "rank_high", "p", "p_corrected", "decides", "holds",
]  # fmt: skip


def _answers(yes: pd.Series, partly: pd.Series) -> np.ndarray:
    return np.select([yes, partly], ["yes", "partly"], "no")


def simplification(
    networks: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Claim 1: how many networks end at the lowest values possible, and how far all of them get.

    Returns
    -------
    rows : DataFrame
        As from :func:`kind_means`, for at_lowest and decrease_reached, with the numbers of
        networks. The rows of at_lowest over all classes decide, where the kind has enough networks;
        :func:`simplification_answers` says which of them hold. Their p, which does not decide, is
        that of a binomial test that the share is simplified_share or more: a small p speaks against
        the claim.
    draws : ndarray of shape (n_bootstrap, n_rows)
        The estimates in each resample.
    """
    rows, draws = kind_means(networks, SIMPLIFICATION, thresholds, rng)
    rows = rows.merge(count_networks(networks).reset_index(), on=KEYS, how="left")
    whole = rows["class"] == ALL_CLASSES
    enough = rows["n_known"] >= thresholds["smallest_group"]
    rows["decides"] = whole & enough & (rows["measure"] == "at_lowest")
    deciding = rows[rows["decides"]].set_index(KEYS)
    reached = rows[whole & (rows["measure"] == "decrease_reached")].set_index(KEYS)
    p = [
        stats.binomtest(n_yes, n, thresholds["simplified_share"], "less").pvalue
        for n_yes, n in zip(n_with(deciding), deciding["n_known"], strict=True)
    ]
    tests = pd.DataFrame({"p": p, "p_corrected": holm(p)}, index=rows.index[rows["decides"]])
    tests["holds"] = simplification_answers(
        deciding["estimate"].to_numpy(float),
        deciding["n_known"].to_numpy(float),
        reached["low"].reindex(deciding.index).to_numpy(float),
        thresholds,
    )
    return rows.join(tests), np.hstack(draws)


def simplification_answers(
    share: np.ndarray, n: np.ndarray, reached_low: np.ndarray, thresholds: dict
) -> np.ndarray:
    """Claim 1: the answer of each kind of network.

    The paper's statement, that the share of networks at the lowest values is simplified_share or
    more, is rejected where Wilson's interval lies below. More networks with the same share reject
    it sooner, and so never make the answer stronger. A yes is possible from the smallest group on,
    with 9 of 10 networks. If the lower end had to reach 0.9, all of 35 networks would have to end
    there, and no result of 30 could be a yes. That a share of the decrease is reached, however, has
    to be shown: there the lower end decides.

    Parameters
    ----------
    share : ndarray of shape (n_kinds,)
        Of the networks of which every class ends at the lowest values.
    n : ndarray of shape (n_kinds,)
        The number of networks.
    reached_low : ndarray of shape (n_kinds,)
        The lower end of the interval of the mean share of the decrease that is reached.

    Returns
    -------
    ndarray of shape (n_kinds,)
        "yes" where the share is at least simplified_share. "partly" where it is less but its
        interval reaches simplified_share (open), or where reached_low is at least decrease_share.
        Else "no".
    """
    threshold = thresholds["simplified_share"]
    at_least = share >= threshold
    open_ = wilson_interval(share * n, n, thresholds["confidence"])[1] >= threshold
    return _answers(at_least, open_ | (reached_low >= thresholds["decrease_share"]))


def _tested(networks: pd.DataFrame, measure: str, thresholds: dict) -> pd.DataFrame:
    """The judged networks, over all classes, of the kinds with enough that have this measure."""
    judged = networks[networks["judged"] & (networks["class"] == ALL_CLASSES)]
    judged = judged.dropna(subset=measure)
    size = judged.groupby(KEYS)["seed"].transform("size")
    return judged[size >= thresholds["smallest_group"]]


def activation_differences(
    networks: pd.DataFrame, thresholds: dict, rng: np.random.Generator, measure: str = "half_life"
) -> tuple[pd.DataFrame, np.ndarray]:
    """Claim 2: the half-life of ω - 1, or another one, with one activation and with another.

    Returns
    -------
    rows : DataFrame
        One row for each data set, network and pair in ``PAIRS`` of which both have enough networks
        with a half-life. It compares those of activation with those of compared_with, see
        :func:`compare`; n_networks and n_compared are their numbers; p is that of a two-sided
        Mann-Whitney test. A row holds where activation has the shorter half-life, p_corrected is
        below alpha and the medians differ by at least faster_by of the depth, and partly where they
        differ by less. ReLU against tanh decides, on the deepest networks of each data set, as in
        the paper: in shallow ones most of the change is in the last layers whatever the activation
        (claim 3). Where too few of these have a half-life, or none on either side gets down to the
        half, nothing decides. Only the half-life of ω - 1, where it first crosses the half,
        decides; the last crossing stands beside it.
    draws : ndarray of shape (n_bootstrap, n_rows)
        The estimates in each resample.
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
            sizes = {
                "n_networks": len(pair[1]),
                "n_known": len(pair[1]),
                "n_compared": len(pair[0]),
            }
            reached = min(map(min, pair)) <= group["depth"].iloc[0]
            about = {"compared_with": other, "reached": reached, "p": p}
            rows.append({**key, **sizes, **row, **about})
            draws.append(draw)
    if not rows:
        return _nothing(thresholds)
    counts = count_networks(networks).reset_index().drop(columns="n_networks")
    compared = counts[[*KEYS, "n_failed"]].set_axis(
        ["dataset", "network", "compared_with", "n_failed_compared"], axis=1
    )
    rows = pd.DataFrame(rows).merge(counts, on=KEYS, how="left")
    rows = rows.merge(compared, on=["dataset", "network", "compared_with"], how="left")
    rows["measure"], rows["class"] = measure, ALL_CLASSES
    rows["p_corrected"] = holm(rows["p"])
    shorter = (rows["p_corrected"] < thresholds["alpha"]) & (rows["estimate"] < 0)
    enough = -rows["estimate"] >= thresholds["faster_by"] * rows["depth"]
    rows["holds"] = _answers(shorter & enough, shorter)
    claimed = (rows["activation"] == PAIRS[0][0]) & (rows["compared_with"] == PAIRS[0][1])
    deepest = rows["depth"] == rows["dataset"].map(_deepest(counts))
    rows["decides"] = claimed & deepest & rows.pop("reached") & (measure == "half_life")
    return rows, np.column_stack(draws)


def _deepest(counts: pd.DataFrame) -> pd.Series:
    """By data set, the depth of the deepest networks that were trained with both of a claim."""
    claimed = counts[counts["activation"].isin(PAIRS[0])]
    n_activations = claimed.groupby(["dataset", "network", "depth"])["activation"].nunique()
    both = n_activations[n_activations == len(PAIRS[0])].reset_index()
    return both.groupby("dataset")["depth"].max()


def _nothing(thresholds: dict) -> tuple[pd.DataFrame, np.ndarray]:
    return pd.DataFrame(columns=COLUMNS), np.empty((thresholds["n_bootstrap"], 0))


def depth_trends(
    networks: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Claim 3: the share of the decrease of ω in the last third of the layers against depth.

    Returns
    -------
    rows : DataFrame
        One row for each data set and activation with enough networks of at least two depths. Only
        networks in which ω decreases in every class are used; n_without_decrease counts the others.
        A row compares the deepest (depth) with the shallowest (compared_with), and has the rank
        effect over all depths, see :func:`compare`; p is that of Kendall's tau. It holds where the
        share falls (rank effect below 0, p_corrected below alpha) from a median of more than
        late_share to one within even_tolerance of 1/3, and partly where it falls otherwise.
    draws : ndarray of shape (n_bootstrap, n_rows)
        The estimates in each resample.
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
        row |= {
            "n_networks": len(group),
            "n_known": len(group),
            "depth": depth.max(),
            "compared_with": str(depth.min()),
        }
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
