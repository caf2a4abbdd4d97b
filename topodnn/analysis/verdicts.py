"""The tables of the verdicts and of the comparisons behind them, in Markdown and LaTeX."""

from typing import NamedTuple

import pandas as pd

from topodnn.analysis.claims import EVEN_SHARE
from topodnn.analysis.curves import KEYS
from topodnn.analysis.measures import ABOVE_INPUT, ALL_CLASSES, OF_NETWORKS, PEAK
from topodnn.analysis.sentences import (
    claim_sentence,
    explanation,
    format_intervals,
    format_number,
    format_p,
)
from topodnn.analysis.texts import SYMBOLS, in_both_formats, in_words, latex_text


class Evidence(NamedTuple):
    """What is known of one measure, a key of ``MEASURES``; each is a table.

    curves is from :func:`topodnn.analysis.curves.curve_summaries`, rises from
    :func:`topodnn.analysis.curves.rises`, injective from
    :func:`topodnn.analysis.injective.changes_where_injective`, comparisons and verdicts from
    :func:`topodnn.analysis.judging.judge`.
    """

    curves: pd.DataFrame
    comparisons: pd.DataFrame
    rises: pd.DataFrame
    injective: pd.DataFrame
    verdicts: pd.DataFrame


HEADINGS = {"dataset": "Data", "network": "Network", "activation": "Activation", "class": "Class"}


def verdict_table(
    verdicts: pd.DataFrame, comparisons: pd.DataFrame, thresholds: dict
) -> pd.DataFrame:
    """One row per claim: claim, finding, answers, verdict and the evidence in sentences."""
    evidence = [claim_sentence(row, comparisons, thresholds) for row in verdicts.to_dict("records")]
    names = ("claim", "finding", "answers", "verdict")
    named = {name: name.capitalize() for name in names}
    return verdicts[list(named)].rename(columns=named).assign(Evidence=evidence)


def simplification_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Claim 1: one row per kind of network, with the share at the lowest values by class."""
    rows = comparisons[comparisons["claim"] == 1]
    whole = rows[rows["class"] == ALL_CLASSES].set_index(KEYS)
    by_class = rows[rows["measure"] == "at_lowest"].pivot(
        index=KEYS, columns="class", values="estimate"
    )
    share = whole[whole["measure"] == "at_lowest"]
    reached = whole[whole["measure"] == "decrease_reached"].reindex(share.index)
    table = _heading(share.reset_index())
    for label in by_class.columns.drop(ALL_CLASSES, errors="ignore"):
        table[f"At lowest, class {label}"] = by_class[label].map(format_number).to_numpy()
    table["All classes"] = format_intervals(share)
    table["Decrease reached"] = format_intervals(reached)
    return table.assign(**_outcome(share)).rename(columns={"p": "p against"})


def activation_table(comparisons: pd.DataFrame, measure: str = "half_life") -> pd.DataFrame:
    """Claim 2: one row per comparison of half-lives, by one of the measures of ``HALF_LIVES``."""
    rows = comparisons[(comparisons["claim"] == 2) & comparisons["compared_with"].notna()]
    rows = rows[rows["measure"] == measure]
    table = _heading(rows)
    table.insert(3, "Beside", rows["compared_with"].to_numpy())
    table["Networks"] += [f" / {n}" for n in rows["n_compared"]]
    table["Failed"] += [f" / {n}" for n in rows["n_failed_compared"]]
    heading = "Last crossing" if measure == "last_half_life" else "Half-life"
    table[heading] = _pair(rows["median"], rows["median_compared"])
    if measure == "half_life":
        never = comparisons[comparisons["measure"] == "never_half"]
        never = never[never["class"] == ALL_CLASSES].set_index(KEYS)["estimate"]
        sides = (KEYS, [*KEYS[:2], "compared_with"])
        shares = [never.reindex(pd.MultiIndex.from_frame(rows[names])) for names in sides]
        table["Never at half"] = _pair(*shares)
    table["Difference"] = format_intervals(rows)
    table["Cliff's δ"] = format_intervals(rows, "rank_effect", "rank_low", "rank_high")
    table = table.assign(**_outcome(rows))
    if measure == "half_life":
        table["Decides"] = rows["decides"].map({True: "yes", False: "no"}).to_numpy()
    return table


def rebound_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """How many curves of ω rise above the input, or above the half again: one row per kind."""
    rows = comparisons[(comparisons["class"] == ALL_CLASSES)].set_index(KEYS)
    above = rows[rows["measure"] == f"omega{ABOVE_INPUT}"]
    again = rows[rows["measure"] == "above_half_again"].reindex(above.index)
    table = _heading(above.reset_index())
    table["Above the input"] = format_intervals(above)
    table["Above the half again"] = format_intervals(again)
    return table


def depth_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Claim 3: one row per data set and activation."""
    rows = comparisons[(comparisons["claim"] == 3) & comparisons["compared_with"].notna()]
    table = _heading(rows).drop(columns="Network")
    table["Layers"] = [
        f"{depth} / {shallow}"
        for depth, shallow in zip(rows["depth"], rows["compared_with"], strict=True)
    ]
    table["Last third"] = _pair(rows["median"], rows["median_compared"])
    table["Difference"] = format_intervals(rows)
    table["Somers' D"] = format_intervals(rows, "rank_effect", "rank_low", "rank_high")
    return table.assign(**_outcome(rows))


