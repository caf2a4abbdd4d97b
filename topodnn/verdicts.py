"""The verdicts on the paper's claims as people read them: Markdown and LaTeX."""

import pandas as pd

from topodnn.claims import ALL_CLASSES, EVEN_SHARE
from topodnn.curves import KEYS
from topodnn.tables import SYMBOLS, latex_text

HEADINGS = {"dataset": "Data", "network": "Network", "activation": "Activation", "class": "Class"}


def format_number(value: float, digits: int = 2) -> str:
    """Such as ``"−0.25"``; ``"–"`` where there is none."""
    return "–" if pd.isna(value) else f"{value:.{digits}f}".replace("-", "−")


def format_interval(value: float, low: float, high: float) -> str:
    """Such as ``"0.25 [0.10, 0.40]"``; without brackets where there is no interval."""
    if pd.isna(low):
        return format_number(value)
    return f"{format_number(value)} [{format_number(low)}, {format_number(high)}]"


def format_p(p: float) -> str:
    """Three digits, ``"< 0.001"`` below them."""
    return "< 0.001" if p < 0.0005 else format_number(p, 3)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def claim_sentence(verdict: dict, comparisons: pd.DataFrame, thresholds: dict) -> str:
    """The evidence on a claim: numbers of networks, effect, interval, p, and where it fails.

    Parameters
    ----------
    verdict : dict
        A row of the verdicts of :func:`topodnn.claims.judge`.
    comparisons : DataFrame
        Its comparisons, of all claims.
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
        f"{format_number(thresholds['simplified_share'])} or more (smallest corrected p of that: "
        f"{format_p(verdict['smallest_p'])})."
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


def verdict_table(
    verdicts: pd.DataFrame, comparisons: pd.DataFrame, thresholds: dict
) -> pd.DataFrame:
    """Claim, finding, verdict and the evidence in a sentence."""
    evidence = [claim_sentence(row, comparisons, thresholds) for row in verdicts.to_dict("records")]
    named = {"claim": "Claim", "finding": "Finding", "verdict": "Verdict"}
    return verdicts[list(named)].rename(columns=named).assign(Evidence=evidence)


def simplification_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Claim 1: a row a kind of network, the share at the lowest values for each class."""
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
    table["All classes"] = _intervals(share)
    table["Decrease reached"] = _intervals(reached)
    return table.assign(**_outcome(share))


def activation_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Claim 2: a row a comparison of half-lives."""
    rows = comparisons[(comparisons["claim"] == 2) & comparisons["compared_with"].notna()]
    table = _heading(rows)
    table.insert(3, "Beside", rows["compared_with"].to_numpy())
    table["Networks"] += [f" / {n}" for n in rows["n_compared"]]
    table["Failed"] += [f" / {n}" for n in rows["n_failed_compared"]]
    table["Half-life"] = _pair(rows["median"], rows["median_compared"])
    table["Difference"] = _intervals(rows)
    table["Cliff's δ"] = _intervals(rows, "rank_effect", "rank_low", "rank_high")
    table = table.assign(**_outcome(rows))
    table["Decides"] = rows["decides"].map({True: "yes", False: "no"}).to_numpy()
    return table


def depth_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Claim 3: a row a data set and activation."""
    rows = comparisons[(comparisons["claim"] == 3) & comparisons["compared_with"].notna()]
    table = _heading(rows).drop(columns="Network")
    table["Layers"] = [
        f"{depth} / {shallow}"
        for depth, shallow in zip(rows["depth"], rows["compared_with"], strict=True)
    ]
    table["Last third"] = _pair(rows["median"], rows["median_compared"])
    table["Difference"] = _intervals(rows)
    table["Somers' D"] = _intervals(rows, "rank_effect", "rank_low", "rank_high")
    return table.assign(**_outcome(rows))


def late_share_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """The share of the decrease in the last third of the layers, of networks of every depth."""
    rows = comparisons[
        (comparisons["claim"] == 3)
        & comparisons["compared_with"].isna()
        & (comparisons["class"] == ALL_CLASSES)
    ].sort_values(["dataset", "activation", "depth", "network"])
    table = _heading(rows)
    table.insert(3, "Layers", rows["depth"].to_numpy())
    table["Last third, mean"] = _intervals(rows)
    table["Median"] = rows["median"].map(format_number).to_numpy()
    return table.assign(Even=format_number(EVEN_SHARE))


def beyond_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Means of what the paper does not say: peaks, their layers, rises."""
    rows = comparisons[comparisons["claim"].isna() & (comparisons["class"] != ALL_CLASSES)]
    wide = rows.pivot(index=[*KEYS, "class"], columns="measure", values="estimate")
    wide = wide.map(lambda value: format_number(value, 1)).reset_index()
    return wide.rename(columns=_measure_heading).rename_axis(columns=None)


def _measure_heading(name: str) -> str:
    if name in HEADINGS:
        return HEADINGS[name]
    for column, symbol in SYMBOLS.items():
        name = name.replace(column, symbol)
    named = {"minimum_layer": "ω lowest at layer", "n_rises": "Rises of ω"}
    return named.get(name, name.replace("_peak_layer", " peak at layer").replace("_", " "))


def _heading(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that every table of comparisons begins with."""
    table = rows[KEYS].rename(columns=HEADINGS).reset_index(drop=True)
    for name, heading in (("n_networks", "Networks"), ("n_failed", "Failed")):
        table[heading] = rows[name].astype(str).to_numpy()
    return table


