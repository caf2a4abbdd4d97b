"""A picture of the rules and of what each needs, from Snakemake's graph of the rules."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import igraph
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.path import Path as Way
from matplotlib.textpath import TextPath

from topodnn.figures.style import PAGE_WIDTH

# Pale tints of the colours of Okabe and Ito, for black letters, by the file in rules/.
STAGES = {
    "data": "#F9DFA5",
    "networks": "#A9D5F2",
    "homology": "#8FD6BF",
    "collect": "#D9D0F0",
    "analysis": "#EBC3DB",
    "figures": "#F5BD98",
    "publish": "#E3E3E3",
}
TOGETHER = ("collect", "analysis", "figures")  # one box each, lest arrows fill the picture
TARGETS = ("all", "figures")  # rules that only ask for others
LINE, PADDING, ROW_GAP, HEAD_GAP = 0.155, 0.09, 0.34, 0.14  # inches
EDGE: dict[str, Any] = {"edgecolor": "#404040", "linewidth": 0.6}
ARROW: dict[str, Any] = {
    "arrowstyle": "-|>", "mutation_scale": 7, "color": "#606060", "linewidth": 0.9, "shrinkA": 0,
    "shrinkB": 0,
}  # fmt: skip


def read_stages(folder: str | Path) -> dict[str, str]:
    """Rule → its stage, the name of the file in which it stands.

    Raises
    ------
    ValueError
        If the file is of a stage that has no colour.
    """
    stages: dict[str, str] = {}
    for path in sorted(Path(folder).glob("*.smk")):
        if path.stem not in STAGES:
            raise ValueError(f"{path} is of no known stage; add its colour to STAGES")
        text = path.read_text(encoding="utf-8")
        stages |= dict.fromkeys(re.findall(r"^rule (\w+):", text, re.MULTILINE), path.stem)
    return stages


def parse_rulegraph(text: str) -> list[tuple[str, str]]:
    """Pairs of rules from Snakemake's graph in DOT; the second of a pair needs the first."""
    names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', text, flags=re.MULTILINE))
    arrows = re.findall(r"^\s*(\d+) -> (\d+)", text, flags=re.MULTILINE)
    pairs = [(names[source], names[target]) for source, target in arrows]
    return [pair for pair in pairs if not set(pair) & set(TARGETS)]


def boxes_and_arrows(pairs: list[tuple[str, str]], stages: dict[str, str]) -> igraph.Graph:
    """The graph to draw: some rules share a box, and implied arrows are left out.

    Returns
    -------
    Graph
        Its vertices have the attributes ``stage`` and ``rules``, the names in the box.
    """
    boxes: dict[str, list[str]] = {}
    for rule in sorted({rule for pair in pairs for rule in pair}):
        boxes.setdefault(stages[rule] if stages[rule] in TOGETHER else rule, []).append(rule)
    box_of = {rule: i for i, rules in enumerate(boxes.values()) for rule in rules}
    arrows = {(box_of[source], box_of[target]) for source, target in pairs}
    graph = igraph.Graph(
        len(boxes), sorted(arrow for arrow in arrows if len(set(arrow)) == 2), directed=True
    )
    graph.vs["rules"] = list(boxes.values())
    graph.vs["stage"] = [stages[rules[0]] for rules in boxes.values()]
    steps = graph.distances(mode="out")
    implied = [
        edge.index
        for edge in graph.es
        for i in graph.successors(edge.source)
        if i != edge.target and steps[i][edge.target] < float("inf")
    ]
    graph.delete_edges(set(implied))
    return graph


def in_rows(graph: igraph.Graph) -> tuple[list[int], list[list[int]], list[float]]:
    """Put the boxes into rows by Sugiyama's method, each box below all that it needs.

    Returns
    -------
    rows : list of int
        The row of each box, and of the points where an arrow crosses a row.
    ways : list of list of int
        The places that each arrow passes, from box to box.
    columns : list of float
        Horizontal position of each box and crossing.
    """
    rows = [0] * graph.vcount()
    for i in graph.topological_sorting():
        rows[i] = max((rows[j] + 1 for j in graph.predecessors(i)), default=0)
    ways = []
    for edge in graph.es:
        between = range(rows[edge.source] + 1, rows[edge.target])
        ways.append([edge.source, *range(len(rows), len(rows) + len(between)), edge.target])
        rows += between
    whole = igraph.Graph(len(rows), [p for way in ways for p in pairwise(way)], directed=True)
    layout = whole.layout_sugiyama(layers=rows, maxiter=1000)
    return rows, ways, [x for x, _ in layout.coords[: len(rows)]]