def late_share_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """The share of the decrease in the last third of the layers, for networks of every depth."""
    rows = comparisons[
        (comparisons["claim"] == 3)
        & comparisons["compared_with"].isna()
        & (comparisons["class"] == ALL_CLASSES)
    ].sort_values(["dataset", "activation", "depth", "network"])
    table = _heading(rows)
    table.insert(3, "Layers", rows["depth"].to_numpy())
    table["Last third, mean"] = format_intervals(rows)
    table["Median"] = rows["median"].map(format_number).to_numpy()
    return table.assign(Even=format_number(EVEN_SHARE))


def peak_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Whether β1, β2, … and ω rise above the input: one row per kind, class and quantity."""
    rows = comparisons[comparisons["claim"].isna() & (comparisons["class"] != ALL_CLASSES)]
    rows = rows.set_index([*KEYS, "class", "measure"])
    parts = []
    for name in (*(f"beta_{dimension}" for dimension in range(1, 10)), "omega"):
        if f"{name}{ABOVE_INPUT}" not in rows.index.get_level_values("measure"):
            continue
        share, peak, layer = (
            rows.xs(f"{name}{ending}", level="measure") for ending in (ABOVE_INPUT, *PEAK[:2])
        )
        table = _heading(share.reset_index())
        table.insert(3, "Class", share.index.get_level_values("class"))
        table.insert(4, "Quantity", SYMBOLS.get(name, name))
        table["Share above input"] = format_intervals(share)
        table["p"] = [format_p(p) for p in share["p_corrected"]]
        table["Peak"] = format_intervals(peak.reindex(share.index), digits=1)
        table["At layer"] = format_intervals(layer.reindex(share.index), digits=1)
        parts.append(table)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def rise_table(rises: pd.DataFrame) -> pd.DataFrame:
    """The share of networks in which ω rises, one column per layer."""
    wide = rises.pivot(index=[*KEYS, "class"], columns="layer", values="share")
    wide = wide.map(format_number).reset_index().rename(columns=HEADINGS)
    return wide.rename_axis(columns=None).rename(columns=str)


def protocol_texts(differences: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.comparisons.protocol_differences`, in both formats."""
    table = differences[KEYS].rename(columns=HEADINGS)
    table["Measure"] = differences["measure"].map(in_words)
    for heading, names in (
        ("Protocol", ("protocol", "compared_with")),
        ("Networks", ("n_networks", "n_compared")),
    ):
        table[heading] = [
            f"{a} / {b}" for a, b in zip(*(differences[n] for n in names), strict=True)
        ]
    is_share = differences["measure"].str.endswith(OF_NETWORKS)
    middle = (
        differences[f"median{end}"].mask(is_share, differences[f"mean{end}"])
        for end in ("", "_compared")
    )
    table["Median, or share"] = _pair(*middle)
    table["Difference"] = format_intervals(differences)
    table["Cliff's δ"] = format_intervals(differences, "rank_effect", "rank_low", "rank_high")
    table["p"] = ["–" if pd.isna(p) else format_p(p) for p in differences["p_corrected"]]
    text = (
        "Well-trained networks of one protocol beside those of another, medians (of what a network "
        "does or does not, shares) and their difference with a bootstrap interval; p of a "
        "Mann-Whitney test, corrected by Holm for all rows of a measure (one scale, persistent); – "
        "where a side has fewer than two networks."
    )
    return in_both_formats(table, text, "tab:protocols", n_text_columns=5)


