"""The figure of the choice of the scale."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from topodnn.columns import betti_columns
from topodnn.figures.style import PAGE_WIDTH, SYMBOLS, class_label

FIT_COLOURS = {
    "wrong": "#FFFFFF",
    "true for this class only": "#DFF1FA",
    "true for all classes": "#94CFF1",
}
GRID_COLOUR = "#B0B0B0"
BLOCK_LINE: dict[str, Any] = {"facecolor": "none", "edgecolor": "#000000", "linewidth": 1.5}
CHOICE_LINE: dict[str, Any] = {"facecolor": "none", "edgecolor": "#D55E00", "linewidth": 2.5}


def plot_scale(table: pd.DataFrame, choice: dict, title: str) -> Figure:
    """Draw the Betti numbers of the input for every pair of k and ε: one panel per class.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.homology.scale.scale_table`.
    choice : dict
        From :func:`topodnn.homology.scale.choose_scale`, with ``stride``.
    title : str
    """
    classes = sorted(set(table["class"]))
    figure, panels = plt.subplots(
        1, len(classes), figsize=(PAGE_WIDTH, 0.15 * table["n_neighbors"].nunique() + 1.2),
        sharey=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    pairs = table.groupby(["scale", "n_neighbors"])["is_true"]
    table = table.assign(fit=table["is_true"].astype(int) + pairs.transform("all"))
    for label, axes in zip(classes, panels[0], strict=True):
        _scale_panel(axes, table[table["class"] == label], choice)
    panels[0, 0].set_ylabel("number of neighbours $k$")
    numbers = ", ".join(SYMBOLS[name] for name in betti_columns(table))
    sample = "all points" if choice["stride"] == 1 else f"one point in {choice['stride']}"
    figure.suptitle(f"{title}, {sample}: {numbers} of the input", fontsize=8)
    marks = [
        *(Patch(facecolor=colour, edgecolor=GRID_COLOUR) for colour in FIT_COLOURS.values()),
        Patch(**BLOCK_LINE),
        Patch(**CHOICE_LINE),
    ]
    chosen = f"chosen: $k$ = {choice['n_neighbors']}, $\\varepsilon$ = {choice['scale']}"
    figure.legend(
        marks, [*FIT_COLOURS, "block", chosen], loc="outside lower center", ncols=5,
        columnspacing=1.5,
    )  # fmt: skip
    return figure


def _scale_panel(axes: Axes, rows: pd.DataFrame, choice: dict) -> None:
    """Draw the grid of one class; its cells are the unit squares."""
    fit = rows.pivot(index="n_neighbors", columns="scale", values="fit")
    betti = rows.set_index(["n_neighbors", "scale"])[betti_columns(rows)]
    texts = betti.apply(_listed, axis=1).unstack()
    sns.heatmap(
        fit, annot=texts, fmt="", annot_kws={"size": 7}, ax=axes, cbar=False, vmin=0, vmax=2,
        cmap=list(FIT_COLOURS.values()), linecolor=GRID_COLOUR, linewidths=0.3,
        xticklabels=True, yticklabels=True,
    )  # fmt: skip
    for text, fits in zip(axes.texts, fit.to_numpy().flat, strict=True):
        text.set(color="black", weight="bold" if fits else "normal")
    _outline(axes, fit, choice["block"]["n_neighbors"], choice["block"]["scale"], BLOCK_LINE)
    _outline(axes, fit, [choice["n_neighbors"]], [choice["scale"]], CHOICE_LINE)
    true = betti.loc[(choice["n_neighbors"], choice["scale"])]  # true for all classes there
    axes.set_title(f"{class_label(rows['class'].iloc[0])}, true β = ({_listed(true)})")
    axes.set(xlabel=r"scale $\varepsilon$ (hops)", ylabel="")
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)
    axes.invert_yaxis()  # n_neighbors upwards


def _outline(axes: Axes, fit: pd.DataFrame, n_neighbors: list, scales: list, line: dict) -> None:
    """Draw a line round the cells of consecutive n_neighbors and scales."""
    corner = fit.columns.get_loc(scales[0]), fit.index.get_loc(n_neighbors[0])
    size = len(scales), len(n_neighbors)
    axes.add_patch(Rectangle(corner, *size, clip_on=False, zorder=3, **line))


def _listed(numbers: pd.Series) -> str:
    return ", ".join(map(str, numbers))
