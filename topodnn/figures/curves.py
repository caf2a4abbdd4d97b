"""The figures of Betti numbers against the layer."""

from collections.abc import Sequence
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

from topodnn.columns import betti_columns
from topodnn.figures.style import (
    FAILED_COLOUR,
    PAGE_WIDTH,
    SYMBOLS,
    VARIANT_DASHES,
    activation_style,
    class_colour,
    class_label,
    class_legend,
    counts_of,
    head,
    networks_of,
    use_style,
)


def layer_axis(axes: Axes, n_layers: int) -> None:
    """Set up the axes of a curve over the layers, after everything is drawn."""
    axes.set_xlim(0, n_layers - 1)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))


def from_zero(axes: Axes) -> None:
    """Let the axis of a count start at 0 and reach at least 1, even where every number is 0."""
    axes.set_ylim(0, max(1, axes.get_ylim()[1]))


def plot_curves(
    columns: list[tuple[str, pd.DataFrame]], quantities: Sequence[str] = ("omega",), title: str = ""
) -> Figure:
    """Draw the curves of every network against the layer: one row per class and quantity.

    Each thin line is a network. The bold line is the mean and the band half a standard deviation to
    each side, both over the networks that count. The other networks are dotted in grey.

    Parameters
    ----------
    columns : list of (str, DataFrame)
        The title of each column, and its rows of the tidy table, of one activation and depth.
    quantities : sequence of str
        Columns of the table: omega, beta_0, ...
    title : str
    """
    table = pd.concat([rows for _, rows in columns])
    lines = [(label, name) for label in sorted(set(table["class"])) for name in quantities]
    width = max(1.55 * len(columns) + 0.4, 0.7 * PAGE_WIDTH)
    height = 1.6 if len(lines) < 5 else 1.25  # so that many still fit on a page
    figure, panels = plt.subplots(
        len(lines), len(columns), figsize=(min(width, PAGE_WIDTH), height * len(lines) + 0.5),
        sharex="col", sharey="all" if len(quantities) == 1 else "row", squeeze=False,
        layout="constrained",
    )  # fmt: skip
    letters = 90 // len(columns)  # as many as fit over a column
    for column, (name, rows) in zip(panels.T, columns, strict=True):
        for axes, (label, quantity) in zip(column, lines, strict=True):
            _network_curves(axes, rows[rows["class"] == label], quantity)
            layer_axis(axes, int(rows["layer"].max()) + 1)
        numbers = f"{counts_of(rows)} well\N{NO-BREAK SPACE}trained"
        column[0].set_title(f"{fill(name, letters)}\n{fill(numbers, letters)}")
        column[-1].set_xlabel("layer")
    for axes, (label, quantity) in zip(panels[:, 0], lines, strict=True):
        axes.set_ylabel(f"{SYMBOLS[quantity]} of {class_label(label)}")
        from_zero(axes)  # the axis is shared: only after the last line is drawn
    _curve_legend(figure, table)
    head(figure, table, title)
    return figure


def _network_curves(axes: Axes, rows: pd.DataFrame, quantity: str) -> None:
    """Draw every network of one class and activation, their mean and its band."""
    counted = rows["counted"]
    _thin_lines(axes, rows[~counted], quantity, FAILED_COLOUR, linestyles=":", linewidths=0.7)
    rows = rows[counted]
    if rows.empty:
        return
    colour = activation_style(rows["activation"].iloc[0])[0]
    _thin_lines(axes, rows, quantity, colour, linewidths=0.5, alpha=0.6)
    by_layer = rows.groupby("layer")[quantity]
    mean, half = by_layer.mean().astype(float), by_layer.std().astype(float).fillna(0) / 2
    axes.plot(mean.index, mean, color=colour, linewidth=1.8, clip_on=False)
    axes.fill_between(mean.index, mean - half, mean + half, color=colour, alpha=0.25, linewidth=0)


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
    quantities = [*betti_columns(profile), "omega"]
    names = profile.drop_duplicates("layer").sort_values("layer")["name"].tolist()
    with matplotlib.rc_context():
        use_style()
        figure = Figure(figsize=(PAGE_WIDTH, 2.4), layout="constrained")
        panels = figure.subplots(1, len(quantities))
        for axes, quantity in zip(panels, quantities, strict=True):
            for label, rows in profile.groupby("class"):
                line = {"color": class_colour(label), "marker": "os^Dvp"[label % 6]}
                line["linestyle"] = VARIANT_DASHES[label % len(VARIANT_DASHES)]  # curves coincide
                numbers = rows[quantity].to_numpy(float, na_value=np.nan)
                axes.plot(rows["layer"], numbers, markersize=3, clip_on=False, **line)
            layer_axis(axes, len(names))
            from_zero(axes)
            axes.set(title=SYMBOLS.get(quantity, quantity), xlabel="layer")
        k, scale = profile["n_neighbors"].iloc[0], profile["scale"].iloc[0]
        complex_ = f"$k$ = {k}, $\\varepsilon$ = {scale}"
        figure.suptitle(f"{title}, {complex_}" if title else complex_, fontsize=8)
        classes = sorted(set(profile["class"]))
        class_legend(figure, {label: class_label(label) for label in classes})
    return figure
