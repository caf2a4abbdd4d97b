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
PLATEAU_COLOURS = ["#FFFFFF", "#94CFF1"]  # beside the plateau, and on it
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
        From :func:`topodnn.homology.files.read_scale`. Where it is by the plateau, the cells of the
        plateau are coloured; else those that show the true Betti numbers are, with the block.
    title : str
    """
    by_plateau = choice["method"] == "plateau"
    colours = PLATEAU_COLOURS if by_plateau else list(FIT_COLOURS.values())
    table = table.assign(fit=_on_plateau(table, choice) if by_plateau else _fits(table))
    classes = sorted(set(table["class"]))
    figure, panels = plt.subplots(
        1, len(classes), figsize=(PAGE_WIDTH, 0.15 * table["n_neighbors"].nunique() + 1.2),
        sharey=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    for label, axes in zip(classes, panels[0], strict=True):
        _scale_panel(axes, table[table["class"] == label], choice, colours)
    panels[0, 0].set_ylabel("number of neighbours $k$")
    numbers = ", ".join(SYMBOLS[name] for name in betti_columns(table))
    sample = "all points" if choice["stride"] == 1 else f"one point in {choice['stride']}"
    figure.suptitle(f"{title}, {sample}: {numbers} of the input", fontsize=8)
    chosen = f"chosen: $k$ = {choice['n_neighbors']}, $\\varepsilon$ = {choice['scale']}"
    marks = _marks(by_plateau) | {chosen: Patch(**CHOICE_LINE)}
    figure.legend(
        marks.values(), marks.keys(), loc="outside lower center", ncols=5, columnspacing=1.5
    )
    return figure


def _fits(table: pd.DataFrame) -> pd.Series:
    """0 where the numbers are wrong, 1 where they are true, 2 where those of all classes are."""
    pairs = table.groupby(["scale", "n_neighbors"])["is_true"]
    return table["is_true"].astype(int) + pairs.transform("all")


def _on_plateau(table: pd.DataFrame, choice: dict) -> pd.Series:
    return table["n_neighbors"].isin(choice["block"]["n_neighbors"]).astype(int)


def _marks(by_plateau: bool) -> dict[str, Patch]:
    """What the legend says of the cells and of the line round a block of them."""
    if by_plateau:
        return {"plateau": Patch(**BLOCK_LINE | {"facecolor": PLATEAU_COLOURS[-1]})}
    fits = {name: Patch(facecolor=c, edgecolor=GRID_COLOUR) for name, c in FIT_COLOURS.items()}
    return fits | {"block": Patch(**BLOCK_LINE)}


def _scale_panel(axes: Axes, rows: pd.DataFrame, choice: dict, colours: list[str]) -> None:
    """Draw the grid of one class; its cells are the unit squares."""
    fit = rows.pivot(index="n_neighbors", columns="scale", values="fit")
    betti = rows.set_index(["n_neighbors", "scale"])[betti_columns(rows)]
    texts = betti.apply(_listed, axis=1).unstack()
    sns.heatmap(
        fit, annot=texts, fmt="", annot_kws={"size": 7}, ax=axes, cbar=False, vmin=0,
        vmax=len(colours) - 1, cmap=colours, linecolor=GRID_COLOUR, linewidths=0.3,
        xticklabels=True, yticklabels=True,
    )  # fmt: skip
    for text, fits in zip(axes.texts, fit.to_numpy().flat, strict=True):
        text.set(color="black", weight="bold" if fits else "normal")
    _outline(axes, fit, choice["block"]["n_neighbors"], choice["block"]["scale"], BLOCK_LINE)
    _outline(axes, fit, [choice["n_neighbors"]], [choice["scale"]], CHOICE_LINE)
    chosen = betti.loc[(choice["n_neighbors"], choice["scale"])]  # if any are true, these are
    word = "true " if "is_true" in rows else ""
    axes.set_title(f"{class_label(rows['class'].iloc[0])}, {word}β = ({_listed(chosen)})")
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
