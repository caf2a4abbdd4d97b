"""The figure of the barcode over k of the layers of a network."""

from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from topodnn.analysis.scales import PLACE, alive, range_of, steps_of
from topodnn.figures.style import PAGE_HEIGHT, PAGE_WIDTH, SYMBOLS, class_label, layer_names

MOST_LAYERS = 14  # that are legible on a page
FEW = 20  # bars that are legible above each other; of more their number is drawn
LOWEST = 4  # rows of a panel, so that a bar is not taken for an area
LASTING, PASSING = "#404040", "#C4C4C4"  # colours are those of activations and classes
AT_ONE_K: dict[str, Any] = {"color": "#B00000", "linestyle": (0, (1, 1.5)), "linewidth": 0.8}


def plot_barcode(bars: pd.DataFrame, title: str) -> Figure:
    """Draw the bars over k of the first two classes of points: a row for each layer.

    Of a network of many layers some are drawn.

    Parameters
    ----------
    bars : DataFrame
        From :func:`topodnn.analysis.scales.read_barcode`.
    title : str
    """
    steps, k, (low, high) = steps_of(bars), int(bars["n_neighbors"].iloc[0]), range_of(bars)
    bars = bars[bars["class"] < 2]
    n_layers = bars["layer"].max() + 1
    layers = np.unique(np.linspace(0, n_layers - 1, MOST_LAYERS).round().astype(int))
    columns = list(product(sorted(set(bars["class"])), sorted(set(bars["dimension"]))))
    figure, panels = plt.subplots(
        len(layers), len(columns), sharex=True, squeeze=False, layout="constrained",
        figsize=(PAGE_WIDTH, min(PAGE_HEIGHT, 0.68 * len(layers) + 1.1)),
    )  # fmt: skip
    for (row, layer), (column, place) in product(enumerate(layers), enumerate(columns)):
        here = (bars[PLACE] == [layer, *place]).all(axis=1)
        _panel(panels[row, column], bars[here], steps, k, (low, high))
    _name_rows_and_columns(panels, layers, n_layers, columns)
    figure.suptitle(title, fontsize=8)
    marks = {
        f"alive from $k$ = {low} to {high} (number on the right)": Patch(fc=LASTING),
        "alive at some of these $k$": Patch(fc=PASSING),
        f"$k$ = {k} (number on the left)": Line2D([], [], **AT_ONE_K),
    }
    figure.legend([*marks.values()], [*marks], loc="outside lower center", ncols=3)
    return figure


def _panel(axes: Axes, bars: pd.DataFrame, steps: list[int], k: int, ends: tuple[int, int]) -> None:
    """Draw the bars of a class and dimension at a layer; each step of k is a unit wide."""
    n_steps, middle, (first, last) = len(steps), steps.index(k), map(steps.index, ends)
    axes.tick_params(length=2, pad=1.5, labelsize=6)
    shown = sorted({0, first, middle, last, n_steps - 1})
    axes.set_xticks([step + 0.5 for step in shown], [str(steps[step]) for step in shown])
    axes.set(xlim=(0, n_steps), ylim=(0, LOWEST), yticks=[])
    if not len(bars) or bars["count"].isna().any():
        text = "not finite" if len(bars) else "none by its width"
        axes.text(n_steps / 2, LOWEST / 2, text, ha="center", va="center", fontsize=6)
        return
    numbers = [int(alive(bars, one, one).sum()) for one in steps]
    lasting = int(alive(bars, *ends).sum())
    if max(numbers) > FEW:
        axes.stairs(numbers, fill=True, color=PASSING, linewidth=0)
        whole = range(first, last + 2)
        axes.stairs([lasting] * (len(whole) - 1), whole, fill=True, color=LASTING, linewidth=0)
    else:
        _draw_spans(axes, _spans(bars, steps), first, last)
    axes.axvline(middle + 0.5, **AT_ONE_K)
    axes.set(ylim=(0, max(*numbers, LOWEST)), yticks=sorted({0, max(numbers)}))
    axes.set_title(f"{numbers[middle]}", loc="left", fontsize=7, pad=1.5)
    persistent = axes.set_title(f"{lasting}", loc="right", fontsize=7, pad=1.5)
    persistent.set(color=LASTING, weight="bold")


def _spans(bars: pd.DataFrame, steps: list[int]) -> list[tuple[int, int]]:
    """First step of each bar and the one after its last, sorted; longer ones first."""
    step_of = {k: step for step, k in enumerate(steps)}
    found = []
    for born, gone, count in zip(bars["born_k"], bars["gone_k"], bars["count"], strict=True):
        found += [(step_of[born], len(steps) if pd.isna(gone) else step_of[gone])] * count
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _draw_spans(axes: Axes, spans: list[tuple[int, int]], first: int, last: int) -> None:
    """Draw each span in the lowest row in which it has room behind those before it.

    So there are as many rows as there are spans at the same place.
    """
    ends: list[int] = []
    for begin, end in spans:
        row = next((row for row, other in enumerate(ends) if other <= begin), len(ends))
        ends[row : row + 1] = [end]
        colour, height = (LASTING, 0.75) if begin <= first and end > last else (PASSING, 0.5)
        axes.barh(row + 0.5, end - begin, height, begin, color=colour, linewidth=0)


def _name_rows_and_columns(
    panels: np.ndarray, layers: np.ndarray, n_layers: int, columns: list[tuple[int, int]]
) -> None:
    names = layer_names(n_layers)
    for axes, layer in zip(panels[:, 0], layers, strict=True):
        axes.set_ylabel(names[layer], fontsize=7)
    for axes, (label, dimension) in zip(panels[0], columns, strict=True):
        symbol = SYMBOLS[f"beta_{dimension}"]
        axes.annotate(
            f"{class_label(label)}: {symbol}", (0.5, 1), xytext=(0, 12), ha="center",
            xycoords="axes fraction", textcoords="offset points", fontsize=8,
        )  # fmt: skip
