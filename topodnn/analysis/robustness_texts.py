"""The tables of robustness in Markdown and LaTeX."""

import pandas as pd

from topodnn.analysis.curves import KEYS
from topodnn.analysis.sentences import format_interval, format_intervals, format_number
from topodnn.analysis.specifications import DEFAULTS
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
    table = table.replace("", NOT_REACHED).astype(str)
    text = (
        "Share of the specifications that give each answer, and that of the default one. Rows of "
        "all data: the verdict over all comparisons of a claim. "
        "Untested: too few well-trained networks, no k that shows the true Betti numbers of the "
        "input, or nothing to compare. Effect: of the default, and in brackets the smallest and "
        "largest of all specifications, not an interval; claim 1: share of networks at the lowest; "
        "claim 2: half-life of the first activation minus that of the other, in layers; claim 3: "
        "share of the decrease in the last third, deepest minus shallowest."
    )
    return in_both_formats(table, text, "tab:robustness", n_text_columns=5)


def choice_texts(verdicts: pd.DataFrame) -> tuple[str, str]:
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
        "effects with a 95 % bootstrap interval; units as in the table of shares; – where a choice "
        "does not concern a claim. Choices of the "
        "complex are looked at on the first networks of each kind only."
    )
    return in_both_formats(table.astype(str), text, "tab:choices", n_text_columns=3)


def noise_texts(noise: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.ruler.sampling_noise`."""
    names = {"dataset": "Data", "network": "Network", "activation": "Activation", "at": "k"}
    table = noise[[*KEYS, "at"]].rename(columns=names)
    table["Quantity"] = [
        in_words(name) if name == "half_life" else quantity_in_words(name)
        for name in noise["quantity"]
    ]
    table["Networks"], table["Samples"] = noise["n_networks"], noise["n_samples"]
    table["SD of networks"] = noise["std_between"].map(format_number)
    table["SD of samples"] = noise["std_within"].map(format_number)
    table["Share of networks"] = format_intervals(noise, "share", "low", "high")
    text = (
        "Variance of the same well-trained networks on random samples of the points, split into "
        "that between networks and that between samples of one network: standard deviations, and "
        "the share of the networks in the variance with a 95 % bootstrap interval over networks. "
        "Betti numbers and ω: over all layers after the input and all classes."
    )
    return in_both_formats(table.astype(str), text, "tab:sampling-noise", n_text_columns=5)
