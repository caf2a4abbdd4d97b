"""The figures of Betti numbers against the layer."""

from collections.abc import Sequence
from itertools import product
from textwrap import fill
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from topodnn.columns import MEASURES, betti_columns
from topodnn.figures.style import (
    FAILED_COLOUR,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SYMBOLS,
    VARIANT_DASHES,
    activation_style,
    class_colour,
    class_label,
    class_legend,
    counts_of,
    head,
    measures_of,
    networks_of,
    row_label,
    use_style,
)


def row_height(n_rows: int, highest: float) -> float:
    """In inches: so that many rows still fit on a page, as long as they can be read."""
    return min(highest, max(0.6, (PAGE_HEIGHT - 0.5) / n_rows))


def layer_axis(axes: Axes, n_layers: int, height: float = 1.5) -> None:
    """Set up the axes of a curve over the layers, after everything is drawn.

    A row of small height, in inches, has fewer ticks.
    """
    axes.set_xlim(0, n_layers - 1)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5 if height > 1 else 3, integer=True))


def from_zero(axes: Axes) -> None:
    """Let the axis of a count start at 0 and reach at least 1, even where every number is 0.

    Each measure has an axis of its own: beside the rise at one scale, the fall of what persists
    would be a flat line.
    """
    axes.set_ylim(0, max(1, axes.get_ylim()[1]))


def plot_curves(
    columns: list[tuple[str, pd.DataFrame]], quantities: Sequence[str] = ("omega",), title: str = ""
) -> Figure:
    """Draw the curves of every network: one row per class, quantity and measure.

    Each thin line is a network. The bold line is the mean and the band half a standard deviation to
    each side, both over the networks that count. The other networks are dotted in grey.

    Parameters
    ----------
    columns : list of (str, DataFrame)
        The title of each column, and its rows of the tidy table, of one activation and depth.
    quantities : sequence of str
        Columns of the table: omega, beta_0, ... Each is drawn by every measure that the table has.
    title : str
    """
    table = pd.concat([rows for _, rows in columns])
    measures = measures_of(table)
    lines = list(product(sorted(set(table["class"])), quantities, measures))
    width = max(1.55 * len(columns) + 0.4, 0.7 * PAGE_WIDTH)
    height = row_height(len(lines), highest=1.6 if len(lines) < 5 else 1.25)
    figure, panels = plt.subplots(
        len(lines), len(columns), figsize=(min(width, PAGE_WIDTH), height * len(lines) + 0.5),
        sharex="col", sharey="all" if len(quantities) == len(measures) == 1 else "row",
        squeeze=False,
        layout="constrained",
    )  # fmt: skip
    letters = 90 // len(columns)  # as many as fit over a column
    for column, (name, rows) in zip(panels.T, columns, strict=True):
        for axes, (label, quantity, measure) in zip(column, lines, strict=True):
            _network_curves(axes, rows[rows["class"] == label], MEASURES[measure] + quantity)
            layer_axis(axes, int(rows["layer"].max()) + 1, height)
        column[0].set_title(f"{fill(name, letters)}\n{_number_title(rows, letters)}")
        column[-1].set_xlabel("layer")
    for axes, (label, quantity, measure) in zip(panels[:, 0], lines, strict=True):
        name = f"{SYMBOLS[quantity]} of {class_label(label)}"
        axes.set_ylabel(row_label(name, measure, measures))
        from_zero(axes)  # the axis is shared: only after the last line is drawn
    _curve_legend(figure, table)
    head(figure, table, title, measures)
    return figure


def _number_title(rows: pd.DataFrame, letters: int) -> str:
    """How many networks are well trained, in lines of whole words."""
    space = "\N{NO-BREAK SPACE}" if letters > 9 else " "
    return fill(f"{counts_of(rows)} well{space}trained", letters, break_long_words=False)


def _network_curves(axes: Axes, rows: pd.DataFrame, quantity: str) -> None:
    """Draw every network of one class and activation, their mean and its band."""
    counted = rows["counted"]
    _thin_lines(axes, rows[~counted], quantity, FAILED_COLOUR, linestyles=":", linewidths=0.7)
    rows = rows[counted]
    if rows.empty:
        return
    colour = activation_style(rows["activation"].iloc[0])[0]
    _thin_lines(axes, rows, quantity, colour, linewidths=0.5, alpha=0.6)
    mean_and_band(axes, rows, quantity, color=colour, linewidth=1.8)


