"""The tables of complexity, trained networks and samples, in Markdown and LaTeX."""

import pandas as pd

from topodnn.analysis.rows import which_networks, wrong_inputs
from topodnn.columns import KIND, MEASURES, betti_columns, persistent_columns

SYMBOLS = {"omega": "ω", "beta_0": "β0", "beta_1": "β1", "beta_2": "β2", "beta_3": "β3"}
LATEX = {
    "±": r"$\pm$", "–": "--", "−": "$-$", "<": "$<$", "≥": r"$\geq$", "≤": r"$\leq$",
    "βk": r"$\beta_k$", "δ": r"$\delta$", "ε": r"$\varepsilon$", "ω": r"$\omega$",
}  # fmt: skip

# What is measured on a network, as people call it.
MEASURED = {
    "half_life": "half-life of ω − 1",
    "last_half_life": "last crossing of the half of ω − 1",
    "half_life_of_beta_0": "half-life of β0 − 1",
    "late_share": "decrease in the last third",
    "decrease_reached": "decrease reached",
    "at_lowest": "ends at the lowest",
    "omega_peak": "highest ω",
}


def in_words(measure: str) -> str:
    """What is measured on a network, as people call it, such as "persistent half-life of ω − 1"."""
    plain = measure.removeprefix(MEASURES["persistent"])
    return MEASURED[plain] if plain == measure else f"persistent {MEASURED[plain]}"


def quantity_in_words(name: str) -> str:
    """The symbol of a column of Betti numbers or of ω, such as "persistent β1"."""
    plain = name.removeprefix(MEASURES["persistent"])
    symbol = SYMBOLS.get(plain, plain)
    return symbol if plain == name else f"persistent {symbol}"


def format_mean_and_deviation(mean: float, deviation: float) -> str:
    """Such as ``"8.4 ± 1.1"``; ``"–"`` for no network, without the deviation for a single one."""
    if pd.isna(mean):
        return "–"
    return f"{mean:.1f}" if pd.isna(deviation) else f"{mean:.1f} ± {deviation:.1f}"


def reader_table(table: pd.DataFrame) -> pd.DataFrame:
    """Mean ± standard deviation in one cell, with the numbers of networks and trials.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.means.complexity_table`.
    """
    names = [name.removesuffix("_mean") for name in table.columns if name.endswith("_mean")]
    persistent = ["persistent_omega", *persistent_columns(names)]
    quantities = ["omega", *betti_columns(names), *(q for q in persistent if q in names)]
    cells = {
        quantity_in_words(q): [
            format_mean_and_deviation(mean, deviation)
            for mean, deviation in zip(table[f"{q}_mean"], table[f"{q}_std"], strict=True)
        ]
        for q in quantities
    }
    counts = table.apply(
        lambda row: f"{row.n_well_trained} of {row.n_networks} ({row.n_trials} trials)", axis=1
    )
    return pd.DataFrame(
        {
            "Data": table["dataset"],
            "Network": table["network"],
            "Protocol": table["protocol"],
            "Activation": table["activation"],
            "Class": table["class"],
            "Layer": table["layer"],
            **cells,
            "Well trained": counts,
        }
    )


def explanation(table: pd.DataFrame) -> str:
    """The sentences that belong under the table."""
    which = which_networks(table["n_well_trained"], table["n_counted"])
    text = (
        f"Mean ± standard deviation over {which} (well trained: training error "
        "and held-out error within the limits of the configuration); layer 0 is the input, the "
        "last layer the logits; – where there is no such network, or a layer of k neurons or fewer "
        "has no βk."
    )
    if "persistent_omega_mean" in table.columns:
        text += " Persistent: what is alive from the smallest to the largest k of the range."
    wrong = {
        "one scale": "the scale of the complex is wrong there",
        "persistent": "the range of k is too wide there",
    }
    for measure, reason in wrong.items():
        for row in wrong_inputs(table, measure).itertuples():
            text += (
                f" Attention: the input does not show the true Betti numbers of {row.dataset}, "
                f"class {row[2]}: {reason}."
            )
    return text


