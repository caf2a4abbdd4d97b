"""The paper's claims 1 and 2 under each training protocol, and the tables of it.

That the networks of one protocol differ from those of another is tested in
:func:`topodnn.analysis.comparisons.protocol_differences`.
"""

import numpy as np
import pandas as pd

from topodnn.analysis.curves import KEYS, curve_summaries
from topodnn.analysis.judging import judge
from topodnn.analysis.measures import ALL_CLASSES
from topodnn.analysis.sentences import format_intervals, format_p
from topodnn.analysis.texts import in_both_formats
from topodnn.analysis.tidy import of_measure
from topodnn.columns import MEASURES

CLAIMS = [1, 2]  # claim 3 needs networks of several depths
TESTED = ["at_lowest", "half_life"]  # what decides each of them
SHOWN = [
    "claim", *KEYS, "compared_with", "measure", "protocol", "n_networks", "n_compared",
    "n_failed", "n_failed_compared", "estimate", "low", "high", "rank_effect", "rank_low",
    "rank_high", "p_corrected", "holds",
]  # fmt: skip
KIND_HEADINGS = {
    "claim": "Claim", "dataset": "Data", "network": "Network", "activation": "Activation",
    "compared_with": "Beside", "measure": "Measure", "protocol": "Protocol",
}  # fmt: skip
VERDICT_HEADINGS = {
    "claim": "Claim", "measure": "Measure", "protocol": "Protocol", "answers": "Answers",
    "verdict": "Verdict", "n_networks": "Networks", "n_failed": "Failed",
}  # fmt: skip


def claims_by_protocol(table: pd.DataFrame, thresholds: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge claims 1 and 2 on the networks of each protocol, by each measure.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`.
    thresholds : dict
        See :mod:`topodnn.analysis.claims`. Each bootstrap starts from its ``seed``.

    Returns
    -------
    comparisons : DataFrame
        The comparisons of which a verdict is made, and those of kinds with too few networks, which
        do not hold or fail: the columns ``SHOWN``. Those of all protocols on one kind follow each
        other. p is corrected within a protocol and measure.
    verdicts : DataFrame
        One row per claim, measure and protocol: the columns of
        :func:`topodnn.analysis.judging.judge`.
    """
    comparisons, verdicts = [], []
    for measure in MEASURES:
        for protocol, rows in of_measure(table, measure).groupby("protocol", sort=False):
            rng = np.random.default_rng(thresholds["seed"])
            compared, judged = judge(curve_summaries(rows), thresholds, rng)
            which = {"measure": measure, "protocol": protocol}
            comparisons.append(_tested(compared).assign(**which))
            verdicts.append(judged[judged["claim"].isin(CLAIMS)].assign(**which))
    by_kind = ["claim", *KEYS, "compared_with", "measure"]
    together = pd.concat(comparisons).sort_values(by_kind, kind="stable", ignore_index=True)
    of_claims = pd.concat(verdicts).sort_values("claim", kind="stable", ignore_index=True)
    return together.reindex(columns=SHOWN), of_claims


def _tested(comparisons: pd.DataFrame) -> pd.DataFrame:
    """The rows of what is tested: of claim 1 over all classes, of claim 2 of two activations."""
    of_claim = comparisons["claim"].isin(CLAIMS) & comparisons["measure"].isin(TESTED)
    is_tested = (comparisons["measure"] == TESTED[0]) | comparisons["compared_with"].notna()
    return comparisons[of_claim & is_tested & (comparisons["class"] == ALL_CLASSES)]


def claim_texts(comparisons: pd.DataFrame) -> tuple[str, str]:
    """The comparisons of :func:`claims_by_protocol` in Markdown and LaTeX."""
    table = comparisons[list(KIND_HEADINGS)].rename(columns=KIND_HEADINGS).astype(object)
    table = table.where(table.notna(), "–")
    for heading, name, other in (
        ("Networks", "n_networks", "n_compared"),
        ("Failed", "n_failed", "n_failed_compared"),
    ):
        table[heading] = [
            str(a) if pd.isna(b) else f"{a} / {b}"
            for a, b in zip(comparisons[name], comparisons[other], strict=True)
        ]
    table["Share, or difference"] = format_intervals(comparisons)
    table["Cliff's δ"] = format_intervals(comparisons, "rank_effect", "rank_low", "rank_high")
    table["p"] = ["–" if pd.isna(p) else format_p(p) for p in comparisons["p_corrected"]]
    table["Holds"] = comparisons["holds"].fillna("–")
    text = (
        "Claim 1: the share of the well-trained networks of which every class ends at the lowest "
        "values. Claim 2: the half-life of ω − 1 with the first activation minus that with the "
        "other, medians, in layers. 95 % intervals; p corrected by Holm within a protocol and "
        "measure. Failed: networks that no trial trained well. – where a side has too few networks."
    )
    return in_both_formats(table.astype(str), text, "tab:protocol-claims", n_text_columns=7)


def verdict_texts(verdicts: pd.DataFrame) -> tuple[str, str]:
    """The verdicts of :func:`claims_by_protocol` in Markdown and LaTeX."""
    table = verdicts[list(VERDICT_HEADINGS)].rename(columns=VERDICT_HEADINGS)
    table["Mean share, or difference"] = format_intervals(verdicts)
    text = (
        "The verdicts on claims 1 and 2 from the networks of each training protocol, by the same "
        "rules. Answers: of the kinds of network, or pairs of activations, with enough networks to "
        "judge. The mean is that of their estimates, with a 95 % bootstrap interval."
    )
    return in_both_formats(table.astype(str), text, "tab:protocol-verdicts", n_text_columns=5)