def mean_and_band(
    axes: Axes, rows: pd.DataFrame, quantity: str, opacity: float = 0.25, **line: Any
) -> None:
    """Draw the mean over the networks, and a band of half a standard deviation to each side."""
    by_layer = rows.groupby("layer")[quantity]
    mean, half = by_layer.mean().astype(float), by_layer.std().astype(float).fillna(0) / 2
    axes.plot(mean.index, mean, clip_on=False, **line)
    if opacity:
        axes.fill_between(
            mean.index, mean - half, mean + half, color=line["color"], alpha=opacity, linewidth=0
        )


def _thin_lines(axes: Axes, rows: pd.DataFrame, quantity: str, colour: str, **style: Any) -> None:
    """Draw one line per network, all in one collection, which is faster."""
    curves = rows.pivot(index="seed", columns="layer", values=quantity)
    lines = [
        np.column_stack([curves.columns, curve])
        for curve in curves.to_numpy(float, na_value=np.nan)
    ]
    axes.add_collection(LineCollection(lines, colors=colour, **style), autolim=True)
    axes.autoscale_view()


def _curve_legend(figure: Figure, table: pd.DataFrame) -> None:
    marks = [
        Line2D([], [], color="black", linewidth=0.5, label=f"one of {networks_of(table)}"),
        Line2D([], [], color="black", linewidth=1.8, label="mean ± ½ standard deviation"),
    ]
    if not table["counted"].all():
        marks.append(
            Line2D(
                [], [], color=FAILED_COLOUR, linestyle=":", linewidth=0.9, label="not well trained"
            )
        )
    figure.legend(handles=marks, loc="outside lower center", ncols=3)


def plot_profile(profile: pd.DataFrame, title: str = "") -> Figure:
    """Draw the Betti numbers and ω of every class against the layer: one column per quantity.

    Where k has a range, what is alive at all of it has a row below that of the k in the middle.

    Parameters
    ----------
    profile : DataFrame
        From :func:`topodnn.profile`.
    title : str
        Stands before k and the scale over the figure.

    Returns
    -------
    Figure
        Has a style of its own: that of other figures of the program is left as it is.
    """
    quantities, measures = [*betti_columns(profile), "omega"], measures_of(profile)
    with matplotlib.rc_context():
        use_style()
        size = PAGE_WIDTH, 1.7 * len(measures) + 0.7
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(len(measures), len(quantities), sharex=True, squeeze=False)
        for line, measure in zip(panels, measures, strict=True):
            for axes, quantity in zip(line, quantities, strict=True):
                _class_curves(axes, profile, MEASURES[measure] + quantity)
                from_zero(axes)
            line[0].set_ylabel(measure if len(measures) > 1 else "")
        for column, quantity in zip(panels.T, quantities, strict=True):
            column[0].set_title(SYMBOLS.get(quantity, quantity))
            column[-1].set_xlabel("layer")
        figure.suptitle(", ".join(filter(None, [title, _complex_of(profile)])), fontsize=8)
        classes = sorted(set(profile["class"]))
        class_legend(figure, {label: class_label(label) for label in classes})
    return figure


def _class_curves(axes: Axes, profile: pd.DataFrame, name: str) -> None:
    """Draw a column of a profile against the layer, one line per class."""
    for label, rows in profile.groupby("class"):
        line: dict[str, Any] = {"color": class_colour(label), "marker": "os^Dvp"[label % 6]}
        line["linestyle"] = VARIANT_DASHES[label % len(VARIANT_DASHES)]  # curves coincide
        numbers = rows[name].to_numpy(float, na_value=np.nan)
        axes.plot(rows["layer"], numbers, markersize=3, clip_on=False, **line)
    layer_axis(axes, profile["layer"].nunique())


def _complex_of(profile: pd.DataFrame) -> str:
    """Such as "k = 16, ε = 2.5", with the range of k if there is one."""
    first = profile.iloc[0]
    text = f"$k$ = {first['n_neighbors']}, $\\varepsilon$ = {first['scale']}"
    if measures_of(profile) == ["one scale"]:
        return text
    return f"{text}; persistent: $k$ from {first['k_low']} to {first['k_high']}"
