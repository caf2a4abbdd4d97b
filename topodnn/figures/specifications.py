"""Specification curves: the effect under every choice that could change it, and the choices."""

from collections.abc import Callable
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from topodnn.analysis.robustness_texts import value_in_words
from topodnn.analysis.specifications import DEFAULTS, of_dataset
from topodnn.figures.style import PAGE_WIDTH, activation_label, activation_style, activations_of

EFFECTS = {
    1: "share of networks\nthat end at the lowest",
    2: "half-life, ReLU minus\ntanh, in layers",
    3: "decrease in the last third,\ndeepest minus shallowest",
}
ANSWER_ROWS = {"yes": "answer: yes", "partly": "partly", "no": "no"}
ROW_HEIGHT = 0.125  # inches
CURVE_HEIGHT = 1.6
CHOICE_COLOUR = "#404040"

Row = tuple[str, Callable[[pd.DataFrame], pd.Series]]


def plot_specifications(
    verdicts: pd.DataFrame, answers: pd.DataFrame, claim: int, titles: dict[str, str]
) -> Figure:
    """Draw the specification curve of a claim: a column for each data set.

    Above, the effect of every comparison with its interval, ordered by the mean effect of the
    specification; the vertical line is the default one. Below, its answers and its choices.

    Parameters
    ----------
    verdicts, answers : DataFrame
        From :func:`topodnn.analysis.specifications.specifications`.
    claim : int
    titles : dict
        Data set → its name in figures.
    """
    answers = answers[answers["claim"] == claim]
    datasets = list(dict.fromkeys(answers["dataset"]))
    choices = verdicts[verdicts["claim"] == claim].set_index("specification")
    rows = [*_answer_rows(), *choice_rows(choices)]
    height = CURVE_HEIGHT + ROW_HEIGHT * len(rows)
    figure, panels = plt.subplots(
        2, max(len(datasets), 1), figsize=(PAGE_WIDTH, height + 0.7), squeeze=False,
        sharex="col", layout="constrained",
        height_ratios=[CURVE_HEIGHT, ROW_HEIGHT * len(rows)],
    )  # fmt: skip
    for column, dataset in zip(panels.T, datasets, strict=False):
        answered = answers[answers["dataset"] == dataset]
        _draw_column(column, answered, choices, rows)
        n, n_all = answered["specification"].nunique(), of_dataset(choices, dataset).sum()
        column[0].set_title(f"{titles.get(dataset, dataset)}: {n} of {n_all}")
    panels[0, 0].set_ylabel(EFFECTS[claim])
    for axes in panels[1, 1:]:
        axes.set_yticklabels([])
    middle = panels[1, len(panels[1]) // 2]
    middle.set_xlabel("specifications in the order of their mean effect")
    if not datasets:
        panels[0, 0].set_title("nothing to compare")
    _legend(figure, answers, claim)
    return figure


def _draw_column(
    column: np.ndarray, answers: pd.DataFrame, choices: pd.DataFrame, rows: list[Row]
) -> None:
    effects, table = column
    order = answers.groupby("specification")["estimate"].mean().sort_values(kind="stable").index
    place = pd.Series(range(len(order)), index=order)
    for activation in activations_of(answers):
        of_one = answers[answers["activation"] == activation]
        x, colour = place[of_one["specification"]].to_numpy(), activation_style(activation)[0]
        effects.vlines(x, of_one["low"], of_one["high"], color=colour, alpha=0.35, linewidth=0.7)
        effects.plot(x, of_one["estimate"], ".", color=colour, markersize=2.6)
    if 0 in place.index:
        for axes in column:
            axes.axvline(place[0], color="black", linewidth=0.6, zorder=0)
    if answers["claim"].iloc[0] > 1:
        effects.axhline(0, color=".6", linewidth=0.6, zorder=0)
    of_column = choices.loc[order]
    for y, (_, holds) in enumerate(rows):
        _ticks(table, y, holds, answers, of_column, place)
    table.set_yticks(range(len(rows)), [name for name, _ in rows], fontsize=6)
    table.set_ylim(len(rows) - 0.4, -0.6)
    table.tick_params(axis="y", length=0)
    table.set_xlim(-1, len(order))


def _ticks(
    axes: Axes,
    y: int,
    holds: Callable[[pd.DataFrame], pd.Series],
    answers: pd.DataFrame,
    choices: pd.DataFrame,
    place: pd.Series,
) -> None:
    """Mark where a row holds: of answers in the colour of the activation, else of the choice."""
    if y >= len(ANSWER_ROWS):
        x = place[choices.index[holds(choices)]]
        axes.plot(x, np.full(len(x), y), "|", color=CHOICE_COLOUR, markersize=4, mew=0.7)
        return
    names = activations_of(answers)
    offsets = 0.28 * (np.arange(len(names)) - (len(names) - 1) / 2)
    for name, offset in zip(names, offsets, strict=True):
        of_one = answers[(answers["activation"] == name) & holds(answers)]
        x, colour = place[of_one["specification"]], activation_style(name)[0]
        axes.plot(x, np.full(len(x), y + offset), "|", color=colour, markersize=2.5, mew=0.8)


def _answer_rows() -> list[Row]:
    return [_row("holds", answer, name) for answer, name in ANSWER_ROWS.items()]


def choice_rows(choices: pd.DataFrame) -> list[Row]:
    """The rows below a curve: a name, and where it holds in a table of specifications.

    A choice that is combined with others has a row for each value, also the default; of the others,
    those of one kind share a row.
    """
    steps = sorted(value for value in choices["k"].unique() if value.startswith("step"))
    names = {value: value_in_words(value) for value in steps}
    names = {"middle": "k: middle of the range", "next": "middle + 1", **names}
    names |= {"persistent": "persistent"}
    rows = [_row("k", value, name) for value, name in names.items()]
    scales = sorted(set(choices["scale"]) - {DEFAULTS["scale"]})
    rows += [_row("scale", DEFAULTS["scale"], "ε: default")]
    rows += [_row("scale", value, value) for value in scales]
    rows += [_row("quantity", "omega", "quantity: ω"), _row("quantity", "beta_0", "β0 alone")]
    rows += [_row("crossing", "first", "crossing: first"), _row("crossing", "last", "last")]
    for value in sorted(set(choices["stride"]) - {DEFAULTS["stride"]}):
        rows.append(_row("stride", value, f"one point in {value}"))
    for value in sorted(set(choices["class_by"]) - {DEFAULTS["class_by"]}):
        rows.append(_row("class_by", value, f"class: {value}"))
    rows.append(_row("layers", "before_activation", "before the activation"))
    for choice, name in (
        ("sample", "random sample"),
        ("networks", "first networks only"),
        ("protocol", "other protocol"),
        ("cloud", "other cloud"),
        ("threshold", "a threshold moved"),
        ("bootstrap", "seed of the bootstrap"),
    ):
        rows.append((name, partial(_differs, choice)))
    return [row for row in rows if row[1](choices).any()]


def _differs(choice: str, table: pd.DataFrame) -> pd.Series:
    return table[choice] != DEFAULTS[choice]


def _row(choice: str, value: str, name: str) -> Row:
    """A row of where a column has a value."""
    return name, lambda table: table[choice] == value


def _legend(figure: Figure, answers: pd.DataFrame, claim: int) -> None:
    if claim == 2 or not len(answers):
        return
    marks = [
        Line2D([], [], linestyle="", marker="o", markersize=4, color=activation_style(name)[0])
        for name in activations_of(answers)
    ]
    labels = [activation_label(name) for name in activations_of(answers)]
    figure.legend(marks, labels, loc="outside lower center", ncols=len(labels))
