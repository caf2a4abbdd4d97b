"""Figures of mean curves side by side: activations, samples, ε, protocols."""

from itertools import product

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from topodnn.analysis.rows import wrong_inputs
from topodnn.columns import MEASURES, betti_columns
from topodnn.figures.curves import from_zero, layer_axis, mean_and_band, row_height
from topodnn.figures.style import (
    PAGE_WIDTH,
    SYMBOLS,
    VARIANT_DASHES,
    WARNING_COLOUR,
    activation_label,
    activation_style,
    activations_of,
    class_label,
    counts_of,
    head,
    measures_of,
    networks_of,
    panel_title,
    row_label,
)


def plot_activations(table: pd.DataFrame) -> Figure:
    """Draw the mean curves of the activations: a column per quantity, a row per class and measure.

    Parameters
    ----------
    table : DataFrame
        Tidy table of one data set and network; only the networks that count are used.
    """
    means = _by_activation(table)
    figure = _plot_means(means, table, [*betti_columns(table), "omega"], measures_of(table))
    title = f"mean over {networks_of(table)} (number well trained)"
    _mean_legend(figure, means, title, n_columns=min(len(means), 4))
    return figure


def _by_activation(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame, dict]]:
    """Name, rows of the networks that count, and line of each activation."""
    means = []
    for name in activations_of(table):
        rows = table[table["activation"] == name]
        colour, dashes, _ = activation_style(name)
        line = {"color": colour, "linestyle": dashes, "linewidth": 1.8}
        means.append((f"{activation_label(name)} ({counts_of(rows)})", rows[rows["counted"]], line))
    return means


