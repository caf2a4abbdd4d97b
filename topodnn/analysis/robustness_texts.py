"""The tables of robustness in Markdown and LaTeX."""

import pandas as pd

from topodnn.analysis.curves import KEYS
from topodnn.analysis.sentences import format_interval, format_intervals, format_number
from topodnn.analysis.specifications import DEFAULTS, QUANTITIES
from topodnn.analysis.texts import in_both_formats, in_words, quantity_in_words

# The choices as people call them.
CHOICE_WORDS = {
    "k": "k", "scale": "ε", "quantity": "quantity", "crossing": "crossing of the half",
    "stride": "one point in", "sample": "random sample", "class_by": "points of a class by",
    "layers": "layers", "networks": "networks", "protocol": "training protocol",
    "cloud": "point cloud", "threshold": "threshold", "bootstrap": "bootstrap",
}  # fmt: skip
VALUE_WORDS = {
    "beta_0": "β0", "omega": "ω", "before_activation": "before the activation",
    "next": "middle + 1: the point itself not counted",
}  # fmt: skip
NOT_REACHED = "–"


def value_in_words(value: object) -> str:
    """A value of a choice as people call it; step 0 to 5 as shares of the range of k."""
    text = str(value)
    if text.startswith("step "):
        return f"{20 * int(text[-1])} % of the range"
    return VALUE_WORDS.get(text, text)


def share_texts(shares: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.specifications.shares`."""
    names = {"claim": "Claim", "dataset": "Data", "network": "Network", "activation": "Activation"}
    table = shares[["claim", *KEYS]].rename(columns=names)
    table["Beside"], table["Specifications"] = shares["compared_with"], shares["n_specifications"]
    for heading in ("yes", "partly", "no", "untested"):
        table[heading.capitalize()] = [f"{100 * share:.0f} %" for share in shares[heading]]
    table["Default"] = shares["default"].fillna(NOT_REACHED)
    ends = zip(shares["estimate"], shares["lowest"], shares["highest"], strict=True)
    table["Effect, range"] = [format_interval(*row) for row in ends]
    for quantity in QUANTITIES:
        heading = f"{value_in_words(quantity)}: yes, partly, no"
        table[heading] = [_shares_of(row, quantity) for _, row in shares.iterrows()]
    table = table.replace("", NOT_REACHED).astype(str)
    text = (
        "Share of the specifications that give each answer, and that of the default one. Rows of "
        "all data: the verdict over all comparisons of a claim. Of a data set those specifications "
        "count that differ on it. Untested: too few well-trained networks, no k that shows the "
        "true Betti numbers of the input, or nothing to compare; for all data, also where one of "
        "the data sets is not looked at. Effect: of the default, and in brackets the smallest and "
        "largest of all specifications, not an interval; claim 1: share of networks at the lowest; "
        "claim 2: half-life of the first activation minus that of the other, in layers; claim 3: "
        "share of the decrease in the last third, deepest minus shallowest. Last, the shares by ω "
        "and by β0 alone. What a data set has twice counts once: a k that two values of the choice "
        "share, and the β0 that persists, which is that at the largest k."
    )
    return in_both_formats(table, text, "tab:robustness", n_text_columns=5)


def _shares_of(row: pd.Series, quantity: str) -> str:
    """Such as ``"86, 10, 5 % of 84"``, of the specifications of a quantity."""
    n = row[f"n_{quantity}"]
    if n == 0:
        return NOT_REACHED
    answers = (f"{100 * row[f'{word}_{quantity}']:.0f}" for word in ("yes", "partly", "no"))
    return f"{', '.join(answers)} % of {n}"


def choice_texts(verdicts: pd.DataFrame, confidence: float) -> tuple[str, str]:
    """The specifications that differ from the default in one choice, with their verdicts."""
    rows = []
    for _, group in verdicts.groupby("specification"):
        first = group.iloc[0]
        changed = [choice for choice, value in DEFAULTS.items() if first[choice] != value]
        changed = [choice for choice in changed if choice != "networks"] or changed
        row = {"Choice": "default", "Value": NOT_REACHED}
        if changed:
            choice = changed[0]
            row = {"Choice": CHOICE_WORDS[choice], "Value": value_in_words(first[choice])}
        row["Networks"] = first["networks"]
        for found in group.itertuples():
            effect = format_interval(found.estimate, found.low, found.high)
            answers = f"{found.n_yes}, {found.n_partly}, {found.n_no}"
            row[f"Claim {found.claim}: yes, partly, no"] = answers
            row[f"Claim {found.claim}: mean effect"] = effect
        rows.append(row)
    table = pd.DataFrame(rows).fillna(NOT_REACHED)
    text = (
        "One choice at a time: the answers of the comparisons of each claim, and the mean of their "
        f"effects with a bootstrap interval of {100 * confidence:g} %; units as in the table of "
        "shares; – where a choice does not concern a claim. Choices of the complex are looked at "
        "on the first networks of each kind only. Where a value is a data set's own default, its "
        "default answers stand beside those of the others."
    )
    return in_both_formats(table.astype(str), text, "tab:choices", n_text_columns=3)


def noise_texts(noise: pd.DataFrame, confidence: float) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.sampling.sampling_noise`."""
    names = {"dataset": "Data", "network": "Network", "activation": "Activation", "at": "k"}
    table = noise[[*KEYS, "at"]].rename(columns=names)
    table["Quantity"] = [
        in_words(name) if name == "half_life" else quantity_in_words(name)
        for name in noise["quantity"]
    ]
    table["Networks"], table["Samples"] = noise["n_networks"], noise["n_samples"]
    for part in ("networks", "samples", "residual"):
        table[f"SD, {part}"] = noise[f"std_{part}"].map(format_number)
    table["Share of networks"] = format_intervals(noise, "share", "low", "high")
    text = (
        "Variance of the same well-trained networks on random samples of the points, the same "
        "samples for all networks, for each of which k is chosen anew; where all points are the "
        "default, a sample is half of them. It is split into that between networks, that between "
        "samples, and the rest, what a sample does to one network and not to others: standard "
        "deviations, and the share of the networks in the variance with a jackknife interval of "
        f"{100 * confidence:g} % over networks. Betti numbers and ω: over all layers after the "
        "input and all classes. A half-life that is not reached counts as one layer more than "
        "there are."
    )
    return in_both_formats(table.astype(str), text, "tab:sampling-noise", n_text_columns=5)