def success_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Networks and trials that ended well trained, one row per kind of network.

    Parameters
    ----------
    rates : DataFrame
        From :func:`topodnn.analysis.means.success_rates`.
    """
    names = {name: name.capitalize() for name in KIND} | {"dataset": "Data"}
    table = rates.reset_index()
    counts = {
        "Networks": table["n_networks"],
        "Well trained": table["n_well_trained"],
        "Trials": table["n_trials"],
        "Share of trials": table["trial_success_rate"].map("{:.2f}".format),
    }
    return table[KIND].rename(columns=names).assign(**counts).astype(str)


def complexity_texts(table: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.means.complexity_table` in Markdown and LaTeX."""
    return in_both_formats(
        reader_table(table), explanation(table), "tab:complexity", n_text_columns=4
    )


def success_texts(rates: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.means.success_rates` in Markdown and LaTeX."""
    text = (
        "Networks that ended well trained. A seed is drawn again until its network is, up to the "
        "number of trials of the configuration; the share is that of all trials."
    )
    return in_both_formats(success_table(rates), text, "tab:well-trained", n_text_columns=4)


def agreement_texts(agreement: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`topodnn.analysis.comparisons.sample_agreement` in Markdown and LaTeX."""
    rows = agreement.reset_index()
    names = {name: name.capitalize() for name in KIND} | {"dataset": "Data"}
    shares = {"All equal": "equal"}
    for name in betti_columns(name.removeprefix("equal_") for name in rows.columns):
        shares[f"{SYMBOLS.get(name, name)} equal"] = f"equal_{name}"
    shares |= {"At lowest, sample": "lowest_in_sample", "At lowest, all": "lowest_in_all"}
    table = rows[KIND].rename(columns=names)
    table = table.assign(Measure=rows["measure"], Networks=rows["n_networks"])
    for heading, name in shares.items():
        table[heading] = [("–" if pd.isna(share) else f"{share:.2f}") for share in rows[name]]
    pairs = zip(rows["omega_difference"], rows["omega_std"], strict=True)
    table["ω, all less sample"] = [format_mean_and_deviation(*pair) for pair in pairs]
    both = ", at one scale and of what persists over a range of k"
    text = (
        "Betti numbers on a sample of the points and on all of them, the well-trained networks of "
        f"which both are computed{both * (rows['measure'].nunique() > 1)}. Equal: share of "
        "networks, layers and classes; at lowest: share of networks of which every class ends at "
        "β0 = 1 and βk = 0."
    )
    return in_both_formats(table, text, "tab:samples", n_text_columns=5)


def in_both_formats(
    table: pd.DataFrame, text: str, label: str, n_text_columns: int
) -> tuple[str, str]:
    """What :func:`to_markdown` and :func:`to_latex` make of a table."""
    return to_markdown(table, text), to_latex(table, text, label, n_text_columns)


def to_markdown(table: pd.DataFrame, text: str) -> str:
    """A table of text, and the sentences under it."""
    body = table.to_markdown(index=False, stralign="right", disable_numparse=True)
    return f"{body}\n\n{text}\n"


def to_latex(table: pd.DataFrame, text: str, label: str, n_text_columns: int) -> str:
    """A table of text for booktabs and longtable; its first columns are left-aligned names."""
    cells = table.astype(str).map(latex_text).rename(columns=latex_text)
    return cells.to_latex(
        index=False,
        escape=False,
        longtable=True,
        caption=latex_text(text),
        label=label,
        column_format="l" * n_text_columns + "r" * (cells.shape[1] - n_text_columns),
    )


def latex_text(text: str) -> str:
    """Text with the special characters of LaTeX escaped, and symbols in its notation."""
    for char in "_%&#":
        text = text.replace(char, f"\\{char}")
    for char, command in LATEX.items():
        text = text.replace(char, command)
    for digit in "0123":
        text = text.replace(f"β{digit}", rf"$\beta_{digit}$")
    return text
