"""The figure of the trials that ended well trained."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy import stats

from topodnn.figures.style import PAGE_WIDTH, activation_label, activation_style, activations_of

LEGEND_COLUMNS = 4  # as many as the figure is wide enough for


def plot_well_trained(rates: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw the share of the trials that ended well trained: one panel per data set and protocol.

    A mark is one kind of network, and its line the 95 % Wilson interval. Beside it stands how many
    networks are well trained in the end.

    Parameters
    ----------
    rates : DataFrame
        The columns of :func:`topodnn.analysis.means.success_rates`, and its index as columns.
    networks : sequence of str
        Names of networks in the order of the axis.
    """
    activations = activations_of(rates)
    n_lines = -(-len(activations) // LEGEND_COLUMNS)
    groups = list(rates.groupby(["dataset", "protocol"]))
    sizes = [len(rows) + 0.5 * rows["network"].nunique() for _, rows in groups]
    height = 0.13 * sum(sizes) + 0.4 * len(groups) + 0.45 + 0.15 * n_lines
    figure, panels = plt.subplots(
        len(groups), 1, figsize=(0.8 * PAGE_WIDTH, height),
        sharex=True, squeeze=False, layout="constrained", height_ratios=sizes,
    )  # fmt: skip
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
    styles = {activation_label(name): activation_style(name) for name in activations}
    marks = [
        Line2D([], [], color=colour, linewidth=1.2, marker=marker, markersize=4, label=label)
        for label, (colour, _, marker) in styles.items()
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=min(len(marks), LEGEND_COLUMNS))
    return figure


def _success_mark(axes: Axes, activation: str, kind: pd.Series, place: float) -> None:
    """Draw the share of one kind of network with its interval, and how many networks it has."""
    colour, _, marker = activation_style(activation)
    test = stats.binomtest(int(kind["n_well_trained"]), int(kind["n_trials"]))
    axes.plot(test.proportion_ci(method="wilson"), [place, place], color=colour, linewidth=1.2)
    axes.plot(
        test.statistic, place, marker=marker, color=colour, markersize=4, clip_on=False, zorder=3
    )
    axes.text(
        1.05, place, f"{kind['n_well_trained']} of {kind['n_networks']}", fontsize=7, va="center"
    )
