"""One style and one palette for every figure, and how a figure is saved.

A figure is drawn at the width at which it is printed (in inches), so that its fonts have their size
on the page. Colours are those of Okabe and Ito, which colour-blind readers can tell apart. Each
activation has its colour, and a line style and a marker for print in grey.
"""

import os
import sys
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import matplotlib

# Figures are files and need no display. A notebook or a program that draws keeps its backend.
if "matplotlib.pyplot" not in sys.modules and "IPython" not in sys.modules:
    matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from topodnn.analysis.rows import which_networks, wrong_inputs
from topodnn.analysis.tidy import of_measure
from topodnn.columns import MEASURES

PAGE_WIDTH = 6.5
PAGE_HEIGHT = 8.6  # of a figure alone on a page of JMLR, without its caption
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
    "softplus": ("#A89A00", (0, (5, 1, 1, 1)), "<"),
}
OTHER_STYLE: tuple[str, Any, str] = ("#7F7F7F", (0, (6, 2)), "*")
VARIANT_DASHES = ["-", (0, (3, 1)), (0, (1, 1)), (0, (4, 1, 1, 1))]
LABELS = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "gelu": "GELU",
    "silu": "SiLU",
    "elu": "ELU",
    "identity": "linear",
}
CLASS_COLOURS = ["#009E73", "#E69F00", "#000000", "#56B4E9", "#CC79A7", "#F0E442"]
FAILED_COLOUR = "#999999"
WARNING_COLOUR = "#B00000"
INPUT_WARNINGS = {
    "one scale": ("Betti numbers", "the scale of the complex is wrong"),
    "persistent": ("persistent Betti numbers", "the range of $k$ is too wide"),
}


# Thin axes on two sides, ticks, small fonts; the sizes are in points, on the page.
STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": ".15",
    "axes.labelcolor": ".15",
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 8,
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.title_fontsize": 9.6,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.8,
    "lines.solid_capstyle": "round",
    "mathtext.fontset": "dejavusans",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "patch.linewidth": 0.8,
    "pdf.fonttype": 42,
    "svg.hashsalt": "topodnn",  # the same file every time
    "text.color": ".15",
    **{f"{axis}tick.color": ".15" for axis in "xy"},
    **{f"{axis}tick.labelsize": 7 for axis in "xy"},
    **{f"{axis}tick.major.size": 4.8 for axis in "xy"},
    **{f"{axis}tick.major.width": 0.6 for axis in "xy"},
}


def use_style() -> None:
    """Set the style of every figure."""
    plt.style.use(["default", STYLE])


def by_figure(paths: Sequence[str]) -> list[list[str]]:
    """Group successive paths that differ only in their ending, such as .pdf and .png."""
    return [list(same) for _, same in groupby(paths, key=lambda path: os.path.splitext(path)[0])]


def save(figure: Figure, paths: Sequence[str]) -> None:
    """Write a figure to every path, in the format of its ending (pdf, png, svg), and close it.

    The files have no date. Each canvas is drawn directly: ``savefig`` draws everything twice.
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
    """Write with a palette of 256 colours, which makes the file three times smaller."""
    figure.set_dpi(PNG_DPI)  # other formats leave their own
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(path)


def _write_svg(figure: Figure, path: str) -> None:
    FigureCanvasSVG(figure).print_svg(path, metadata={"Date": None})


WRITERS = {".pdf": _write_pdf, ".png": _write_png, ".svg": _write_svg}


def activation_label(name: str) -> str:
    """Name of an activation as it is usually written."""
    return LABELS.get(name, name)


def activation_style(name: str) -> tuple[str, Any, str]:
    """Colour, dashes and marker of an activation."""
    return ACTIVATION_STYLES.get(name, OTHER_STYLE)


def class_label(label: int) -> str:
    """Name of a class in the notation of the paper: M_a, M_b."""
    return f"$M_{'abcdefghijklmnopqrstuvwxyz'[label]}$" if label < 26 else f"class {label}"


def class_colour(label: int) -> str:
    """Colour of a class, the same in every figure."""
    return CLASS_COLOURS[label % len(CLASS_COLOURS)]


def class_legend(figure: Figure, names: dict[int, str]) -> None:
    marks = [
        Line2D([], [], linestyle="", marker="o", markersize=4, color=class_colour(label))
        for label in names
    ]
    figure.legend(marks, list(names.values()), loc="outside lower center", ncols=len(names))


def activations_of(table: pd.DataFrame) -> list[str]:
    """Activations of a table in the order of the palette, others after them."""
    known = list(ACTIVATION_STYLES)
    names = sorted(set(table["activation"]))
    return sorted(names, key=lambda name: known.index(name) if name in known else len(known))


def by_activation(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The columns of :func:`topodnn.figures.curves.plot_curves`, one per activation."""
    return [
        (activation_label(name), table[table["activation"] == name])
        for name in activations_of(table)
    ]


def panel_title(table: pd.DataFrame) -> str:
    """Such as ``"D-I, 9x15, fast"``: what all rows of a table have in common."""
    common = [table[key].unique() for key in ("dataset", "network", "protocol")]
    return ", ".join(names[0] for names in common if len(names) == 1)


def networks_of(table: pd.DataFrame) -> str:
    return which_networks(table["well_trained"], table["counted"])


def counts_of(rows: pd.DataFrame) -> str:
    return f"{rows[rows['well_trained']]['seed'].nunique()} of {rows['seed'].nunique()}"


def layer_names(n_layers: int) -> list[str]:
    """What the layers are called where each has a panel or a row."""
    return ["input", *(f"layer {i}" for i in range(1, n_layers - 1)), "logits"]


def measures_of(table: pd.DataFrame) -> list[str]:
    """The keys of ``MEASURES`` that are drawn of a table: those of which it has rows."""
    return [name for name in MEASURES if name == "one scale" or len(of_measure(table, name))]


def row_label(text: str, measure: str, measures: Sequence[str]) -> str:
    """The label of a row of panels, which names its measure where there are several."""
    return f"{text}\n{measure}" if len(measures) > 1 else text


def head(
    figure: Figure, table: pd.DataFrame, title: str = "", measures: Sequence[str] = ("one scale",)
) -> None:
    """Put the title over the panels, and say where the complex, or the range of k, is wrong.

    `measures` are those that are drawn.
    """
    lines = [title] if title else []
    warnings = [line for measure in measures for line in _warning(table, measure)]
    if lines + warnings:
        colour = WARNING_COLOUR if warnings else "black"
        figure.suptitle("\n".join(lines + warnings), color=colour, fontsize=8)


def _warning(table: pd.DataFrame, measure: str) -> list[str]:
    """What to say where a measure does not find the true Betti numbers of the input; or nothing."""
    labels = sorted(set(wrong_inputs(table, measure)["class"]))
    if not labels:
        return []
    numbers, reason = INPUT_WARNINGS[measure]
    classes = ", ".join(map(class_label, labels))
    return [f"Attention: the input does not show the true {numbers} of {classes}:", reason]
