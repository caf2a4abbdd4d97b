"""One style, one palette, the figures.

A figure is drawn at the width at which it is printed (in inches), so its fonts have their size on
the page. Colours are those of Okabe and Ito, told apart by colour-blind readers; each activation
has its colour, and a line style and a marker for print in grey.
"""

import os
import sys
from collections.abc import Sequence
from itertools import groupby, product
from textwrap import fill
from typing import Any

import matplotlib

# Figures are files: no display is needed. A notebook or a program that draws keeps its own way.
if "matplotlib.pyplot" not in sys.modules and "IPython" not in sys.modules:
    matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import Axes3D
from PIL import Image
from scipy import stats

from topodnn.complexity import betti_columns, which_networks, wrong_inputs

PAGE_WIDTH = 6.5
PNG_DPI = 200
SYMBOLS = {
    "omega": r"$\omega$",
    "beta_0": r"$\beta_0$",
    "beta_1": r"$\beta_1$",
    "beta_2": r"$\beta_2$",
    "beta_3": r"$\beta_3$",
}
ACTIVATION_STYLES: dict[str, tuple[str, Any, str]] = {
    "relu": ("#0072B2", "-", "o"),
    "leaky_relu": ("#56B4E9", (0, (5, 1)), "s"),
    "tanh": ("#D55E00", (0, (4, 1, 1, 1)), "^"),
    "sigmoid": ("#CC79A7", (0, (1, 1)), "D"),
    "gelu": ("#009E73", (0, (3, 1)), "v"),
    "silu": ("#E69F00", (0, (3, 1, 1, 1, 1, 1)), "P"),
    "elu": ("#000000", (0, (2, 1)), "X"),
}
OTHER_STYLE: tuple[str, Any, str] = ("#7F7F7F", (0, (6, 2)), "*")
VARIANT_DASHES = ["-", (0, (3, 1)), (0, (1, 1)), (0, (4, 1, 1, 1))]
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
BLOCK_LINE: dict[str, Any] = {"facecolor": "none", "edgecolor": "#000000", "linewidth": 1.5}
CHOICE_LINE: dict[str, Any] = {"facecolor": "none", "edgecolor": "#D55E00", "linewidth": 2.5}


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
            "svg.hashsalt": "topodnn",  # the same file every time
        },
    )


def by_figure(paths: Sequence[str]) -> list[list[str]]:
    """Paths that follow each other and differ only in their ending, such as .pdf and .png."""
    return [list(same) for _, same in groupby(paths, key=lambda path: os.path.splitext(path)[0])]


def save(figure: Figure, paths: Sequence[str]) -> None:
    """Write a figure to every path, in the format of its ending (pdf, png, svg), and close it.

    The files have no date. Each canvas draws itself: ``savefig`` draws everything twice.
    """
    figure.set_dpi(PNG_DPI)
    if layout := figure.get_layout_engine():
        layout.execute(figure)  # once, and the same for every format
    figure.set_layout_engine("none")
    for path in paths:
        WRITERS[os.path.splitext(path)[1]](figure, path)
    plt.close(figure)


def _write_pdf(figure: Figure, path: str) -> None:
    FigureCanvasPdf(figure).print_pdf(path, metadata={"CreationDate": None})


def _write_png(figure: Figure, path: str) -> None:
    """Write a palette of 256 colours, with which the file is three times smaller."""
    figure.set_dpi(PNG_DPI)  # other formats have left theirs
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(path)


def _write_svg(figure: Figure, path: str) -> None:
    FigureCanvasSVG(figure).print_svg(path, metadata={"Date": None})


WRITERS = {".pdf": _write_pdf, ".png": _write_png, ".svg": _write_svg}


def activation_label(name: str) -> str:
    """Name of an activation as people write it."""
    return LABELS.get(name, name)


def _activation_style(name: str) -> tuple[str, Any, str]:
    """Colour, dashes and marker of an activation."""
    return ACTIVATION_STYLES.get(name, OTHER_STYLE)


def class_label(label: int) -> str:
    """Name of a class in the notation of the paper: M_a, M_b."""
    return f"$M_{'abcdefghijklmnopqrstuvwxyz'[label]}$" if label < 26 else f"class {label}"