def _intervals(rows: pd.DataFrame, *columns: str) -> list[str]:
    names = columns or ("estimate", "low", "high")
    return [format_interval(*values) for values in rows[list(names)].to_numpy(float)]


def _pair(values: pd.Series, compared: pd.Series) -> list[str]:
    pairs = zip(values, compared, strict=True)
    return [f"{format_number(one)} / {format_number(other)}" for one, other in pairs]


def _outcome(rows: pd.DataFrame) -> dict[str, list[str]]:
    return {
        "p": [format_p(p) for p in rows["p_corrected"]],
        "Holds": rows["holds"].fillna("–").tolist(),
    }


def injective_table(changes: pd.DataFrame) -> pd.DataFrame:
    """Changes of topology where the weight matrix is injective, a row a kind of network."""
    rows = changes.reset_index()
    table = rows[KEYS].rename(columns=HEADINGS)
    table["Networks"] = rows["n_networks"].astype(str)
    table["Injective maps"] = [
        f"{row.n_injective:,} of {row.n_maps:,}" for row in rows.itertuples()
    ]
    table["Changed there"] = rows["share_changed"].map(format_number)
    table["Of the decrease"] = rows["share_of_decrease"].map(format_number)
    conditions = zip(rows["median_condition"], rows["largest_condition"], strict=True)
    table["Condition, median / largest"] = [f"{m:,.0f} / {top:,.0f}" for m, top in conditions]
    return table


def explanation(verdicts: pd.DataFrame, thresholds: dict) -> str:
    """The sentences that belong under the tables."""
    given = ", ".join(f"{name} {value}" for name, value in thresholds.items() if value is not None)
    text = (
        "Well-trained networks only. A network is one observation, its classes are averaged. "
        "Brackets and intervals: bootstrap over the networks of each kind, without width where "
        "they all agree; p corrected by Holm within a claim; a number of the verdicts is the mean "
        "over the comparisons that decide. Two numbers: the activation and the one beside it, or "
        "the deepest and the shallowest networks, in medians. A half-life is that of ω, in "
        "layers; a curve that never is at half counts as one layer after the last. A map from a "
        "layer to the next whose weight matrix is injective is a homeomorphism with tanh, sigmoid "
        "and leaky ReLU, not with ReLU; what changes there is what a sample of points and one "
        "scale show. Fixed "
        f"beforehand: {given}."
    )
    return " ".join(filter(None, [text, verdicts["left_out"].iloc[0]]))


def _tables(
    verdicts: pd.DataFrame, comparisons: pd.DataFrame, changes: pd.DataFrame, thresholds: dict
) -> dict[str, pd.DataFrame]:
    """Every table that has rows, by its title."""
    tables = {
        "Verdicts": verdict_table(verdicts, comparisons, thresholds),
        "Claim 1: networks at the lowest values possible": simplification_table(comparisons),
        "Claim 2: half-life of ω, activation against activation": activation_table(comparisons),
        "Claim 3: share of the decrease in the last third, against depth": depth_table(comparisons),
        "Share of the decrease in the last third": late_share_table(comparisons),
        "What the paper does not say: rises and peaks, means": beyond_table(comparisons),
        "What the paper does not say: changes where the weight matrix is injective": (
            injective_table(changes)
        ),
    }
    return {title: table for title, table in tables.items() if len(table)}


def to_markdown(
    verdicts: pd.DataFrame, comparisons: pd.DataFrame, changes: pd.DataFrame, thresholds: dict
) -> str:
    """The verdicts, the comparisons and their explanation in Markdown."""
    parts = [
        f"## {title}\n\n{table.to_markdown(index=False, disable_numparse=True)}"
        for title, table in _tables(verdicts, comparisons, changes, thresholds).items()
    ]
    return "\n\n".join([*parts, explanation(verdicts, thresholds)]) + "\n"


def to_latex(
    verdicts: pd.DataFrame, comparisons: pd.DataFrame, changes: pd.DataFrame, thresholds: dict
) -> str:
    """The same in LaTeX for the packages booktabs and longtable."""
    parts = []
    for number, (title, table) in enumerate(
        _tables(verdicts, comparisons, changes, thresholds).items()
    ):
        cells = table.astype(str).map(latex_text)
        latex = cells.rename(columns=latex_text).to_latex(
            index=False,
            escape=False,
            longtable=True,
            caption=latex_text(title),
            label=f"tab:claims-{number}",
            column_format="l" * len(cells.columns)
            if number
            else "rp{0.25\\textwidth}lp{0.5\\textwidth}",
        )
        parts.append(latex)
    return "\n".join([*parts, latex_text(explanation(verdicts, thresholds))]) + "\n"