def plot_epsilons(table: pd.DataFrame, scale: float, quantity: str = "omega") -> Figure:
    """Draw the mean of a quantity: a row for each ε, a column for each of the first two classes.

    The band is half a standard deviation to each side. Where k has a range, what persists at one
    ε has a row below. A panel says where the input is known to be wrong at its ε.

    Parameters
    ----------
    table : DataFrame
        Tidy table of one data set, network and protocol at every ε; only the networks that count
        are used.
    scale : float
        The ε at which what persists is drawn.
    quantity : str
        A column of the table: omega, beta_0, ...
    """
    means, measures = _by_activation(table), measures_of(table)
    classes = sorted(set(table["class"]))[:2]
    lines = [("one scale", one) for one in sorted(set(table["scale"]))]
    lines += [(measure, scale) for measure in measures if measure != "one scale"]
    height = row_height(len(lines), highest=1.5)
    figure, panels = plt.subplots(
        len(lines), len(classes), figsize=(PAGE_WIDTH, height * len(lines) + 0.5),
        sharex=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    for row, (measure, one) in zip(panels, lines, strict=True):
        for axes, label in zip(row, classes, strict=True):
            place = {"scale": one, "class": label}
            _mean_at(axes, means, MEASURES[measure] + quantity, measure, place)
            layer_axis(axes, int(table["layer"].max()) + 1, height)
            from_zero(axes)
        name = rf"{SYMBOLS[quantity]}, $\varepsilon$ = {one:g}"
        row[0].set_ylabel(row_label(name, measure, measures))
    for axes, label in zip(panels[0], classes, strict=True):
        axes.set_title(class_label(label))
    for axes in panels[-1]:
        axes.set_xlabel("layer")
    figure.suptitle(panel_title(table), fontsize=8)
    title = f"mean ± ½ standard deviation over {networks_of(table)} (number well trained)"
    _mean_legend(figure, means, title, n_columns=min(len(means), 4))
    return figure


def _mean_at(axes: Axes, means: list, name: str, measure: str, place: dict) -> None:
    """Draw the mean of a column, by activation, where those of `place` have their values."""
    wrong = False
    for _, rows, line in means:
        of_place = rows[rows[list(place)].eq(place).all(axis=1)]
        wrong |= len(wrong_inputs(of_place, measure)) > 0
        if len(of_place):
            mean_and_band(axes, of_place, name, **line)
    if wrong:
        axes.set_title("wrong input", loc="right", color=WARNING_COLOUR, fontsize=7)


def plot_samples(sample: pd.DataFrame, all_points: pd.DataFrame) -> Figure:
    """Draw the mean curves on a sample of the points beside those of the same networks on all.

    Parameters
    ----------
    sample, all_points : DataFrame
        Tidy tables of one data set, network and protocol. Only the networks that count in both
        tables are used, ω only where both tables have the same dimensions, and what persists only
        where both have a range of k.
    """
    dimensions = [betti_columns(sample), betti_columns(all_points)]
    quantities = [name for name in dimensions[0] if name in dimensions[1]]
    if dimensions[0] == dimensions[1]:
        quantities.append("omega")
    measures = [name for name in measures_of(sample) if name in measures_of(all_points)]
    n_points = [table[table["layer"] == 0]["n_points"].mean() for table in (all_points, sample)]
    names = ["all points", f"one point in {round(n_points[0] / n_points[1])}"]
    both = _counted_networks(sample).merge(_counted_networks(all_points))
    means = []
    for activation in activations_of(all_points):
        networks = both[both["activation"] == activation]
        for i, table in enumerate((all_points, sample)):
            name = f"{activation_label(activation)} ({len(networks)}), {names[i]}"
            means.append((name, table.merge(networks), _variant_line(activation, i)))
    figure = _plot_means(means, pd.concat([sample, all_points]), quantities, measures)
    title = f"mean over {networks_of(all_points)} of both (their number)"
    _mean_legend(figure, means, title, _legend_columns(all_points))
    return figure


def _counted_networks(table: pd.DataFrame) -> pd.DataFrame:
    return table.loc[table["counted"], ["activation", "seed"]].drop_duplicates()


def plot_protocols(table: pd.DataFrame) -> Figure:
    """Draw the mean curves of the protocols: a column per quantity, a row per class and measure.

    The band is half a standard deviation to each side.

    Parameters
    ----------
    table : DataFrame
        Tidy table of one data set and network; only the networks that count are used, and the
        activations trained by more than one protocol, or by one that these have not.

    Raises
    ------
    ValueError
        If there is no such activation.
    """
    several = table.groupby("activation")["protocol"].transform("nunique") > 1
    if not several.any():
        raise ValueError("no activation is trained by more than one protocol")
    table = table[several | ~table["protocol"].isin(table.loc[several, "protocol"])]
    means = []
    for activation in activations_of(table):
        for i, protocol in enumerate(sorted(set(table["protocol"]))):
            rows = table[(table["activation"] == activation) & (table["protocol"] == protocol)]
            if not len(rows):
                continue
            # A protocol may be called as the activation of which it is: linear.
            name = ", ".join(dict.fromkeys([activation_label(activation), protocol]))
            means.append(
                (f"{name} ({counts_of(rows)})", rows[rows["counted"]], _variant_line(activation, i))
            )
    quantities = [*betti_columns(table), "omega"]
    figure = _plot_means(means, table, quantities, measures_of(table), band=0.13)
    # Networks that learn nothing, such as untrained ones, count by limits of their own.
    title = (
        "mean ± ½ standard deviation over the networks that count\n"
        "(how many are well trained, by the limits of their protocol)"
    )
    _mean_legend(figure, means, title, _legend_columns(table))
    return figure


def _variant_line(activation: str, i: int) -> dict:
    """Line of the i-th variant of an activation; markers tell activations apart in grey print."""
    colour, _, marker = activation_style(activation)
    return {
        "color": colour, "linestyle": VARIANT_DASHES[i % len(VARIANT_DASHES)], "linewidth": 1.1,
        "marker": marker, "markersize": 3, "markeredgewidth": 0.8,
        "markerfacecolor": "white" if i else colour,
    }  # fmt: skip


def _plot_means(
    means: list[tuple[str, pd.DataFrame, dict]],
    table: pd.DataFrame,
    quantities: list[str],
    measures: list[str],
    band: float = 0,
) -> Figure:
    """Draw the mean of each (name, rows, line): a column per quantity, a row per class, measure.

    `band` is the opacity of half a standard deviation to each side; 0 is without.
    """
    lines = list(product(sorted(set(table["class"])), measures))
    height = row_height(len(lines), highest=1.5)
    figure, panels = plt.subplots(
        len(lines), len(quantities), figsize=(PAGE_WIDTH, height * len(lines) + 0.5),
        sharex=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    for (i, (label, measure)), (j, quantity) in product(enumerate(lines), enumerate(quantities)):
        for _, rows, line in means:
            of_class = rows[rows["class"] == label]
            if len(of_class):
                mean_and_band(panels[i, j], of_class, MEASURES[measure] + quantity, band, **line)
        layer_axis(panels[i, j], int(table["layer"].max()) + 1, height)
        from_zero(panels[i, j])
    for axes, quantity in zip(panels[0], quantities, strict=True):
        axes.set_title(SYMBOLS[quantity])
    for axes, (label, measure) in zip(panels[:, 0], lines, strict=True):
        axes.set_ylabel(row_label(f"mean, {class_label(label)}", measure, measures))
    for axes in panels[-1]:
        axes.set_xlabel("layer")
    head(figure, table, panel_title(table), measures)
    return figure


def _legend_columns(table: pd.DataFrame) -> int:
    """One column per activation, its variants below each other; four would be too wide."""
    n_activations = table["activation"].nunique()
    return n_activations if n_activations < 4 else 2


def _mean_legend(figure: Figure, means: list, title: str, n_columns: int) -> None:
    marks = [Line2D([], [], label=name, **line) for name, _, line in means]
    shown = figure.legend(
        handles=marks, loc="outside lower center", ncols=n_columns, title=title, title_fontsize=7
    )
    shown.get_title().set_multialignment("center")
