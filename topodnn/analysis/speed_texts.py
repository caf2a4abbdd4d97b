"""The tables of what goes with speed in Markdown and LaTeX."""

import pandas as pd

from topodnn.analysis.curves import KEYS
from topodnn.analysis.sentences import format_intervals, format_number, format_p
from topodnn.analysis.texts import in_both_formats, in_words

TRAIT_WORDS = {
    "dead": "dead units", "saturated": "saturated", "rank": "rank of the Jacobian",
    "injective_activation": "injective activation",
}  # fmt: skip


def speed_texts(table: pd.DataFrame, confidence: float) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.speed.speed_table`."""
    names = {"dataset": "Data", "network": "Network", "activation": "Activation"}
    shown = table[KEYS].rename(columns=names).assign(Networks=table["n_networks"])
    for name in ("half_life", "persistent_half_life"):
        heading = in_words(name).capitalize()
        shown[heading] = format_intervals(table, name, f"{name}_low", f"{name}_high")
    for trait, words in TRAIT_WORDS.items():
        as_text = _yes_or_no if trait == "injective_activation" else format_number
        shown[words[0].upper() + words[1:]] = table[trait].map(as_text)
    text = (
        "Activations in the order of their median half-life, in layers, with a bootstrap interval "
        f"of {100 * confidence:g} % over networks; a half-life that is not reached counts as one "
        "layer more than there are. Means over the hidden layers of the networks: dead, the share "
        "of units whose derivative is 0 at all of 5,000 training points; saturated, the share of "
        "units and points where it is less than 0.05; the rank of the Jacobian of a layer at the "
        "points, as a share of the largest possible. Whether the activation is injective on "
        "the real line: – for residual layers, which add their input to it, and where it is not "
        "known."
    )
    return in_both_formats(shown.astype(str), text, "tab:speed", n_text_columns=3)


def correlation_texts(table: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.speed.speed_correlations`."""
    shown = pd.DataFrame(
        {
            "Data": table["dataset"],
            "Half-life": [in_words(name) for name in table["half_life"]],
            "Beside": table["trait"].map(TRAIT_WORDS),
        }
    )
    shown["Kinds"] = table["n_over_kinds"]
    shown["ρ, kinds"] = table["over_kinds"].map(format_number)
    shown["Largest ρ"] = table["largest_over_kinds"].map(format_number)
    shown["p, kinds"] = table["p_over_kinds"].map(_p)
    shown["Networks (kinds)"] = [
        f"{row.n_within_kinds} ({row.n_kinds_within})" for row in table.itertuples()
    ]
    shown["ρ, networks"] = table["within_kinds"].map(format_number)
    shown["p, networks"] = table["p_within_kinds"].map(_p)
    shown["p, one-sided"] = table["p_one_sided"].map(_p)
    text = (
        "Spearman's ρ of the half-life and what is measured at the hidden layers: of the medians "
        "of the kinds of network, with the largest ρ that ties among them allow and p of a "
        "permutation test; and of the networks ranked within their kind, of the kinds in which "
        "both vary. p corrected by Holm within a half-life. One-sided, and not corrected: p of the "
        "exact rank test that half-lives are longer with an injective activation, over the medians "
        "of the kinds that are not residual. – where one of the two does not vary."
    )
    return in_both_formats(shown.astype(str), text, "tab:speed-correlations", n_text_columns=3)


def _yes_or_no(trait: float) -> str:
    return "–" if pd.isna(trait) else "yes" if trait else "no"


def _p(p: float) -> str:
    return "–" if pd.isna(p) else format_p(p)
