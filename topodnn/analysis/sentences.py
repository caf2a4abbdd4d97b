"""The verdicts on the paper's claims in sentences, and the format of their numbers."""

import pandas as pd

from topodnn.analysis.claims import EVEN_SHARE
from topodnn.analysis.curves import KEYS
from topodnn.analysis.measures import ALL_CLASSES


def format_number(value: float, digits: int = 2) -> str:
    """Such as ``"−0.25"``; ``"–"`` for a missing number."""
    return "–" if pd.isna(value) else f"{value:.{digits}f}".replace("-", "−")


def format_interval(value: float, low: float, high: float, digits: int = 2) -> str:
    """Such as ``"0.25 [0.10, 0.40]"``; without brackets where there is no interval."""
    if pd.isna(low):
        return format_number(value, digits)
    ends = f"{format_number(low, digits)}, {format_number(high, digits)}"
    return f"{format_number(value, digits)} [{ends}]"


def format_p(p: float) -> str:
    """Three decimals, or ``"< 0.001"`` for what is smaller."""
    return "< 0.001" if p < 0.0005 else format_number(p, 3)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def claim_sentence(verdict: dict, comparisons: pd.DataFrame, thresholds: dict) -> str:
    """The evidence on a claim: numbers of networks, effect, interval, p, and where it fails.

    Parameters
    ----------
    verdict : dict
        A row of the verdicts of :func:`topodnn.analysis.judging.judge`.
    comparisons : DataFrame
        The comparisons from the same function, for all claims.
    """
    if not verdict["n_comparisons"]:
        return "Nothing to test it on."
    rows = comparisons[comparisons["claim"] == verdict["claim"]]
    sentence = {1: _simplification, 2: _activations, 3: _depth}[verdict["claim"]]
    text = sentence(verdict, rows, thresholds)
    for answer, where in (("In part", "where_partly"), ("Not", "where_not")):
        if verdict[where]:
            text += f" {answer}: {verdict[where]}."
    return text


def _sample(verdict: dict, thresholds: dict) -> str:
    low, high = format_number(verdict["low"]), format_number(verdict["high"])
    return (
        f"{thresholds['confidence']:.0%} interval {low} to {high}; "
        f"{_counted(verdict['n_networks'], 'network')} in "
        f"{_counted(verdict['n_comparisons'], 'comparison')}"
    )


def _simplification(verdict: dict, rows: pd.DataFrame, thresholds: dict) -> str:
    deciding = rows.loc[rows["decides"], KEYS]
    reached = rows[(rows["measure"] == "decrease_reached") & (rows["class"] == ALL_CLASSES)]
    reached = reached.merge(deciding, on=KEYS)["estimate"].mean()
    return (
        "The share of well-trained networks in which every class ends at β0 = 1 and βk = 0 is "
        f"{format_number(verdict['estimate'])} ({_sample(verdict, thresholds)}), that of the "
        f"possible decrease of ω which is reached {format_number(reached)}; {verdict['n_yes']} of "
        f"{_counted(verdict['n_comparisons'], 'kind')} of network have a share of "
        f"{format_number(thresholds['simplified_share'])} or more (smallest corrected p "
        f"against that: {format_p(verdict['smallest_p'])})."
    )


def _ranks(verdict: dict, rows: pd.DataFrame) -> str:
    """The rank effects of the comparisons that decide, and the largest p."""
    effects = rows.loc[rows["decides"], "rank_effect"]
    ends = dict.fromkeys(map(format_number, (effects.min(), effects.max())))
    return f"{' to '.join(ends)}; largest corrected p {format_p(verdict['largest_p'])}"


def _activations(verdict: dict, rows: pd.DataFrame, thresholds: dict) -> str:
    return (
        f"The half-life of ω with ReLU less that with tanh is {format_number(verdict['estimate'])} "
        f"layers ({_sample(verdict, thresholds)}; Cliff's δ {_ranks(verdict, rows)})."
    )


def _depth(verdict: dict, rows: pd.DataFrame, thresholds: dict) -> str:
    medians = rows.loc[rows["decides"], ["median_compared", "median"]].mean()
    shallow, deep = map(format_number, medians)
    return (
        f"The share of the decrease of ω in the last third of the layers goes from {shallow} in "
        f"the shallowest networks to {deep} in the deepest, where an even spread has "
        f"{format_number(EVEN_SHARE)}: by {format_number(verdict['estimate'])} "
        f"({_sample(verdict, thresholds)}; rank trend, Somers' D, {_ranks(verdict, rows)})."
    )


def explanation(verdicts: pd.DataFrame, thresholds: dict) -> str:
    """The sentences that belong under the tables."""
    given = ", ".join(f"{name} {value}" for name, value in thresholds.items() if value is not None)
    text = (
        "Well-trained networks only. A network is one observation, its classes are averaged. "
        "Brackets and intervals: bootstrap over the networks of each kind, without width where "
        "they all agree; p corrected by Holm within a claim; a number of the verdicts is the mean "
        "over the comparisons that decide. Two numbers: the activation and the one beside it, or "
        "the deepest and the shallowest networks, in medians. A half-life is that of ω, in "
        "layers; a network of which a curve never is at half counts as one layer after the last. "
        "p of a share above the input: that it is more than half of the networks. A map from a "
        "layer to the next whose weight matrix is injective is a homeomorphism with tanh, sigmoid "
        "and leaky ReLU, not with ReLU; what changes there is what a sample of points and one "
        "scale show. Fixed "
        f"beforehand: {given}."
    )
    return " ".join(filter(None, [text, verdicts["left_out"].iloc[0]]))
