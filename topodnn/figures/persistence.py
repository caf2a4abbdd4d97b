"""Figures of the persistence of one batch of points at every layer."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from topodnn.analysis.rows import which_networks
from topodnn.columns import KIND, betti_columns
from topodnn.figures.style import (
    ACTIVATION_STYLES,
    OTHER_STYLE,
    PAGE_WIDTH,
    SYMBOLS,
    by_activation,
    panel_title,
)

METRIC_TITLES = {
    "euclidean": "Euclidean",
    "unit_diameter": "unit diameter",
    "hops": "hops",
}
DIMENSION_MARKS = {0: ("#0072B2", "o"), 1: ("#D55E00", "^"), 2: ("#009E73", "s")}
VALUE_LINE: dict[str, Any] = {"color": "#7F7F7F", "linewidth": 0.8, "linestyle": (0, (3, 2))}


def layer_name(layer: int, last: int) -> str:
    """Such as ``"input"``, ``"layer 2"``, ``"logits"``."""
    return "input" if layer == 0 else "logits" if layer == last else f"layer {layer}"


def style_of(activation: str) -> dict:
    """Line of an activation: its colour, dashes and marker."""
    colour, dashes, marker = ACTIVATION_STYLES.get(activation, OTHER_STYLE)
    return {
        "color": colour, "linestyle": dashes, "linewidth": 1.2, "marker": marker,
        "markersize": 3, "markeredgewidth": 0,
    }  # fmt: skip


def plot_diagrams(pairs: pd.DataFrame, persistence: dict, title: str) -> Figure:
    """Draw the persistence diagrams of one network per activation: one column per layer.

    A row shares its axes, so that layers can be compared. Classes that are alive at the end of the
    filtration lie on the line at the top.

    Parameters
    ----------
    pairs : DataFrame
        Euclidean rows of :func:`topodnn.homology.persistence.pair_table`, of one network for each
        activation.
    persistence : dict
        ``filtration_value`` and ``max_scale`` of the configuration.
    title : str
    """
    activations = [name for name, _ in by_activation(pairs)]
    last = int(pairs["layer"].max())
    figure, panels = plt.subplots(
        len(activations), last + 1, figsize=(PAGE_WIDTH, 1.45 * len(activations) + 0.6),
        sharex="row", sharey="row", squeeze=False, layout="constrained",
    )  # fmt: skip
    for row, (name, rows) in zip(panels, by_activation(pairs), strict=True):
        finite = rows.loc[np.isfinite(rows["death"]), "death"]
        highest = finite.max() if len(finite) else persistence["max_scale"]
        for layer, axes in enumerate(row):
            of_layer = rows[rows["layer"] == layer]
            _diagram(axes, of_layer, highest, persistence["filtration_value"])
        row[0].set_ylabel(f"{name}\ndeath")
    for layer, axes in enumerate(panels[0]):
        axes.set_title(layer_name(layer, last))
    for axes in panels[-1]:
        axes.set_xlabel("birth")
    _diagram_legend(figure, pairs, persistence)
    figure.suptitle(title, fontsize=8)
    return figure


def _diagram(axes: Axes, rows: pd.DataFrame, highest: float, value: float) -> None:
    """Draw one diagram up to `highest`, and a line above it for what never dies."""
    top = 1.12 * highest
    axes.plot([0, highest], [0, highest], color="#B0B0B0", linewidth=0.6, zorder=1)
    axes.axhline(top, color="black", linewidth=0.6, zorder=1)
    axes.axhline(value, zorder=1, **VALUE_LINE)
    axes.axvline(value, zorder=1, **VALUE_LINE)
    for dimension, of_dimension in rows.groupby("dimension"):
        colour, marker = DIMENSION_MARKS[dimension]
        death = of_dimension["death"].replace(np.inf, top)
        axes.plot(
            of_dimension["birth"], death, marker, color=colour, markersize=2.2, alpha=0.6,
            markeredgewidth=0, clip_on=False, rasterized=True, zorder=2 + dimension,
        )  # fmt: skip
    axes.set(xlim=(-0.04 * highest, highest), ylim=(-0.04 * highest, 1.18 * highest))
    axes.set_aspect("equal", adjustable="box")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=3))


def _diagram_legend(figure: Figure, pairs: pd.DataFrame, persistence: dict) -> None:
    marks = [
        Line2D(
            [], [], linestyle="", marker=DIMENSION_MARKS[d][1], color=DIMENSION_MARKS[d][0],
            markersize=4, markeredgewidth=0, label=f"dimension {d}",
        )
        for d in sorted(set(pairs["dimension"]))
    ]  # fmt: skip
    marks += [
        Line2D([], [], label=f"filtration value {persistence['filtration_value']:g}", **VALUE_LINE),
        Line2D([], [], color="black", linewidth=0.6,
               label=f"on this line: alive at the end, {persistence['max_scale']:g}"),
    ]  # fmt: skip
    figure.legend(handles=marks, loc="outside lower center", ncols=len(marks))


def plot_betti_curves(curves: pd.DataFrame, persistence: dict, title: str) -> Figure:
    """Draw the mean Betti curves of the Euclidean filtration: one column per activation.

    Parameters
    ----------
    curves : DataFrame
        Euclidean rows of :func:`topodnn.homology.persistence.mean_betti_curves` with ``KIND``.
    persistence : dict
        ``filtration_value`` of the configuration.
    title : str
    """
    columns = by_activation(curves)
    quantities = [name for name in SYMBOLS if f"{name}_mean" in curves]
    layers = sorted(set(curves["layer"]))
    colours = [
        to_hex(colour) for colour in plt.get_cmap("viridis")(np.linspace(0, 0.92, len(layers)))
    ]
    figure, panels = plt.subplots(
        len(quantities), len(columns), figsize=(PAGE_WIDTH, 1.6 * len(quantities) + 0.8),
        sharex=True, sharey="row", squeeze=False, layout="constrained",
    )  # fmt: skip
    for column, (name, rows) in zip(panels.T, columns, strict=True):
        column[0].set_title(f"{name} (mean of {rows['n_networks'].max()})")
        column[-1].set_xlabel("scale")
        for axes, quantity in zip(column, quantities, strict=True):
            for (_, of_layer), colour in zip(rows.groupby("layer"), colours, strict=True):
                mean = of_layer.set_index("scale")[f"{quantity}_mean"]
                axes.plot(mean.index, mean, color=colour, linewidth=1.1)
            axes.axvline(persistence["filtration_value"], zorder=1, **VALUE_LINE)
            axes.set_xlim(0, _interesting(curves, quantities))
    for axes, quantity in zip(panels[:, 0], quantities, strict=True):
        axes.set_ylabel(SYMBOLS[quantity])
        axes.set_yscale("symlog", linthresh=1, linscale=0.4)
        axes.set_ylim(bottom=0)
    marks = [
        Line2D([], [], color=colour, linewidth=1.4, label=layer_name(layer, layers[-1]))
        for layer, colour in zip(layers, colours, strict=True)
    ]
    value = f"filtration value {persistence['filtration_value']:g}"
    marks.append(Line2D([], [], label=value, **VALUE_LINE))
    figure.legend(handles=marks, loc="outside lower center", ncols=min(len(marks), 6))
    figure.suptitle(title, fontsize=8)
    return figure


def _interesting(curves: pd.DataFrame, quantities: Sequence[str]) -> float:
    """The scale up to which some curve still changes; beyond it the axis would be empty."""
    means = [f"{quantity}_mean" for quantity in quantities]
    ends = curves.groupby(["activation", "layer"])[means].transform("last")
    moving = curves.loc[((curves[means] - ends).abs() > 0.5).any(axis=1), "scale"]
    return float(1.05 * moving.max()) if len(moving) else float(curves["scale"].max())


def plot_metrics(betti: pd.DataFrame, persistence: dict, title: str) -> Figure:
    """Draw the Betti numbers of the batch against the layer: one column per metric.

    Parameters
    ----------
    betti : DataFrame
        From :func:`topodnn.analysis.tidy.with_trials`, of one data set, network and protocol; only
        the networks that count are used.
    persistence : dict
        ``filtration_value`` and ``scale`` of the configuration.
    title : str
    """
    quantities = betti_columns(betti)
    figure, panels = plt.subplots(
        len(quantities), len(METRIC_TITLES), figsize=(PAGE_WIDTH, 1.6 * len(quantities) + 0.8),
        sharex=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    for (row, quantity), (column, metric) in product(
        enumerate(quantities), enumerate(METRIC_TITLES)
    ):
        _bands(panels[row, column], betti[betti["metric"] == metric], quantity)
    for axes, metric in zip(panels[0], METRIC_TITLES, strict=True):
        axes.set_title(reading(metric, persistence, betti))
    for axes, quantity in zip(panels[:, 0], quantities, strict=True):
        axes.set_ylabel(f"{SYMBOLS[quantity]} of the batch")
    for axes in panels[-1]:
        axes.set_xlabel("layer")
    _activation_legend(figure, betti, "mean ± ½ standard deviation of")
    figure.suptitle(title, fontsize=8)
    return figure


def reading(metric: str, persistence: dict, betti: pd.DataFrame) -> str:
    """Where the Betti numbers of a metric are read off, as a title."""
    if metric == "hops":
        return f"hops, at {persistence['scale']:g}"
    scales = betti.loc[betti["metric"] == metric, "scale"]
    scale = f"{scales.iloc[0]:.2g}" if len(scales) and np.isfinite(scales.iloc[0]) else "–"
    return f"{METRIC_TITLES[metric]}, at {scale}"


def _bands(axes: Axes, rows: pd.DataFrame, quantity: str) -> None:
    """Draw mean and band of every activation against the layer."""
    rows = rows[rows["counted"]]
    for _, of_activation in by_activation(rows):
        style = style_of(of_activation["activation"].iloc[0])
        by_layer = of_activation.assign(value=of_activation[quantity].astype(float)).groupby(
            "layer"
        )
        mean, half = by_layer["value"].mean(), by_layer["value"].std().fillna(0) / 2
        axes.plot(mean.index, mean, clip_on=False, **style)
        axes.fill_between(
            mean.index, mean - half, mean + half, color=style["color"], alpha=0.2, linewidth=0
        )
    axes.set_ylim(0, max(1.0, axes.get_ylim()[1]))
    axes.margins(x=0.02)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))


def _activation_legend(figure: Figure, table: pd.DataFrame, text: str) -> None:
    marks = [
        Line2D([], [], label=f"{name} ({_counts(rows)})", **style_of(rows["activation"].iloc[0]))
        for name, rows in by_activation(table)
    ]
    which = which_networks(table["well_trained"], table["counted"])
    figure.legend(
        handles=marks, loc="outside lower center", ncols=len(marks), title_fontsize=7,
        title=f"{text} {which} (number well trained)",
    )  # fmt: skip


def _counts(rows: pd.DataFrame) -> str:
    networks = rows.drop_duplicates("seed")
    return f"{networks['well_trained'].sum()} of {len(networks)}"


def plot_distances(distances: pd.DataFrame, title: str) -> Figure:
    """Draw the distance between the diagrams of a layer and the one before: one column per metric.

    Parameters
    ----------
    distances : DataFrame
        From :func:`topodnn.analysis.tidy.with_trials`, of one data set, network and protocol; only
        the networks that count are used.
    title : str
    """
    metrics = ["euclidean", "unit_diameter"]
    dimensions = sorted(set(distances["dimension"]))
    figure, panels = plt.subplots(
        len(dimensions), len(metrics), figsize=(0.8 * PAGE_WIDTH, 1.5 * len(dimensions) + 0.8),
        sharex=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    for (row, dimension), (column, metric) in product(enumerate(dimensions), enumerate(metrics)):
        here = (distances["metric"] == metric) & (distances["dimension"] == dimension)
        _bands(panels[row, column], distances[here], "distance")
    for axes, metric in zip(panels[0], metrics, strict=True):
        axes.set_title(METRIC_TITLES[metric])
    for axes, dimension in zip(panels[:, 0], dimensions, strict=True):
        axes.set_ylabel(f"distance, dimension {dimension}")
    for axes in panels[-1]:
        axes.set_xlabel("layer (from the one before)")
    _activation_legend(figure, distances, "mean ± ½ standard deviation of")
    text = "Wasserstein distance of the diagrams of successive layers"
    figure.suptitle(f"{title}\n{text}", fontsize=8)
    return figure


def plot_side_by_side(betti: pd.DataFrame, persistence: dict, title: str) -> Figure:
    """Draw the Betti numbers of the batch, one row per network and protocol, with the accuracy.

    Parameters
    ----------
    betti : DataFrame
        From :func:`topodnn.analysis.tidy.with_trials`, of one data set; only the networks that
        count are used.
    persistence : dict
        ``filtration_value`` and ``scale`` of the configuration.
    title : str
    """
    columns = list(product(["euclidean", "hops"], betti_columns(betti)))
    groups = list(betti.groupby(["network", "protocol"], sort=False))
    figure = plt.figure(figsize=(PAGE_WIDTH, 2.3 * len(groups) + 0.3), layout="constrained")
    parts = figure.subfigures(len(groups), 1, squeeze=False)
    for part, ((network, protocol), rows) in zip(parts[:, 0], groups, strict=True):
        panels = part.subplots(1, len(columns), sharex=True)
        for axes, (metric, quantity) in zip(np.atleast_1d(panels), columns, strict=True):
            _bands(axes, rows[rows["metric"] == metric], quantity)
            axes.set_title(f"{SYMBOLS[quantity]}, {reading(metric, persistence, rows)}")
            axes.set_xlabel("layer")
        marks = [
            Line2D([], [], label=f"{name}: {accuracy(of)}", **style_of(of["activation"].iloc[0]))
            for name, of in by_activation(rows)
        ]
        part.legend(
            handles=marks, loc="outside lower center", ncols=2, title_fontsize=7,
            title="held-out accuracy: mean (lowest–highest), number well trained",
        )  # fmt: skip
        part.suptitle(f"{network}, {protocol}", fontsize=8, fontweight="bold", x=0.01, ha="left")
    figure.suptitle(title, fontsize=8)
    return figure


def accuracy(rows: pd.DataFrame) -> str:
    """Accuracy on the held-out points and the number well trained, as text for a legend."""
    networks = rows.drop_duplicates([*KIND, "seed"])
    share = 1 - networks["held_out_error"]
    return (
        f"{share.mean():.3f} ({share.min():.3f}–{share.max():.3f}), "
        f"{networks['well_trained'].sum()} of {len(networks)}"
    )


def title_of(table: pd.DataFrame, persistence: dict) -> str:
    """Such as ``"tori, 3x5, notebook: batch of 500 points"``."""
    return f"{panel_title(table)}: batch of {persistence['n_points']:,} points of all classes"