def variance_texts(variances: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.comparisons.cloud_variances`, in both formats."""
    table = variances[KEYS].rename(columns=HEADINGS)
    table["Measure"] = variances["measure"].map(in_words)
    for name, heading in (("n_clouds", "Clouds"), ("n_networks", "Networks")):
        table[heading] = variances[name].astype(str)
    table["Mean"] = variances["mean"].map(format_number)
    table["Mean of a cloud"] = [
        f"{format_number(low)} to {format_number(high)}"
        for low, high in zip(variances["lowest_mean"], variances["highest_mean"], strict=True)
    ]
    for name, heading in (("std_between", "Between clouds"), ("std_within", "Within")):
        table[heading] = variances[name].map(format_number)
    table["Share between"] = format_intervals(variances, "share", "low", "high")
    text = (
        "The same kinds of network on point clouds that differ in their seed only, each with a "
        "split of its own; half-lives of the networks that are judged, in layers. Mean over all "
        "networks, and from the lowest to the highest mean of a cloud; standard deviations between "
        "clouds and between the networks of a cloud, and the share of the variance that lies "
        "between clouds (intraclass correlation), by a one-way random-effects model with intervals "
        "by F; – where fewer than two clouds have two networks each."
    )
    return in_both_formats(table, text, "tab:data-seeds", n_text_columns=4)


def _heading(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that every table of comparisons begins with."""
    table = rows[KEYS].rename(columns=HEADINGS).reset_index(drop=True)
    for name, heading in (("n_networks", "Networks"), ("n_failed", "Failed")):
        table[heading] = rows[name].astype(str).to_numpy()
    return table


def _pair(values: pd.Series, compared: pd.Series) -> list[str]:
    pairs = zip(values, compared, strict=True)
    return [f"{format_number(one)} / {format_number(other)}" for one, other in pairs]


def _outcome(rows: pd.DataFrame) -> dict[str, list[str]]:
    return {
        "p": [format_p(p) for p in rows["p_corrected"]],
        "Holds": rows["holds"].fillna("–").tolist(),
    }


def injective_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Changes of topology where the weight matrix is injective, one row per kind of network."""
    table = rows[KEYS].rename(columns=HEADINGS)
    table["Networks"] = rows["n_networks"].astype(str)
    table["Injective maps"] = [
        f"{row.n_injective:,} of {row.n_maps:,}" for row in rows.itertuples()
    ]
    table["Changed there"] = rows["share_changed"].map(format_number)
    table["Of the decrease"] = rows["share_of_decrease"].map(format_number)
    conditions = zip(rows["median_condition"], rows["largest_condition"], strict=True)
    texts = [f"{median:,.0f} / {largest:,.0f}" for median, largest in conditions]
    table["Condition, median / largest"] = [text.replace("nan", "–") for text in texts]
    return table


def _tables(evidence: dict[str, Evidence], thresholds: dict) -> dict[str, pd.DataFrame]:
    """Every table that has rows, by its title: the verdicts, then all of one measure."""
    verdicts = [
        verdict_table(found.verdicts, found.comparisons, thresholds).assign(Measure=measure)
        for measure, found in evidence.items()
    ]
    both = pd.concat(verdicts).sort_values("Claim", kind="stable")
    both.insert(1, "Measure", both.pop("Measure"))
    tables = {"Verdicts": both}
    for measure, found in evidence.items():
        beginning = "" if measure == "one scale" else f"{measure.capitalize()}. "
        named = _tables_of_measure(found)
        tables |= {beginning + title: table for title, table in named.items() if len(table)}
    return tables


def _tables_of_measure(found: Evidence) -> dict[str, pd.DataFrame]:
    comparisons = found.comparisons
    return {
        "Claim 1: networks at the lowest values possible": simplification_table(comparisons),
        "Claim 2: half-life of ω − 1, activation against activation": activation_table(comparisons),
        "Beside claim 2: last crossing of the half of ω − 1": (
            activation_table(comparisons, "last_half_life")
        ),
        "Beside claim 2: half-life of β0 − 1": activation_table(comparisons, "half_life_of_beta_0"),
        "Beside claim 2: share of the curves of ω that rise": rebound_table(comparisons),
        "Claim 3: share of the decrease in the last third, against depth": depth_table(comparisons),
        "Share of the decrease in the last third": late_share_table(comparisons),
        "What the paper does not say: peaks before the fall": peak_table(comparisons),
        "What the paper does not say: share of networks in which ω rises, by layer": (
            rise_table(found.rises)
        ),
        "What the paper does not say: changes where the weight matrix is injective": (
            injective_table(found.injective)
        ),
    }


def _texts_under(evidence: dict[str, Evidence], thresholds: dict) -> str:
    """The sentences under the tables; who is left out is said once where it is the same."""
    texts = [explanation(thresholds, evidence)]
    left_out = {found.verdicts["left_out"].iloc[0]: measure for measure, found in evidence.items()}
    if len(left_out) == 1:
        texts += left_out
    else:
        texts += [f"{measure.capitalize()}: {text}" for text, measure in left_out.items() if text]
    known = [set(found.curves["dataset"]) for found in evidence.values()]
    if missing := sorted(known[0] - known[-1]):
        texts.append(f"Persistent: k has no range on {', '.join(missing)}.")
    return " ".join(filter(None, texts))


def to_markdown(evidence: dict[str, Evidence], thresholds: dict) -> str:
    """The verdicts by each measure, the comparisons and their explanation in Markdown."""
    parts = [
        f"## {title}\n\n{table.to_markdown(index=False, disable_numparse=True)}"
        for title, table in _tables(evidence, thresholds).items()
    ]
    return "\n\n".join([*parts, _texts_under(evidence, thresholds)]) + "\n"


def to_latex(evidence: dict[str, Evidence], thresholds: dict) -> str:
    """The same in LaTeX for the packages booktabs and longtable."""
    parts = []
    for number, (title, table) in enumerate(_tables(evidence, thresholds).items()):
        cells = table.astype(str).map(latex_text)
        latex = cells.rename(columns=latex_text).to_latex(
            index=False,
            escape=False,
            longtable=True,
            caption=latex_text(title),
            label=f"tab:claims-{number}",
            column_format="l" * len(cells.columns)
            if number
            else "rlp{0.2\\textwidth}p{0.1\\textwidth}lp{0.4\\textwidth}",
        )
        parts.append(latex)
    return "\n".join([*parts, latex_text(_texts_under(evidence, thresholds))]) + "\n"
