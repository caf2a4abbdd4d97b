"""Figures of points: a data set, and the layers of one network."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import Axes3D

from topodnn.columns import MEASURES, betti_columns
from topodnn.figures.clouds import to_box
from topodnn.figures.style import (
    PAGE_WIDTH,
    class_colour,
    class_label,
    class_legend,
    layer_names,
    measures_of,
)


def _scatter(axes: Any, points: np.ndarray, labels: np.ndarray, size: float) -> None:
    # All classes at once: in space the nearer points are drawn last, whatever their class.
    axes.scatter(
        *points.T, s=size, color=[class_colour(label) for label in labels], linewidths=0,
        alpha=0.75, rasterized=True, **({"depthshade": False} if points.shape[1] == 3 else {}),
    )  # fmt: skip


def _clear_box(axes: Axes3D) -> None:
    """Show three-dimensional axes as plain lines, without panes or grid."""
    axes.grid(False)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color((1, 1, 1, 0))


def plot_data(points: np.ndarray, labels: np.ndarray, title: str, true_betti: np.ndarray) -> Figure:
    """Draw a data set of two or three features, with its true Betti numbers.

    Parameters
    ----------
    points : ndarray of shape (n_points, 2 or 3)
    labels : ndarray of shape (n_points,)
    title : str
    true_betti : ndarray of shape (n_classes, n_dimensions)
        No rows where they are not known.
    """
    flat = points.shape[1] == 2
    figure = plt.figure(figsize=(0.49 * PAGE_WIDTH, 0.49 * PAGE_WIDTH), layout="constrained")
    axes: Any = figure.add_subplot(projection=None if flat else "3d")
    _scatter(axes, points, labels, size=2.5)
    axes.set_aspect("equal")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title=f"{title}: {len(points):,} points shown")
    if not flat:
        _clear_box(axes)
        axes.set_zlabel("$x_3$", labelpad=-6)
        axes.tick_params(pad=-3)
        for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
            axis.set_major_locator(MaxNLocator(nbins=4))
        axes.xaxis.labelpad = axes.yaxis.labelpad = -5
    names = {label: class_label(label) for label in np.unique(labels)}
    for label, betti in enumerate(true_betti):
        names[label] += f": β = ({', '.join(map(str, betti))})"
    class_legend(figure, names)
    return figure


def plot_layers(
    layers: list[np.ndarray], labels: np.ndarray, betti: pd.DataFrame, title: str
) -> Figure:
    """Draw the point cloud at every layer of one network, with its Betti numbers as caption.

    Where k has a range, the numbers of what is alive at all of it stand beside those at one k.

    Parameters
    ----------
    layers : list of ndarray of shape (n_points, 2 or 3)
        Coordinates from :func:`topodnn.figures.clouds.in_space`.
    labels : ndarray of shape (n_points,)
        Predicted class.
    betti : DataFrame
        The rows of the tidy table of this network.
    title : str
    """
    captions = [
        [name, *_betti_captions(betti[betti["layer"] == i], measures_of(betti))]
        for i, name in enumerate(layer_names(len(layers)))
    ]
    # Longer captions would reach into the next panel.
    size = 8 if max(len(line) for caption in captions for line in caption) < 30 else 6
    n_rows = -(-len(layers) // 4)
    n_columns = -(-len(layers) // n_rows)  # so that no row is nearly empty
    figure = plt.figure(figsize=(PAGE_WIDTH, 1.75 * n_rows + 0.5), layout="constrained")
    for i, points in enumerate(layers):
        flat = points.shape[1] == 2
        axes = figure.add_subplot(n_rows, n_columns, i + 1, projection=None if flat else "3d")
        _scatter(axes, to_box(points), labels, size=1.5)
        _plane_box(axes) if flat else _space_box(axes)
        axes.set_title("\n".join(captions[i]), pad=3 if flat else -2, fontsize=size)
    figure.suptitle(title, fontsize=8)
    class_legend(figure, {label: class_label(label) for label in np.unique(labels)})
    return figure


def _plane_box(axes: Axes) -> None:
    axes.set(xticks=[], yticks=[], xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal")
    axes.spines[:].set_visible(True)


def _space_box(axes: Axes3D) -> None:
    axes.set(xticks=[], yticks=[], zticks=[], xlim=(-1, 1), ylim=(-1, 1), zlim=(-1, 1))
    axes.set_box_aspect(None, zoom=1.2)
    _clear_box(axes)


def _betti_captions(rows: pd.DataFrame, measures: list[str]) -> list[str]:
    """Such as ``"M_a (9, 0) | (8, 0)"``, one per class; ``"–"`` for a missing number."""
    captions = []
    for row in rows.to_dict("records"):
        numbers = [
            [row[MEASURES[measure] + name] for name in betti_columns(rows)] for measure in measures
        ]
        in_brackets = [f"({', '.join(map(_written, some))})" for some in numbers]
        captions.append(f"{class_label(row['class'])} {' | '.join(in_brackets)}")
    return captions


def _written(number: Any) -> str:
    return "–" if pd.isna(number) else str(int(number))