def class_colour(label: int) -> str:
    """Colour of a class, the same in every figure."""
    return CLASS_COLOURS[label % len(CLASS_COLOURS)]


def _scatter(axes: Any, points: np.ndarray, labels: np.ndarray, size: float) -> None:
    # All classes at once: in space the nearer points are drawn last, whatever their class.
    axes.scatter(
        *points.T, s=size, color=[class_colour(label) for label in labels], linewidths=0,
        alpha=0.75, rasterized=True, **({"depthshade": False} if points.shape[1] == 3 else {}),
    )  # fmt: skip


def _clear_box(axes: Axes3D) -> None:
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
    _class_legend(figure, names)
    return figure


def activations_of(table: pd.DataFrame) -> list[str]:
    """Activations of a table in the order of the palette, others after them."""
    known = list(ACTIVATION_STYLES)
    names = sorted(set(table["activation"]))
    return sorted(names, key=lambda name: known.index(name) if name in known else len(known))


def _layer_axis(axes: Axes, n_layers: int) -> None:
    """Set up the axes of a curve over the layers, after everything is drawn."""
    axes.set_xlim(0, n_layers - 1)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))


def _from_zero(axes: Axes) -> None:
    """Let the axis of a count start at 0 and reach 1, also where every number is 0."""
    axes.set_ylim(0, max(1, axes.get_ylim()[1]))


def _head(figure: Figure, table: pd.DataFrame, title: str = "") -> None:
    """Put the title over the panels, and say where the scale of the complex is wrong."""
    classes = [class_label(label) for label in sorted(set(wrong_inputs(table)["class"]))]
    lines = [title] if title else []
    if classes:
        lines += [
            f"Attention: the input does not show the true Betti numbers of {', '.join(classes)}:",
            "the scale of the complex is wrong",
        ]
    if lines:
        figure.suptitle("\n".join(lines), color="#B00000" if classes else "black", fontsize=8)


def panel_title(table: pd.DataFrame) -> str:
    """Such as ``"D-I, 9x15, fast"``: what all rows of a table have in common."""
    common = [table[key].unique() for key in ("dataset", "network", "protocol")]
    return ", ".join(names[0] for names in common if len(names) == 1)


def _which(table: pd.DataFrame) -> str:
    return which_networks(table["well_trained"], table["counted"])


def _counts(rows: pd.DataFrame) -> str:
    return f"{rows[rows['well_trained']]['seed'].nunique()} of {rows['seed'].nunique()}"


