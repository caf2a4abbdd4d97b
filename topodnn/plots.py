"""One style, one palette, the figures.

A figure is drawn at the width at which it is printed (in inches), so its fonts have their size on
the page. Colours are those of Okabe and Ito, told apart by colour-blind readers; each activation
has its colour, and a line style for print in grey.
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # figures are files: no display is needed

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from topodnn.complexity import betti_columns, which_networks, wrong_inputs

PAGE_WIDTH = 6.5
SYMBOLS = {
    "omega": r"$\omega$",
    "beta_0": r"$\beta_0$",
    "beta_1": r"$\beta_1$",
    "beta_2": r"$\beta_2$",
    "beta_3": r"$\beta_3$",
}
ACTIVATION_STYLES = {
    "relu": ("#0072B2", "-"),
    "leaky_relu": ("#56B4E9", (0, (5, 1))),
    "tanh": ("#D55E00", (0, (4, 1, 1, 1))),
    "sigmoid": ("#CC79A7", (0, (1, 1))),
    "gelu": ("#009E73", (0, (3, 1))),
    "silu": ("#E69F00", (0, (3, 1, 1, 1, 1, 1))),
    "elu": ("#000000", (0, (2, 1))),
}
OTHER_STYLE = ("#7F7F7F", (0, (6, 2)))
LABELS = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "gelu": "GELU",
    "silu": "SiLU",
    "elu": "ELU",
}
CLASS_COLOURS = ["#009E73", "#E69F00", "#000000", "#56B4E9", "#CC79A7", "#F0E442"]
FAILED_COLOUR = "#999999"
FIT_COLOURS = {
    "wrong": "#FFFFFF",
    "true for this class only": "#DFF1FA",
    "true for all classes": "#94CFF1",
}
GRID_COLOUR = "#B0B0B0"
BLOCK_LINE = {"facecolor": "none", "edgecolor": "#000000", "linewidth": 1.5}
CHOICE_LINE = {"facecolor": "none", "edgecolor": "#D55E00", "linewidth": 2.5}


def use_style() -> None:
    """Set the style of every figure."""
    sns.set_theme(
        style="ticks",
        context="paper",
        rc={
            "font.size": 8,
            "axes.titlesize": 8,
            "axes.labelsize": 8,
            "xtick.labelsize": 7,
            "ytick.labelsize": 7,
            "legend.fontsize": 7,
            "legend.frameon": False,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.linewidth": 0.6,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "font.family": "DejaVu Sans",
            "mathtext.fontset": "dejavusans",
            "pdf.fonttype": 42,
            "figure.dpi": 100,
            "savefig.dpi": 300,
        },
    )


def save(figure: Figure, *paths: str | Path) -> None:
    """Write a figure to every path, in the format of its ending, without the date."""
    for path in paths:
        metadata = {"CreationDate": None} if str(path).endswith(".pdf") else None
        figure.savefig(path, metadata=metadata)
    plt.close(figure)


def activation_label(name: str) -> str:
    """Name of an activation as people write it."""
    return LABELS.get(name, name)


def class_label(label: int) -> str:
    """Name of a class in the notation of the paper: M_a, M_b."""
    return f"$M_{'abcdefghijklmnopqrstuvwxyz'[label]}$" if label < 26 else f"class {label}"


def class_colour(label: int) -> str:
    """Colour of a class, the same in every figure."""
    return CLASS_COLOURS[label % len(CLASS_COLOURS)]


def _scatter(axes, points: np.ndarray, labels: np.ndarray, size: float) -> None:
    for label in np.unique(labels):
        axes.scatter(
            *points[labels == label].T, s=size, color=class_colour(label), linewidths=0, alpha=0.75,
            rasterized=True, **({"depthshade": False} if points.shape[1] == 3 else {}),
        )  # fmt: skip


def _clear_box(axes) -> None:
    """Show three-dimensional axes as plain lines without panes and grid."""
    axes.grid(False)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color((1, 1, 1, 0))


def _class_legend(figure: Figure, names: dict[int, str]) -> None:
    marks = [
        Line2D([], [], linestyle="", marker="o", markersize=4, color=class_colour(label))
        for label in names
    ]
    figure.legend(marks, list(names.values()), loc="outside lower center", ncols=len(names))


def plot_data(points: np.ndarray, labels: np.ndarray, title: str, true_betti: np.ndarray) -> Figure:
    """Draw a data set of two or three features, with its true Betti numbers.

    Parameters
    ----------
    points : ndarray of shape (n_points, 2 or 3)
    labels : ndarray of shape (n_points,)
    title : str
    true_betti : ndarray of shape (n_classes, n_dimensions)
        Without rows where they are not known.
    """
    flat = points.shape[1] == 2
    figure = plt.figure(figsize=(0.6 * PAGE_WIDTH, 0.6 * PAGE_WIDTH), layout="constrained")
    axes = figure.add_subplot(projection=None if flat else "3d")
    _scatter(axes, points, labels, size=2.5)
    axes.set_aspect("equal")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title=f"{title}: {len(points):,} points shown")
    if not flat:
        _clear_box(axes)
        axes.set_zlabel("$x_3$", labelpad=-6)
        axes.tick_params(pad=-3)
        axes.xaxis.labelpad = axes.yaxis.labelpad = -5
    names = {label: class_label(label) for label in np.unique(labels)}
    for label, betti in enumerate(true_betti):
        names[label] += f": β = ({', '.join(map(str, betti))})"
    _class_legend(figure, names)
    return figure


def _activations(table: pd.DataFrame) -> list[str]:
    """Activations of a table in the order of the palette, others after them."""
    known = list(ACTIVATION_STYLES)
    names = sorted(set(table["activation"]))
    return sorted(names, key=lambda name: known.index(name) if name in known else len(known))


def _layer_axis(axes, n_layers: int) -> None:
    """Set up the axes of a curve over the layers, after everything is drawn."""
    axes.set_xlim(0, n_layers - 1)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))


def _warn_of_input(figure: Figure, table: pd.DataFrame) -> None:
    """Say in the figure where the scale of the complex does not fit the input."""
    classes = [class_label(label) for label in sorted(set(wrong_inputs(table)["class"]))]
    if classes:
        text = (
            f"Attention: the input does not show the true Betti numbers of {', '.join(classes)}:\n"
            "the scale of the complex is wrong"
        )
        figure.suptitle(text, color="#B00000", fontsize=8)


def _mean_curve(axes, rows: pd.DataFrame, quantity: str, activation: str, band: bool) -> None:
    """Draw the mean; with a band it stands alone in its panel and needs no line style."""
    colour, dashes = ACTIVATION_STYLES.get(activation, OTHER_STYLE)
    by_layer = rows.groupby("layer")[quantity]
    mean, half = by_layer.mean().astype(float), by_layer.std().astype(float).fillna(0) / 2
    style = "-" if band else dashes
    axes.plot(mean.index, mean, color=colour, linestyle=style, linewidth=1.8, clip_on=False)
    if band:
        axes.fill_between(
            mean.index, mean - half, mean + half, color=colour, alpha=0.25, linewidth=0
        )


def _which(table: pd.DataFrame) -> str:
    return which_networks(table["well_trained"], table["counted"])


def _counts(rows: pd.DataFrame) -> str:
    return f"{rows[rows['well_trained']]['seed'].nunique()} of {rows['seed'].nunique()}"


def plot_complexity(table: pd.DataFrame, quantity: str = "omega") -> Figure:
    """Draw a quantity against the layer: a column an activation, a row a class.

    A thin line is a network, the bold line the mean, the band half a standard deviation to each
    side, both over the networks that count; the others are drawn dotted in grey.

    Parameters
    ----------
    table : DataFrame
        Tidy table of one data set and network.
    quantity : str
        A column: omega, beta_0, ...
    """
    activations, classes = _activations(table), sorted(set(table["class"]))
    width = max(1.55 * len(activations) + 0.4, 0.7 * PAGE_WIDTH)
    figure, panels = plt.subplots(
        len(classes), len(activations), figsize=(min(width, PAGE_WIDTH), 1.6 * len(classes) + 0.5),
        sharex=True, sharey=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    for (i, label), (j, activation) in (
        (a, b) for a in enumerate(classes) for b in enumerate(activations)
    ):
        axes = panels[i, j]
        rows = table[(table["class"] == label) & (table["activation"] == activation)]
        colour, _ = ACTIVATION_STYLES.get(activation, OTHER_STYLE)
        for _, curve in rows[~rows["counted"]].groupby("seed"):
            axes.plot(
                curve["layer"], curve[quantity], color=FAILED_COLOUR, linestyle=":", linewidth=0.7
            )
        good = rows[rows["counted"]]
        for _, curve in good.groupby("seed"):
            axes.plot(curve["layer"], curve[quantity], color=colour, linewidth=0.5, alpha=0.6)
        if len(good):
            _mean_curve(axes, good, quantity, activation, band=True)
        _layer_axis(axes, int(table["layer"].max()) + 1)
        if i == 0:
            axes.set_title(f"{activation_label(activation)}\n{_counts(rows)} well trained")
        if j == 0:
            axes.set_ylabel(f"{SYMBOLS[quantity]} of {class_label(label)}")
        if i == len(classes) - 1:
            axes.set_xlabel("layer")
    panels[0, 0].set_ylim(bottom=0)  # shared, so only after the last line is drawn
    marks = [
        Line2D([], [], color="black", linewidth=0.5, label=f"one of {_which(table)}"),
        Line2D([], [], color="black", linewidth=1.8, label="mean ± ½ standard deviation"),
    ]
    if not table["counted"].all():
        marks.append(
            Line2D(
                [], [], color=FAILED_COLOUR, linestyle=":", linewidth=0.9, label="not well trained"
            )
        )
    figure.legend(handles=marks, loc="outside lower center", ncols=3)
    _warn_of_input(figure, table)
    return figure


def plot_activations(table: pd.DataFrame) -> Figure:
    """Draw the activations' mean curves side by side: a column a quantity, a row a class.

    Parameters
    ----------
    table : DataFrame
        Tidy table of one data set and network; only the networks that count are used.
    """
    quantities = [*betti_columns(table), "omega"]
    classes = sorted(set(table["class"]))
    figure, panels = plt.subplots(
        len(classes), len(quantities), figsize=(PAGE_WIDTH, 1.5 * len(classes) + 0.5),
        sharex=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    good = table[table["counted"]]
    for (i, label), (j, quantity) in (
        (a, b) for a in enumerate(classes) for b in enumerate(quantities)
    ):
        axes = panels[i, j]
        for activation in _activations(good):
            rows = good[(good["class"] == label) & (good["activation"] == activation)]
            _mean_curve(axes, rows, quantity, activation, band=False)
        _layer_axis(axes, int(table["layer"].max()) + 1)
        axes.set_ylim(bottom=0)
        if i == 0:
            axes.set_title(SYMBOLS[quantity])
        if j == 0:
            axes.set_ylabel(f"mean, {class_label(label)}")
        if i == len(classes) - 1:
            axes.set_xlabel("layer")
    handles, names = [], []
    for activation in _activations(table):
        rows = table[table["activation"] == activation]
        colour, dashes = ACTIVATION_STYLES.get(activation, OTHER_STYLE)
        handles.append(Line2D([], [], color=colour, linestyle=dashes, linewidth=1.8))
        names.append(f"{activation_label(activation)} ({_counts(rows)})")
    figure.legend(
        handles, names, loc="outside lower center", ncols=len(names),
        title=f"mean over {_which(table)} (number well trained)", title_fontsize=7,
    )  # fmt: skip
    _warn_of_input(figure, table)
    return figure


def plot_layers(
    layers: list[np.ndarray], labels: np.ndarray, betti: pd.DataFrame, title: str
) -> Figure:
    """Draw the point cloud at every layer of one network, its Betti numbers as caption.

    Parameters
    ----------
    layers : list of ndarray of shape (n_points, 3)
        Three principal components of each layer.
    labels : ndarray of shape (n_points,)
        Predicted class.
    betti : DataFrame
        The rows of the tidy table of this network.
    title : str
    """
    columns = min(len(layers), 4)
    rows = -(-len(layers) // columns)
    figure = plt.figure(figsize=(PAGE_WIDTH, 1.75 * rows + 0.5), layout="constrained")
    names = betti_columns(betti)
    for i, points in enumerate(layers):
        axes = figure.add_subplot(rows, columns, i + 1, projection="3d")
        spread = np.abs(points).max(axis=0)
        _scatter(axes, points / np.where(spread > 0, spread, 1), labels, size=1.5)
        axes.set(xticks=[], yticks=[], zticks=[], xlim=(-1, 1), ylim=(-1, 1), zlim=(-1, 1))
        axes.set_box_aspect(None, zoom=1.2)
        _clear_box(axes)
        numbers = betti[betti["layer"] == i].set_index("class")[names]
        captions = [
            f"{class_label(label)} ({', '.join(str(int(n)) for n in row)})"
            for label, row in zip(numbers.index, numbers.to_numpy(), strict=True)
        ]
        name = "input" if i == 0 else "logits" if i == len(layers) - 1 else f"layer {i}"
        axes.set_title(f"{name}\n" + "\n".join(captions), pad=-2)
    figure.suptitle(title, fontsize=8)
    _class_legend(figure, {label: class_label(label) for label in np.unique(labels)})
    return figure


def plot_scale(table: pd.DataFrame, choice: dict, title: str) -> Figure:
    """Draw the Betti numbers of the input for every pair of k and ε: a panel a class.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.scale.scale_table`.
    choice : dict
        From :func:`topodnn.scale.choose_scale`, and ``every``.
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
        axes.set_xlabel(r"scale $\varepsilon$ (hops)")
    panels[0, 0].set_ylabel("number of neighbours $k$")
    numbers = ", ".join(SYMBOLS[name] for name in betti_columns(table))
    sample = "all points" if choice["every"] == 1 else f"one point in {choice['every']}"
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


def _scale_panel(axes, rows: pd.DataFrame, choice: dict) -> None:
    """Draw the grid of one class; its cells are the unit squares."""
    fit = rows.pivot(index="n_neighbors", columns="scale", values="fit")
    colours = ListedColormap(list(FIT_COLOURS.values()))
    axes.pcolormesh(fit, cmap=colours, vmin=0, vmax=2, edgecolor=GRID_COLOUR, linewidth=0.3)
    betti = rows.set_index(["n_neighbors", "scale"])[betti_columns(rows)]
    for (n_neighbors, scale), numbers in betti.iterrows():
        place = fit.columns.get_loc(scale) + 0.5, fit.index.get_loc(n_neighbors) + 0.47
        bold = "bold" if fit.loc[n_neighbors, scale] else "normal"
        axes.text(*place, _listed(numbers), size=6, ha="center", va="center", weight=bold)
    _outline(axes, fit, choice["block"]["n_neighbors"], choice["block"]["scale"], BLOCK_LINE)
    _outline(axes, fit, [choice["n_neighbors"]], [choice["scale"]], CHOICE_LINE)
    true = betti.loc[(choice["n_neighbors"], choice["scale"])]  # there all classes have theirs
    axes.set_title(f"{class_label(rows['class'].iloc[0])}, true β = ({_listed(true)})")
    axes.set_xticks(np.arange(len(fit.columns)) + 0.5, fit.columns)
    axes.set_yticks(np.arange(len(fit.index)) + 0.5, fit.index)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True)


def _outline(axes, fit: pd.DataFrame, n_neighbors: list, scales: list, line: dict) -> None:
    """Draw a line round the cells of consecutive n_neighbors and scales."""
    corner = fit.columns.get_loc(scales[0]), fit.index.get_loc(n_neighbors[0])
    size = len(scales), len(n_neighbors)
    axes.add_patch(Rectangle(corner, *size, clip_on=False, zorder=3, **line))


def _listed(numbers: pd.Series) -> str:
    return ", ".join(map(str, numbers))