def plot_rulegraph(graph: igraph.Graph) -> Figure:
    """Draw the boxes and arrows of :func:`boxes_and_arrows`, from top to bottom."""
    rows, ways, columns = in_rows(graph)
    sizes = [_size(box) for box in graph.vs] + [(0, 0)] * (len(rows) - graph.vcount())
    tallest = [
        max(sizes[i][1] for i, row in enumerate(rows) if row == r) for r in range(len(set(rows)))
    ]
    tops = [sum(tallest[:r]) + r * ROW_GAP for r in range(len(tallest))]
    ends = [top + height for top, height in zip(tops, tallest, strict=True)]
    margin = max(width for width, _ in sizes) / 2 + 0.02
    across = (PAGE_WIDTH - 2 * margin) / max(max(columns) - min(columns), 1)
    x = [margin + (column - min(columns)) * across for column in columns]
    layout = ConstrainedLayoutEngine(w_pad=0, h_pad=0)
    figure = Figure(figsize=(PAGE_WIDTH, ends[-1] + 0.37), layout=layout)
    axes = figure.add_subplot(xlim=(0, PAGE_WIDTH), ylim=(ends[-1] + 0.35, -0.02))  # inches
    axes.set_axis_off()
    for way, shift in zip(ways, _shifts(ways, x), strict=True):
        points = [(x[way[0]], tops[rows[way[0]]] + sizes[way[0]][1])]
        for i, j in pairwise(way):
            end = x[j] + shift * (j == way[-1])
            leave, arrive = ends[rows[i]], tops[rows[j]]
            middle = (leave + arrive) / 2
            points += [(x[i], leave), (x[i], middle), (end, middle), (end, arrive)]
        codes = [Way.MOVETO, *[Way.LINETO, *[Way.CURVE4] * 3] * (len(way) - 1)]
        axes.add_patch(FancyArrowPatch(path=Way(points, codes), **ARROW))
    for i, box in enumerate(graph.vs):
        _draw_box(axes, box, x[i], tops[rows[i]], sizes[i])
    named = [name for name in STAGES if name in set(graph.vs["stage"]) - set(TOGETHER)]
    marks = [Patch(facecolor=STAGES[name], **EDGE) for name in named]
    axes.legend(marks, named, loc="lower center", ncols=len(named), borderaxespad=0)
    return figure


def _lines(box: igraph.Vertex) -> list[tuple[str, FontProperties]]:
    """The text of a box: the stage in bold where its rules share one, and their names."""
    lines = [(rule, FontProperties(size=8)) for rule in box["rules"]]
    if box["stage"] in TOGETHER:
        lines.insert(0, (box["stage"], FontProperties(size=8, weight="bold")))
    return lines


def _size(box: igraph.Vertex) -> tuple[float, float]:
    """Width and height that the lines of a box need."""
    lines = _lines(box)
    widths = [TextPath((0, 0), text, prop=font).get_extents().width for text, font in lines]
    return max(widths) / 72 + 2 * PADDING, LINE * len(lines) + PADDING


def _draw_box(
    axes: Axes, box: igraph.Vertex, x: float, top: float, size: tuple[float, float]
) -> None:
    """Draw a box below `top`, with its middle at `x`."""
    corner, colour = (x - size[0] / 2, top), STAGES[box["stage"]]
    round_ = "round,pad=0,rounding_size=0.05"
    axes.add_patch(FancyBboxPatch(corner, *size, facecolor=colour, boxstyle=round_, **EDGE))
    for i, (text, font) in enumerate(_lines(box)):
        place = top + PADDING / 2 + LINE * (i + 0.5)
        axes.text(x, place, text, fontproperties=font, ha="center", va="center_baseline")


def _shifts(ways: list[list[int]], x: list[float]) -> list[float]:
    """How far from the middle of its box each arrow ends: arrows end side by side.

    An arrow from straight above stays straight.
    """
    shifts = []
    for way in ways:
        heads = sorted(x[other[-2]] for other in ways if other[-1] == way[-1])
        above = x[way[-1]]
        middle = heads.index(above) if above in heads else (len(heads) - 1) / 2
        shifts.append(HEAD_GAP * (heads.index(x[way[-2]]) - middle))
    return shifts
