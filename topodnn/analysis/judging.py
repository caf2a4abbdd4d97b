"""A verdict on each claim, from all comparisons."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats

from topodnn.analysis.claims import COLUMNS, activation_differences, depth_trends, simplification
from topodnn.analysis.curves import KEYS, NETWORK
from topodnn.analysis.measures import (
    ABOVE_INPUT,
    ALL_CLASSES,
    HALF_LIVES,
    REBOUNDS,
    SIMPLIFICATION,
    count_networks,
    kind_means,
    measure_names,
    n_with,
    network_values,
)
from topodnn.analysis.statistics import holm, interval

FINDINGS = {
    1: "Well-trained networks simplify topology: every class ends at β0 = 1 and βk = 0",
    2: "ω falls faster with ReLU than with tanh",
    3: "Shallow networks change topology mainly in the last layers, deep ones evenly",
}
ANSWERS = ["yes", "partly", "no"]
COUNTS = [
    "claim", "depth", "n_networks", "n_known", "n_failed", "n_without_decrease",
    "n_compared", "n_failed_compared",
]  # fmt: skip


def judge(
    curves: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every comparison, and a verdict on each claim.

    A claim is replicated if every comparison that decides it says yes, not replicated if none of
    them does, partly replicated between the two, and not tested if there are none, see
    :func:`verdict`.

    Parameters
    ----------
    curves : DataFrame
        From :func:`topodnn.analysis.curves.curve_summaries`.
    thresholds : dict
        See :mod:`topodnn.analysis.claims`.
    rng : numpy.random.Generator
        For the bootstrap.

    Returns
    -------
    comparisons : DataFrame
        The columns ``COLUMNS``: the rows of :func:`simplification`,
        :func:`activation_differences` and :func:`depth_trends`, then the means of the other
        measures: half-lives, never_half and above_half_again under claim 2, late_share under claim
        3, and without a claim those of which the paper says nothing. Among these, the share of
        networks with a peak above the input is tested for being more than half. n_networks counts
        the networks judged, n_known those of which the measure is known; of rows with a
        compared_with, both are the networks compared.
    verdicts : DataFrame
        One row per claim: claim, finding, answers (such as "3 yes, 1 partly, 0 no"), verdict;
        n_comparisons, n_yes, n_partly, n_no (of those that decide), n_yes_last (claim 2: how many
        of them say yes by the last crossing), n_networks, n_failed; estimate, low, high (mean of
        their estimates, with a bootstrap interval), smallest_p, largest_p (corrected);
        where_partly, where_not (data set, network, activation); left_out (see :func:`left_out`).
    """
    networks = network_values(curves)
    tested, verdicts = judged_claims(networks, thresholds, rng)
    deciding = tested[1][tested[1]["decides"].eq(True)]
    for measure in list(HALF_LIVES)[1:]:
        rows, _ = activation_differences(networks, thresholds, rng, measure)
        tested.append(rows.assign(claim=2).reindex(columns=COLUMNS))
        if measure == "last_half_life":
            same = rows.merge(deciding[[*KEYS, "compared_with"]])
            verdicts[1]["n_yes_last"] = int(same["holds"].eq("yes").sum())
    others = [name for name in measure_names(networks) if name not in SIMPLIFICATION]
    means = kind_means(networks, others, thresholds, rng)[0]
    means = _test_peaks(means.merge(count_networks(networks).reset_index(), on=KEYS), thresholds)
    means["claim"] = means["measure"].map(
        dict.fromkeys([*HALF_LIVES, *REBOUNDS], 2) | {"late_share": 3}
    )
    comparisons = pd.concat([*(rows for rows in tested if len(rows)), means], ignore_index=True)
    comparisons = comparisons.reindex(columns=COLUMNS).astype(dict.fromkeys(COUNTS, "Int64"))
    comparisons["decides"] = comparisons["decides"].eq(True)
    table = pd.DataFrame(verdicts).astype({"n_yes_last": "Int64"})
    return comparisons, table.assign(left_out=left_out(curves, thresholds))


def judged_claims(
    networks: pd.DataFrame, thresholds: dict, rng: np.random.Generator
) -> tuple[list[pd.DataFrame], list[dict]]:
    """The comparisons of each claim, and its verdict: rows of what :func:`judge` returns.

    `networks` is from :func:`topodnn.analysis.measures.network_values`.
    """
    tested, verdicts = [], []
    for claim, test in enumerate([simplification, activation_differences, depth_trends], start=1):
        rows, draws = test(networks, thresholds, rng)
        tested.append(rows.assign(claim=claim).reindex(columns=COLUMNS))
        verdicts.append(_summary(claim, tested[-1], draws, thresholds))
    return tested, verdicts


def verdict(answers: Iterable[str]) -> str:
    """The verdict on a claim from the answers of its comparisons: "yes", "partly" or "no".

    A claim of which no comparison says yes is not replicated, however many say partly.
    """
    given = list(answers)
    if not given:
        return "not tested"
    if "yes" not in given:
        return "not replicated"
    return "replicated" if set(given) == {"yes"} else "partly replicated"


def _summary(claim: int, rows: pd.DataFrame, draws: np.ndarray, thresholds: dict) -> dict:
    """One row of the verdicts, from the comparisons that decide, all with the same weight."""
    decides = rows["decides"].to_numpy(bool)
    deciding = rows[decides]
    where = {
        answer: [_kind_name(row) for row in found.to_dict("records")]
        for answer, found in deciding.groupby("holds")
    }
    counts = {answer: int(deciding["holds"].eq(answer).sum()) for answer in ANSWERS}
    low, high = np.nan, np.nan
    if len(deciding):
        low, high = interval(draws[:, decides].mean(axis=1), thresholds["confidence"])
    return {
        "claim": claim,
        "finding": FINDINGS[claim],
        "answers": ", ".join(f"{n} {answer}" for answer, n in counts.items()),
        "verdict": verdict(deciding["holds"]),
        "n_comparisons": len(deciding),
        **{f"n_{answer}": n for answer, n in counts.items()},
        "n_yes_last": pd.NA,
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
    """Sentences on the networks that are left out of the verdicts, and why."""
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
    """Test whether more than half of the networks of a kind and class peak above the input.

    p is that of a binomial test, corrected by Holm for all of these tests.
    """
    tested = means["measure"].str.endswith(ABOVE_INPUT) & (means["class"] != ALL_CLASSES)
    tested &= means["n_known"] >= thresholds["smallest_group"]
    rows = means[tested]
    p = [
        stats.binomtest(n_yes, n, 0.5, "greater").pvalue
        for n_yes, n in zip(n_with(rows), rows["n_known"], strict=True)
    ]
    results = pd.DataFrame({"p": p, "p_corrected": holm(p)}, index=rows.index)
    results["holds"] = np.where(results["p_corrected"] < thresholds["alpha"], "yes", "no")
    return means.join(results)
