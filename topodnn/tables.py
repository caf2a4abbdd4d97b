"""The topological-complexity table as people read it: Markdown and LaTeX."""

import pandas as pd

from topodnn.complexity import (
    betti_columns,
    format_mean_and_deviation,
    which_networks,
    wrong_inputs,
)

SYMBOLS = {"omega": "ω", "beta_0": "β0", "beta_1": "β1", "beta_2": "β2", "beta_3": "β3"}
LATEX = {
    "±": r"$\pm$", "–": "--", "−": "$-$", "<": "$<$", "≥": r"$\geq$", "βk": r"$\beta_k$",
    "δ": r"$\delta$", "ω": r"$\omega$",
}  # fmt: skip


def reader_table(table: pd.DataFrame) -> pd.DataFrame:
    """Mean ± standard deviation in one cell, with the number of networks and the success rate.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.complexity.complexity_table`.
    """
    names = [name.removesuffix("_mean") for name in table.columns if name.endswith("_mean")]
    quantities = ["omega", *betti_columns(names)]
    cells = {
        SYMBOLS.get(q, q): [
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
        f"Mean ± standard deviation over {which} (well trained: no training error, "
        "held-out error within the limit of the configuration); layer 0 is the input, the last "
        "layer the logits; – where there is no such network."
    )
    for row in wrong_inputs(table).itertuples():
        text += (
            f" Attention: the input does not show the true Betti numbers of {row.dataset}, class "
            f"{row[2]}: the scale of the complex is wrong there."
        )
    return text


def to_markdown(table: pd.DataFrame) -> str:
    """The table and its explanation in Markdown."""
    body = reader_table(table).to_markdown(index=False, stralign="right", disable_numparse=True)
    return f"{body}\n\n{explanation(table)}\n"


def to_latex(table: pd.DataFrame) -> str:
    """The table in LaTeX for the packages booktabs and longtable."""
    readable = reader_table(table)
    names = {name: latex_text(name) for name in readable.columns}
    cells = readable.astype(str).map(latex_text).rename(columns=names)
    return cells.to_latex(
        index=False,
        escape=False,
        longtable=True,
        caption=latex_text(explanation(table)),
        label="tab:complexity",
        column_format="llllrr" + "r" * (len(names) - 6),
    )


def latex_text(text: str) -> str:
    """Text with the characters that LaTeX reads otherwise, and symbols in its notation."""
    for char in "_%&#":
        text = text.replace(char, f"\\{char}")
    for char, command in LATEX.items():
        text = text.replace(char, command)
    for digit in "0123":
        text = text.replace(f"β{digit}", rf"$\beta_{digit}$")
    return text
