"""Specification curves: the effect under every choice that could change it, and the choices."""

from collections.abc import Callable
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from topodnn.analysis.robustness_texts import value_in_words
from topodnn.analysis.specifications import DEFAULTS, of_dataset
from topodnn.figures.style import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    activation_label,
    activation_style,
    activations_of,
)

EFFECTS = {
    1: "share of networks\nthat end at the lowest",
    2: "half-life, ReLU minus\ntanh, in layers",
    3: "decrease in the last third,\ndeepest minus shallowest",
}
ANSWER_ROWS = {"yes": "answer: yes", "partly": "partly", "no": "no"}
ROW_HEIGHT = 0.125  # inches
CURVE_HEIGHT = 1.6
SHARED_HEIGHT = 0.85  # of each activation where there are several
LEAST_HEIGHT = 0.3  # with very many rows the figure is longer than a page
MARGIN = 0.85  # above and below the panels
CHOICE_COLOUR = "#404040"

Row = tuple[str, Callable[[pd.DataFrame], pd.Series]]


def plot_specifications(
    verdicts: pd.DataFrame, answers: pd.DataFrame, claim: int, titles: dict[str, str]
) -> Figure:
    """Draw the specification curve of a claim: a column for each data set.

    Above, the effect of every comparison with its interval, in a panel for each activation, ordered
    by the mean effect of the specification; the vertical line is the default one. Below, its
    answers, in the order of the panels, and its choices. Those that no data set of the figure
    looks at, and those that all specifications have, are left out.

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
    activations = activations_of(answers)
    choices = verdicts[verdicts["claim"] == claim].set_index("specification")
    looked_at = {dataset: of_dataset(choices, dataset) for dataset in datasets}
    of_any = pd.DataFrame(looked_at, index=choices.index).any(axis=1)
    rows = [*_answer_rows(), *choice_rows(choices[of_any])]
    heights = [*_curve_heights(len(activations), len(rows)), ROW_HEIGHT * len(rows)]
    figure, panels = plt.subplots(
        len(heights), max(len(datasets), 1), figsize=(PAGE_WIDTH, sum(heights) + MARGIN),
        squeeze=False, sharex="col", layout="constrained", height_ratios=heights,
    )  # fmt: skip
    for column, dataset in zip(panels.T, datasets, strict=False):
        answered = answers[answers["dataset"] == dataset]
        _draw_column(column, answered, choices, rows, activations)
        n, n_all = answered["specification"].nunique(), looked_at[dataset].sum()
        column[0].set_title(f"{titles.get(dataset, dataset)}\n{n} of {n_all} tested")
    if not datasets:
        panels[0, 0].set_title("nothing to compare")
    _label_panels(panels, EFFECTS[claim], activations)
    return figure


def _label_panels(panels: np.ndarray, effect: str, activations: list[str]) -> None:
    """Name the effect once, and beside the last column the activations if there are several."""
    n_curves = len(panels) - 1
    middle = 0.5 if n_curves % 2 else -0.1  # between two panels
    panels[(n_curves - 1) // 2, 0].set_ylabel(effect, y=middle)
    for axes in panels[-1, 1:]:
        axes.set_yticklabels([])
    below = panels[-1, panels.shape[1] // 2]
    below.set_xlabel("specifications in the order of their mean effect")
    for axes, name in zip(panels[:-1, -1], activations if n_curves > 1 else [], strict=False):
        axes.annotate(
            activation_label(name), (1.03, 0.5), xycoords="axes fraction", rotation=-90,
            va="center",
        )  # fmt: skip


def _curve_heights(n_activations: int, n_rows: int) -> list[float]:
    """In inches: so that the panels of all activations and the rows fit on a page."""
    n = max(n_activations, 1)
    room = (PAGE_HEIGHT - MARGIN - ROW_HEIGHT * n_rows) / n
    return n * [min(CURVE_HEIGHT if n == 1 else SHARED_HEIGHT, max(room, LEAST_HEIGHT))]


def _draw_column(
    column: np.ndarray,
    answers: pd.DataFrame,
    choices: pd.DataFrame,
    rows: list[Row],
    activations: list[str],
) -> None:
    *curves, table = column
    order = answers.groupby("specification")["estimate"].mean().sort_values(kind="stable").index
    place = pd.Series(range(len(order)), index=order)
    for effects, activation in zip(curves, activations, strict=True):
        effects.sharey(curves[0])
        _draw_effects(effects, answers[answers["activation"] == activation], place)
    if 0 in place.index:
        for axes in column:
            axes.axvline(place[0], color="black", linewidth=0.6, zorder=0)
    of_column = choices.loc[order]
    for y, (_, holds) in enumerate(rows):
        _ticks(table, y, holds, answers, of_column, place)
    table.set_yticks(range(len(rows)), [name for name, _ in rows])
    table.set_ylim(len(rows) - 0.4, -0.6)
    table.tick_params(axis="y", length=0)
    table.set_xlim(-1, len(order))


def _draw_effects(axes: Axes, answers: pd.DataFrame, place: pd.Series) -> None:
    """Draw the effects of one activation with their intervals."""
    if answers.empty:
        return
    x = place[answers["specification"]].to_numpy()
    colour, _, marker = activation_style(answers["activation"].iloc[0])
    axes.vlines(x, answers["low"], answers["high"], color=colour, alpha=0.35, linewidth=0.7)
    axes.plot(x, answers["estimate"], marker, color=colour, markersize=2, mew=0)
    if answers["claim"].iloc[0] > 1:
        axes.axhline(0, color=".6", linewidth=0.6, zorder=0)


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
    those of one kind share a row. What holds in none or in all specifications has no row.
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
    return [row for row in rows if 0 < row[1](choices).sum() < len(choices)]


def _differs(choice: str, table: pd.DataFrame) -> pd.Series:
    return table[choice] != DEFAULTS[choice]


def _row(choice: str, value: str, name: str) -> Row:
    """A row of where a column has a value."""
    return name, lambda table: table[choice] == value
