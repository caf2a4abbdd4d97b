"""The paper's claims 1 and 2 judged group by group, and the tables of it.

A group is the networks of one training protocol, or the same networks at one ε. That the networks
of one protocol differ from those of another is tested in
:func:`topodnn.analysis.comparisons.protocol_differences`.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from topodnn.analysis.claims import PAIRS
from topodnn.analysis.curves import KEYS, curve_summaries
from topodnn.analysis.judging import judge
from topodnn.analysis.measures import ALL_CLASSES
from topodnn.analysis.sentences import format_intervals, format_p
from topodnn.analysis.texts import in_both_formats
from topodnn.analysis.tidy import of_measure
from topodnn.columns import MEASURES


class Grouping(NamedTuple):
    """What a column that tells groups apart is called: in a heading, in a label, in sentences."""

    heading: str
    label: str
    networks: str


GROUPINGS = {
    "protocol": Grouping("Protocol", "protocol", "the networks of each training protocol"),
    "scale": Grouping("ε", "epsilon", "the same networks at each ε"),
}
CLAIMS = [1, 2]  # claim 3 needs networks of several depths
TESTED = ["at_lowest", "half_life"]  # what decides each of them
KIND_HEADINGS = {
    "claim": "Claim", "dataset": "Data", "network": "Network", "activation": "Activation",
    "compared_with": "Beside", "measure": "Measure",
}  # fmt: skip
NUMBERS = [
    "n_networks", "n_compared", "n_failed", "n_failed_compared", "estimate", "low", "high",
    "rank_effect", "rank_low", "rank_high", "p_corrected", "holds",
]  # fmt: skip


def claims_by(
    group: str, table: pd.DataFrame, thresholds: dict
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge claims 1 and 2 on each group of rows, by each measure.

    Parameters
    ----------
    group : str
        A key of ``GROUPINGS``: the column that tells the groups apart.
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`.
    thresholds : dict
        See :mod:`topodnn.analysis.claims`. Each bootstrap starts from its ``seed``.

    Returns
    -------
    comparisons : DataFrame
        The comparisons of which a verdict is made, and those that cannot be made, which do not hold
        or fail: of kinds with too few networks, and of pairs of activations of which one has too
        few with a half-life. The columns of ``KIND_HEADINGS``, `group`, and ``NUMBERS``. Those of
        all groups on one kind follow each other. p is corrected within a group and measure.
    verdicts : DataFrame
        One row per claim, measure and group: the columns of
        :func:`topodnn.analysis.judging.judge`.
    """
    comparisons, verdicts = [], []
    compared_kinds = ["claim", *KEYS, "compared_with"]
    for measure in MEASURES:
        for name, rows in of_measure(table, measure).groupby(group):
            rng = np.random.default_rng(thresholds["seed"])
            curves = curve_summaries(rows)
            compared, judged = judge(curves, thresholds, rng)
            tested = pd.concat([_tested(compared), _pairs(curves)]).drop_duplicates(compared_kinds)
            which = {"measure": measure, group: name}
            comparisons.append(tested.assign(**which))
            verdicts.append(judged[judged["claim"].isin(CLAIMS)].assign(**which))
    by_kind = [*compared_kinds, "measure"]
    together = pd.concat(comparisons).sort_values(by_kind, kind="stable", ignore_index=True)
    of_claims = pd.concat(verdicts).sort_values("claim", kind="stable", ignore_index=True)
    return together.reindex(columns=[*KIND_HEADINGS, group, *NUMBERS]), of_claims


def _tested(comparisons: pd.DataFrame) -> pd.DataFrame:
    """The rows of what is tested: of claim 1 over all classes, of claim 2 of two activations."""
    of_claim = comparisons["claim"].isin(CLAIMS) & comparisons["measure"].isin(TESTED)
    is_tested = (comparisons["measure"] == TESTED[0]) | comparisons["compared_with"].notna()
    return comparisons[of_claim & is_tested & (comparisons["class"] == ALL_CLASSES)]


def _pairs(curves: pd.DataFrame) -> pd.DataFrame:
    """The pairs of activations that claim 2 compares, whether or not there is enough to compare."""
    kinds = curves[KEYS].drop_duplicates()
    pairs = pd.DataFrame(PAIRS, columns=["activation", "compared_with"])
    others = kinds.rename(columns={"activation": "compared_with"})
    return kinds.merge(pairs).merge(others).assign(claim=2)


def claim_texts(group: str, comparisons: pd.DataFrame, confidence: float) -> tuple[str, str]:
    """The comparisons of :func:`claims_by` in Markdown and LaTeX."""
    grouping = GROUPINGS[group]
    headings = KIND_HEADINGS | {group: grouping.heading}
    table = comparisons[list(headings)].rename(columns=headings).astype(object)
    table = table.where(table.notna(), "–")
    for heading, *names in (
        ("Networks", "n_networks", "n_compared"),
        ("Failed", "n_failed", "n_failed_compared"),
    ):
        table[heading] = [_numbers(pair) for pair in comparisons[names].to_numpy(object)]
    table["Share, or difference"] = format_intervals(comparisons)
    table["Cliff's δ"] = format_intervals(comparisons, "rank_effect", "rank_low", "rank_high")
    table["p"] = ["–" if pd.isna(p) else format_p(p) for p in comparisons["p_corrected"]]
    table["Holds"] = comparisons["holds"].fillna("–")
    text = (
        "Claim 1: the share of the well-trained networks of which every class ends at the lowest "
        "values. Claim 2: the half-life of ω − 1 with the first activation minus that with the "
        f"other, medians, in layers. Intervals of {100 * confidence:g} %; p corrected by Holm "
        f"within a measure and a value of {grouping.heading}. Failed: networks that no trial "
        "trained well. – where a side has too few networks, or in claim 2 too few with a "
        "half-life: where ω starts at 1 in all classes, a network has none, and that it ends at "
        "the lowest says nothing."
    )
    label = f"tab:{grouping.label}-claims"
    return in_both_formats(table.astype(str), text, label, n_text_columns=len(headings))


def _numbers(pair: np.ndarray) -> str:
    """Such as ``"10 / 9"``, of one kind ``"10"``, and ``"–"`` where nothing is compared."""
    return " / ".join(str(number) for number in pair if pd.notna(number)) or "–"


def verdict_texts(group: str, verdicts: pd.DataFrame, confidence: float) -> tuple[str, str]:
    """The verdicts of :func:`claims_by` in Markdown and LaTeX."""
    grouping = GROUPINGS[group]
    headings = {
        "claim": "Claim", "measure": "Measure", group: grouping.heading, "answers": "Answers",
        "verdict": "Verdict", "n_networks": "Networks", "n_failed": "Failed",
    }  # fmt: skip
    table = verdicts[list(headings)].rename(columns=headings)
    table["Mean share, or difference"] = format_intervals(verdicts)
    text = (
        f"The verdicts on claims 1 and 2 from {grouping.networks}, by the same rules. Answers: of "
        "the kinds of network, or pairs of activations, with enough networks to judge; claim 2 is "
        "not tested where these have no half-life, since ω starts at 1. The mean is that of their "
        f"estimates, with a {100 * confidence:g} % bootstrap interval."
    )
    label = f"tab:{grouping.label}-verdicts"
    return in_both_formats(table.astype(str), text, label, n_text_columns=5)