def by_activation(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The columns of :func:`plot_curves`, one an activation."""
    return [
        (activation_label(name), table[table["activation"] == name])
        for name in activations_of(table)
    ]


def plot_curves(
    columns: list[tuple[str, pd.DataFrame]], quantities: Sequence[str] = ("omega",), title: str = ""
) -> Figure:
    """Draw the curves of every network against the layer: a row a class and quantity.

    A thin line is a network, the bold line the mean, the band half a standard deviation to each
    side, both over the networks that count; the others are drawn dotted in grey.

    Parameters
    ----------
    columns : list of (str, DataFrame)
        Each the title of a column and its rows of the tidy table, of one activation and depth.
    quantities : sequence of str
        Columns of the table: omega, beta_0, ...
    title : str
    """
    table = pd.concat([rows for _, rows in columns])
    lines = [(label, name) for label in sorted(set(table["class"])) for name in quantities]
    width = max(1.55 * len(columns) + 0.4, 0.7 * PAGE_WIDTH)
    height = 1.6 if len(lines) < 5 else 1.25  # more still fit on a page
    figure, panels = plt.subplots(
        len(lines), len(columns), figsize=(min(width, PAGE_WIDTH), height * len(lines) + 0.5),
        sharex="col", sharey="all" if len(quantities) == 1 else "row", squeeze=False,
        layout="constrained",
    )  # fmt: skip
    letters = 90 // len(columns)  # that fit over a column
    for column, (name, rows) in zip(panels.T, columns, strict=True):
        for axes, (label, quantity) in zip(column, lines, strict=True):
            _network_curves(axes, rows[rows["class"] == label], quantity)
            _layer_axis(axes, int(rows["layer"].max()) + 1)
        numbers = f"{_counts(rows)} well\N{NO-BREAK SPACE}trained"
        column[0].set_title(f"{fill(name, letters)}\n{fill(numbers, letters)}")
        column[-1].set_xlabel("layer")
    for axes, (label, quantity) in zip(panels[:, 0], lines, strict=True):
        axes.set_ylabel(f"{SYMBOLS[quantity]} of {class_label(label)}")
        _from_zero(axes)  # shared, so only after the last line is drawn
    _curve_legend(figure, table)
    _head(figure, table, title)
    return figure


def _network_curves(axes: Axes, rows: pd.DataFrame, quantity: str) -> None:
    """Draw every network of one class and activation, their mean and its band."""
    counted = rows["counted"]
    _thin_lines(axes, rows[~counted], quantity, FAILED_COLOUR, linestyles=":", linewidths=0.7)
    rows = rows[counted]
    if rows.empty:
        return
    colour = _activation_style(rows["activation"].iloc[0])[0]
    _thin_lines(axes, rows, quantity, colour, linewidths=0.5, alpha=0.6)
    by_layer = rows.groupby("layer")[quantity]
    mean, half = by_layer.mean().astype(float), by_layer.std().astype(float).fillna(0) / 2
    axes.plot(mean.index, mean, color=colour, linewidth=1.8, clip_on=False)
    axes.fill_between(mean.index, mean - half, mean + half, color=colour, alpha=0.25, linewidth=0)


def _thin_lines(axes: Axes, rows: pd.DataFrame, quantity: str, colour: str, **style: Any) -> None:
    """Draw a line a network, all in one collection, which is drawn faster."""
    curves = rows.pivot(index="seed", columns="layer", values=quantity)
    lines = [
        np.column_stack([curves.columns, curve])
        for curve in curves.to_numpy(float, na_value=np.nan)
    ]
    axes.add_collection(LineCollection(lines, colors=colour, **style), autolim=True)
    axes.autoscale_view()


def _curve_legend(figure: Figure, table: pd.DataFrame) -> None:
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


def plot_activations(table: pd.DataFrame) -> Figure:
    """Draw the activations' mean curves side by side: a column a quantity, a row a class.

    Parameters
    ----------
    table : DataFrame
        Tidy table of one data set and network; only the networks that count are used.
    """
    means = []
    for name in activations_of(table):
        rows = table[table["activation"] == name]
        colour, dashes, _ = _activation_style(name)
        line = {"color": colour, "linestyle": dashes, "linewidth": 1.8}
        means.append((f"{activation_label(name)} ({_counts(rows)})", rows[rows["counted"]], line))
    figure = _plot_means(means, table, [*betti_columns(table), "omega"])
    title = f"mean over {_which(table)} (number well trained)"
    _mean_legend(figure, means, title, n_columns=min(len(means), 4))
    return figure


def plot_samples(sample: pd.DataFrame, all_points: pd.DataFrame) -> Figure:
    """Draw the mean curves on a sample of the points beside those of the same networks on all.

    Parameters
    ----------
    sample, all_points : DataFrame
        Tidy tables of one data set, network and protocol. Only the networks that count and that
        both tables have are used, and ω only where both have the same Betti numbers.
    """
    dimensions = [betti_columns(sample), betti_columns(all_points)]
    quantities = [name for name in dimensions[0] if name in dimensions[1]]
    if dimensions[0] == dimensions[1]:
        quantities.append("omega")
    n_points = [table[table["layer"] == 0]["n_points"].mean() for table in (all_points, sample)]
    names = ["all points", f"one point in {round(n_points[0] / n_points[1])}"]
    both = _counted_networks(sample).merge(_counted_networks(all_points))
    means = []
    for activation in activations_of(all_points):
        networks = both[both["activation"] == activation]
        for i, table in enumerate((all_points, sample)):
            name = f"{activation_label(activation)} ({len(networks)}), {names[i]}"
            means.append((name, table.merge(networks), _variant_line(activation, i)))
    figure = _plot_means(means, pd.concat([sample, all_points]), quantities)
    title = f"mean over {_which(all_points)} of both (their number)"
    _mean_legend(figure, means, title, _legend_columns(all_points))
    return figure


def _counted_networks(table: pd.DataFrame) -> pd.DataFrame:
    return table.loc[table["counted"], ["activation", "seed"]].drop_duplicates()


def plot_protocols(table: pd.DataFrame) -> Figure:
    """Draw the mean curves of the protocols side by side: a column a quantity, a row a class.

    Parameters
    ----------
    table : DataFrame
        Tidy table of one data set and network; only the networks that count are used, and the
        activations trained by more than one protocol.

    Raises
    ------
    ValueError
        If there is no such activation.
    """
    several = table.groupby("activation")["protocol"].transform("nunique") > 1
    if not several.any():
        raise ValueError("no activation is trained by more than one protocol")
    table = table[several]
    means = []
    for activation in activations_of(table):
        for i, protocol in enumerate(sorted(set(table["protocol"]))):
            rows = table[(table["activation"] == activation) & (table["protocol"] == protocol)]
            name = f"{activation_label(activation)}, {protocol} ({_counts(rows)})"
            means.append((name, rows[rows["counted"]], _variant_line(activation, i)))
    figure = _plot_means(means, table, [*betti_columns(table), "omega"])
    title = f"mean over {_which(table)} (number well trained)"
    _mean_legend(figure, means, title, _legend_columns(table))
    return figure


def _variant_line(activation: str, i: int) -> dict:
    """Line of the i-th variant of an activation, which a marker tells from others in grey."""
    colour, _, marker = _activation_style(activation)
    return {
        "color": colour, "linestyle": VARIANT_DASHES[i % len(VARIANT_DASHES)], "linewidth": 1.1,
        "marker": marker, "markersize": 3, "markeredgewidth": 0.8,
        "markerfacecolor": "white" if i else colour,
    }  # fmt: skip


def _plot_means(
    means: list[tuple[str, pd.DataFrame, dict]], table: pd.DataFrame, quantities: list[str]
) -> Figure:
    """Draw the mean of each (name, rows, line): a column a quantity, a row a class of the table."""
    classes = sorted(set(table["class"]))
    figure, panels = plt.subplots(
        len(classes), len(quantities), figsize=(PAGE_WIDTH, 1.5 * len(classes) + 0.5),
        sharex=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    for (i, label), (j, quantity) in product(enumerate(classes), enumerate(quantities)):
        for _, rows, line in means:
            mean = rows[rows["class"] == label].groupby("layer")[quantity].mean()
            if len(mean):
                panels[i, j].plot(mean.index, mean.astype(float), clip_on=False, **line)
        _layer_axis(panels[i, j], int(table["layer"].max()) + 1)
        _from_zero(panels[i, j])
    for axes, quantity in zip(panels[0], quantities, strict=True):
        axes.set_title(SYMBOLS[quantity])
    for axes, label in zip(panels[:, 0], classes, strict=True):
        axes.set_ylabel(f"mean, {class_label(label)}")
    for axes in panels[-1]:
        axes.set_xlabel("layer")
    _head(figure, table, panel_title(table))
    return figure


def _legend_columns(table: pd.DataFrame) -> int:
    """One an activation, the variants of it below each other; four would be too wide."""
    n_activations = table["activation"].nunique()
    return n_activations if n_activations < 4 else 2


def _mean_legend(figure: Figure, means: list, title: str, n_columns: int) -> None:
    marks = [Line2D([], [], label=name, **line) for name, _, line in means]
    figure.legend(
        handles=marks, loc="outside lower center", ncols=n_columns, title=title, title_fontsize=7
    )


def plot_well_trained(rates: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw the share of the trials that ended well trained: a panel a data set and protocol.

    A mark is one kind of network, its line the 95 % interval of Wilson; beside it stands how many
    networks are well trained in the end.

    Parameters
    ----------
    rates : DataFrame
        The columns of :func:`topodnn.complexity.success_rates` and of its index.
    networks : sequence of str
        Names of networks in the order of the axis.
    """
    groups = list(rates.groupby(["dataset", "protocol"]))
    sizes = [len(rows) + 0.5 * rows["network"].nunique() for _, rows in groups]
    figure, panels = plt.subplots(
        len(groups), 1, figsize=(0.8 * PAGE_WIDTH, 0.13 * sum(sizes) + 0.4 * len(groups) + 0.6),
        sharex=True, squeeze=False, layout="constrained", height_ratios=sizes,
    )  # fmt: skip
    activations = activations_of(rates)
    for axes, ((dataset, protocol), rows) in zip(panels[:, 0], groups, strict=True):
        ticks, place = {}, 0.0
        for name in (name for name in networks if name in set(rows["network"])):
            kinds = rows[rows["network"] == name].set_index("activation")
            of_name = [activation for activation in activations if activation in kinds.index]
            for i, activation in enumerate(of_name):
                _success_mark(axes, activation, kinds.loc[activation], place + i)
            ticks[name] = place + (len(of_name) - 1) / 2
            place += len(of_name) + 0.5
        axes.set_yticks(list(ticks.values()), list(ticks))
        axes.set(xlim=(-0.02, 1.02), ylim=(place - 0.75, -0.75))
        axes.set_title(f"{dataset}, {protocol}", loc="left")
        over_numbers = {"xytext": (0, 4), "textcoords": "offset points", "fontsize": 7}
        axes.annotate("networks", (1.05, 1), xycoords=("data", "axes fraction"), **over_numbers)
        axes.grid(axis="x", color="#E0E0E0", linewidth=0.5)
        axes.set_axisbelow(True)
    panels[-1, 0].set_xlabel("share of the trials that ended well trained")
    styles = {activation_label(name): _activation_style(name) for name in activations}
    marks = [
        Line2D([], [], color=colour, linewidth=1.2, marker=marker, markersize=4, label=label)
        for label, (colour, _, marker) in styles.items()
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=len(marks))
    return figure


def _success_mark(axes: Axes, activation: str, kind: pd.Series, place: float) -> None:
    """Draw the share of one kind of network with its interval, and how many networks it has."""
    colour, _, marker = _activation_style(activation)
    test = stats.binomtest(int(kind["n_well_trained"]), int(kind["n_trials"]))
    axes.plot(test.proportion_ci(method="wilson"), [place, place], color=colour, linewidth=1.2)
    axes.plot(
        test.statistic, place, marker=marker, color=colour, markersize=4, clip_on=False, zorder=3
    )
    axes.text(
        1.05, place, f"{kind['n_well_trained']} of {kind['n_networks']}", fontsize=7, va="center"
    )


def plot_layers(
    layers: list[np.ndarray], labels: np.ndarray, betti: pd.DataFrame, title: str
) -> Figure:
    """Draw the point cloud at every layer of one network, its Betti numbers as caption.

    Parameters
    ----------
    layers : list of ndarray of shape (n_points, 2 or 3)
        Coordinates from :func:`topodnn.projection.in_space`.
    labels : ndarray of shape (n_points,)
        Predicted class.
    betti : DataFrame
        The rows of the tidy table of this network.
    title : str
    """
    n_rows = -(-len(layers) // 4)
    n_columns = -(-len(layers) // n_rows)  # so that no row is nearly empty
    figure = plt.figure(figsize=(PAGE_WIDTH, 1.75 * n_rows + 0.5), layout="constrained")
    for i, points in enumerate(layers):
        flat = points.shape[1] == 2
        axes = figure.add_subplot(n_rows, n_columns, i + 1, projection=None if flat else "3d")
        _scatter(axes, to_box(points), labels, size=1.5)
        _plane_box(axes) if flat else _space_box(axes)
        name = "input" if i == 0 else "logits" if i == len(layers) - 1 else f"layer {i}"
        caption = [name, *_betti_captions(betti[betti["layer"] == i])]
        axes.set_title("\n".join(caption), pad=3 if flat else -2)
    figure.suptitle(title, fontsize=8)
    _class_legend(figure, {label: class_label(label) for label in np.unique(labels)})
    return figure


def plot_profile(profile: pd.DataFrame, title: str = "") -> Figure:
    """Draw the Betti numbers and ω of every class against the layer: a column a quantity.

    Parameters
    ----------
    profile : DataFrame
        From :func:`topodnn.profile`.
    title : str
        Over k and the scale.

    Returns
    -------
    Figure
        In a style of its own: that of other figures of the program is left as it is.
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
            _layer_axis(axes, len(names))
            _from_zero(axes)
            axes.set(title=SYMBOLS.get(quantity, quantity), xlabel="layer")
        k, scale = profile["n_neighbors"].iloc[0], profile["scale"].iloc[0]
        complex_ = f"$k$ = {k}, $\\varepsilon$ = {scale}"
        figure.suptitle(f"{title}, {complex_}" if title else complex_, fontsize=8)
        classes = sorted(set(profile["class"]))
        _class_legend(figure, {label: class_label(label) for label in classes})
    return figure


def to_box(points: np.ndarray) -> np.ndarray:
    """Scale each axis to [-1, 1]; what only rounding errors tell apart stays together."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = (high - low) / 2
    return (points - (low + high) / 2) / np.where(half > 1e-6 * half.max(), half, np.inf)


def _plane_box(axes: Axes) -> None:
    axes.set(xticks=[], yticks=[], xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal")
    axes.spines[:].set_visible(True)


def _space_box(axes: Axes3D) -> None:
    axes.set(xticks=[], yticks=[], zticks=[], xlim=(-1, 1), ylim=(-1, 1), zlim=(-1, 1))
    axes.set_box_aspect(None, zoom=1.2)
    _clear_box(axes)


def _betti_captions(rows: pd.DataFrame) -> list[str]:
    """Such as ``"M_a (9, 0)"``, one a class; ``"–"`` for a number that is missing."""
    numbers = rows.set_index("class")[betti_columns(rows)].astype("Int64").astype("string")
    return [
        f"{class_label(label)} ({', '.join(row)})"
        for label, row in zip(numbers.index, numbers.fillna("–").to_numpy(), strict=True)
    ]


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


def _scale_panel(axes: Axes, rows: pd.DataFrame, choice: dict) -> None:
    """Draw the grid of one class; its cells are the unit squares."""
    fit = rows.pivot(index="n_neighbors", columns="scale", values="fit")
    colours = ListedColormap(list(FIT_COLOURS.values()))
    axes.pcolormesh(fit, cmap=colours, vmin=0, vmax=2, edgecolor=GRID_COLOUR, linewidth=0.3)
    betti = rows.set_index(["n_neighbors", "scale"])[betti_columns(rows)]
    for (n_neighbors, scale), numbers in betti.iterrows():
        place = fit.columns.get_loc(scale) + 0.5, fit.index.get_loc(n_neighbors) + 0.47
        bold = "bold" if fit.loc[n_neighbors, scale] else "normal"
        axes.text(*place, _listed(numbers), size=7, ha="center", va="center", weight=bold)
    _outline(axes, fit, choice["block"]["n_neighbors"], choice["block"]["scale"], BLOCK_LINE)
    _outline(axes, fit, [choice["n_neighbors"]], [choice["scale"]], CHOICE_LINE)
    true = betti.loc[(choice["n_neighbors"], choice["scale"])]  # there all classes have theirs
    axes.set_title(f"{class_label(rows['class'].iloc[0])}, true β = ({_listed(true)})")
    axes.set_xticks(np.arange(len(fit.columns)) + 0.5, fit.columns)
    axes.set_yticks(np.arange(len(fit.index)) + 0.5, fit.index)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True)


def _outline(axes: Axes, fit: pd.DataFrame, n_neighbors: list, scales: list, line: dict) -> None:
    """Draw a line round the cells of consecutive n_neighbors and scales."""
    corner = fit.columns.get_loc(scales[0]), fit.index.get_loc(n_neighbors[0])
    size = len(scales), len(n_neighbors)
    axes.add_patch(Rectangle(corner, *size, clip_on=False, zorder=3, **line))


def _listed(numbers: pd.Series) -> str:
    return ", ".join(map(str, numbers))
