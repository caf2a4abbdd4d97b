"""Half-lives of every activation beside what the layers of its networks are like."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from topodnn.figures.style import PAGE_WIDTH, activation_label, activation_style

PANELS = {
    "half_life": "half-life of\n$\\omega - 1$, layers",
    "persistent_half_life": "persistent\nhalf-life, layers",
    "dead": "dead units",
    "saturated": "saturated units\nand points",
    "rank": "rank of the\nJacobian",
    "injective_activation": "injective\nactivation",
}
ROW_HEIGHT = 0.22


def plot_speed(networks: pd.DataFrame, table: pd.DataFrame, title: str) -> Figure:
    """Draw each measure of a data set: a row for each kind, in the order of the half-life.

    Every network is a dot; the bar is the median of the kind, and across it is the interval of the
    median where the table has one.

    Parameters
    ----------
    networks : DataFrame
        From :func:`topodnn.analysis.speed.speeds`, of one data set.
    table : DataFrame
        Of :func:`topodnn.analysis.speed.speed_table`, of the same.
    title : str
    """
    names = [name for name in PANELS if networks[name].notna().any()] or ["half_life"]
    figure, panels = plt.subplots(
        1, len(names), figsize=(PAGE_WIDTH, ROW_HEIGHT * len(table) + 0.9), sharey=True,
        squeeze=False, layout="constrained",
    )  # fmt: skip
    rng = np.random.default_rng(0)
    for y, kind in enumerate(table.itertuples()):
        of_kind = networks[
            (networks["activation"] == kind.activation) & (networks["network"] == kind.network)
        ]
        spread = y + rng.uniform(-0.28, 0.28, len(of_kind))
        for axes, name in zip(panels[0], names, strict=True):
            _dots(axes, of_kind[name], spread, y, kind.activation)
            _interval(axes, kind, name, y)
    for axes, name in zip(panels[0], names, strict=True):
        axes.set_xlabel(PANELS[name])
        if name not in ("half_life", "persistent_half_life"):
            axes.set_xlim(-0.05, 1.05)
        else:
            axes.set_xlim(left=0)
    labels = [_label(kind, table) for kind in table.itertuples()]
    panels[0, 0].set_yticks(range(len(table)), labels)
    panels[0, 0].set_ylim(max(len(table), 1) - 0.5, -0.5)
    if table.empty:
        where = {"xycoords": "axes fraction", "ha": "center"}
        panels[0, 0].annotate("no network to judge", (0.5, 0.5), **where)
    figure.suptitle(title, fontsize=8)
    return figure


def _dots(axes: Axes, values: pd.Series, spread: np.ndarray, y: int, activation: str) -> None:
    colour, _, marker = activation_style(activation)
    axes.plot(values, spread, marker, color=colour, markersize=2, alpha=0.6, mew=0)
    if values.notna().any():
        axes.plot([values.median()] * 2, [y - 0.38, y + 0.38], color=colour, linewidth=1.8)


def _interval(axes: Axes, kind: tuple, name: str, y: int) -> None:
    low, high = (getattr(kind, f"{name}_{end}", np.nan) for end in ("low", "high"))
    if np.isfinite([low, high]).all():
        axes.hlines([y, y], low, high, colors=["white", "black"], linewidths=[2, 0.9], zorder=3)


def _label(kind: tuple, table: pd.DataFrame) -> str:
    """The activation, with the network where there are several, and the number of networks."""
    name = activation_label(kind.activation)  # type: ignore[attr-defined]
    if table["network"].nunique() > 1:
        name += f", {kind.network}"  # type: ignore[attr-defined]
    return f"{name} ({kind.n_networks})"  # type: ignore[attr-defined]
