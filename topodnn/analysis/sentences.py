"""The verdicts on the paper's claims in sentences, and the format of their numbers."""

from collections.abc import Iterable

import pandas as pd

from topodnn.analysis.claims import EVEN_SHARE
from topodnn.analysis.curves import KEYS
from topodnn.analysis.measures import ABOVE_INPUT, ALL_CLASSES


def format_number(value: float, digits: int = 2) -> str:
    """Such as ``"−0.25"``; ``"–"`` for a missing number."""
    return "–" if pd.isna(value) else f"{value:.{digits}f}".replace("-", "−")


def format_interval(value: float, low: float, high: float, digits: int = 2) -> str:
    """Such as ``"0.25 [0.10, 0.40]"``; without brackets where there is no interval."""
    if pd.isna(low):
        return format_number(value, digits)
    ends = f"{format_number(low, digits)}, {format_number(high, digits)}"
    return f"{format_number(value, digits)} [{ends}]"


def format_intervals(rows: pd.DataFrame, *columns: str, digits: int = 2) -> list[str]:
    """The same for each row: of estimate, low and high, or of other columns."""
    names = columns or ("estimate", "low", "high")
    values = rows[list(names)].to_numpy(float)
    return [format_interval(value, low, high, digits) for value, low, high in values]


def format_p(p: float) -> str:
    """Three decimals, or ``"< 0.001"`` for what is smaller."""
    return "< 0.001" if p < 0.0005 else format_number(p, 3)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def claim_sentence(verdict: dict, comparisons: pd.DataFrame, thresholds: dict) -> str:
    """The evidence on a claim: numbers of networks, effect, interval, p, and where it fails.

    The answers of the comparisons, and the verdict, stand beside it.

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
    if verdict["claim"] == 2:
        text += _crossings(verdict, comparisons)
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
    deciding = rows[rows["decides"]]
    reached = rows[(rows["measure"] == "decrease_reached") & (rows["class"] == ALL_CLASSES)]
    reached = reached.merge(deciding[KEYS], on=KEYS)["estimate"].mean()
    threshold = thresholds["simplified_share"]
    n_open = ((deciding["estimate"] < threshold) & (deciding["high"] >= threshold)).sum()
    return (
        "The share of well-trained networks in which every class ends at β0 = 1 and βk = 0 is "
        f"{format_number(verdict['estimate'])} ({_sample(verdict, thresholds)}), that of the "
        f"possible decrease of ω which is reached {format_number(reached)}; in {verdict['n_yes']} "
        f"of {_counted(verdict['n_comparisons'], 'kind')} of network the share is "
        f"{format_number(threshold)} or more, in {n_open} it is less but its interval reaches that "
        f"(smallest corrected p against it: {format_p(verdict['smallest_p'])})."
    )


def _ranks(verdict: dict, rows: pd.DataFrame) -> str:
    """The rank effects of the comparisons that decide, and the largest p."""
    effects = rows.loc[rows["decides"], "rank_effect"]
    ends = dict.fromkeys(map(format_number, (effects.min(), effects.max())))
    return f"{' to '.join(ends)}; largest corrected p {format_p(verdict['largest_p'])}"


def _activations(verdict: dict, rows: pd.DataFrame, thresholds: dict) -> str:
    return (
        "The half-life of ω − 1 with ReLU less that with tanh is "
        f"{format_number(verdict['estimate'])} layers ({_sample(verdict, thresholds)}; Cliff's δ "
        f"{_ranks(verdict, rows)})."
    )


def _crossings(verdict: dict, comparisons: pd.DataFrame) -> str:
    """Whether claim 2 holds by the last crossing too, and how many curves rise, by data set."""
    total = verdict["n_comparisons"]
    text = (
        f" It holds in {verdict['n_yes']} of {total} with the first crossing of the half and in "
        f"{verdict['n_yes_last']} of {total} with the last."
    )
    deciding = comparisons[(comparisons["claim"] == 2) & comparisons["decides"]]
    compared = [
        deciding[[*KEYS[:2], name]].set_axis(KEYS, axis=1) for name in (KEYS[2], "compared_with")
    ]
    means = comparisons[comparisons["class"].eq(ALL_CLASSES) & comparisons["compared_with"].isna()]
    means = means.merge(pd.concat(compared), on=KEYS)
    shares = means.pivot_table(index="dataset", columns="measure", values="estimate")
    for dataset, share in shares.iterrows():
        rise, again = share[f"omega{ABOVE_INPUT}"], share["above_half_again"]
        text += (
            f" Of the curves of {dataset}, {format_number(rise)} rise above their input and "
            f"{format_number(again)} are above the half again after the first crossing."
        )
    return text


def _depth(verdict: dict, rows: pd.DataFrame, thresholds: dict) -> str:
    medians = rows.loc[rows["decides"], ["median_compared", "median"]].mean()
    shallow, deep = map(format_number, medians)
    return (
        f"The share of the decrease of ω in the last third of the layers goes from {shallow} in "
        f"the shallowest networks to {deep} in the deepest, where an even spread has "
        f"{format_number(EVEN_SHARE)}: by {format_number(verdict['estimate'])} "
        f"({_sample(verdict, thresholds)}; rank trend, Somers' D, {_ranks(verdict, rows)})."
    )


def explanation(thresholds: dict, measures: Iterable[str]) -> str:
    """The sentences that belong under the tables; `measures` are those that are judged by."""
    given = ", ".join(f"{name} {value}" for name, value in thresholds.items() if value is not None)
    both = (
        "One scale: the Betti numbers at one k, as in the paper. Persistent: what is alive from "
        "the smallest to the largest k of a range; by the same rules and thresholds. "
    )
    return both * ("persistent" in measures) + (
        "Well-trained networks only. A network is one observation, its classes are averaged. "
        "Brackets and intervals: bootstrap over the networks of each kind, without width where "
        "they all agree; of shares of networks, Wilson intervals; p corrected by Holm within a "
        "claim and measure; a number of the verdicts is the mean over the comparisons that decide. "
        "A claim is replicated if each of these says yes, not replicated if none does, and partly "
        "replicated between the two. Claim 1 says yes where the share at the lowest is "
        "simplified_share or more; partly where it is less but its interval reaches that, or where "
        "the interval of the decrease reached lies at decrease_share or above. Two numbers: the "
        "activation and the one beside it, or the deepest and the shallowest networks, in medians. "
        "A half-life is that of "
        "ω − 1, which can fall to 0, in layers: where it first is at half of its input; the last "
        "crossing is where it is so until the output. Where a curve of a network never is, it "
        "counts as one layer after the last; a curve that starts at ω = 1 has no half-life. p "
        "of a share above the input: that it is more than half of the networks. A map from a "
        "layer to the next whose weight matrix is injective is a homeomorphism with tanh, sigmoid "
        "and leaky ReLU, not with ReLU; what changes there is what a sample of points shows "
        "at a scale, or over a range of scales. Fixed "
        f"beforehand: {given}. Changed when the results were known: ω − 1 instead of ω in "
        "half-lives, the intervals that decide claim 1, and that a claim without a yes is not "
        "replicated."
    )
