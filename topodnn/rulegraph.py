"""A picture of the rules and of what each needs, from the graph that Snakemake gives of them."""

import re
from itertools import pairwise
from typing import Any

import igraph
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from topodnn.plots import PAGE_WIDTH

# Pale tints of the colours of Okabe and Ito, under black letters.
STAGES = {
    "data": ("#F9DFA5", ["generate_data", "choose_scale", "draw_batch"]),
    "networks": ("#A9D5F2", ["train", "read_weights", "collect_trials", "write_events"]),
    "topology": (
        "#8FD6BF",
        [
            "extract_activations",
            "compute_homology",
            "aggregate",
            "project_layers",
            "compute_persistence",
            "collect_persistence",
        ],
    ),
    "tables and verdicts": (
        "#EBC3DB",
        [
            "collect_benchmarks",
            "compare_protocols",
            "compare_samples",
            "judge_claims",
            "make_tables",
            "measure_weights",
            "record_provenance",
            "write_finding",
        ],
    ),
    "figures": ("#F5BD98", ["plot_.*", "write_images"]),
    "article and pages": ("#E3E3E3", ["build_.*"]),
}
TOGETHER = ("tables and verdicts", "figures")  # one box each, or their arrows fill the picture
TARGETS = ("all", "figures")  # rules that make nothing
LINE, PADDING, ROW_GAP, HEAD_GAP = 0.155, 0.09, 0.34, 0.14  # inches
EDGE: dict[str, Any] = {"edgecolor": "#404040", "linewidth": 0.6}
ARROW: dict[str, Any] = {
    "arrowstyle": "-|>", "mutation_scale": 7, "color": "#606060", "linewidth": 0.9, "shrinkA": 0,
    "shrinkB": 0,
}  # fmt: skip


def stage(rule: str) -> str:
    """The stage of the workflow to which a rule belongs.

    Raises
    ------
    ValueError
        If none is known.
    """
    for name, (_, rules) in STAGES.items():
        if re.fullmatch("|".join(rules), rule):
            return name
    raise ValueError(f"rule {rule} belongs to no stage; add it to STAGES in topodnn/rulegraph.py")


def parse_rulegraph(text: str) -> list[tuple[str, str]]:
    """Pairs of rules of Snakemake's graph in DOT, of which the second needs the first."""
    names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', text, flags=re.MULTILINE))
    arrows = re.findall(r"^\s*(\d+) -> (\d+)", text, flags=re.MULTILINE)
    pairs = [(names[source], names[target]) for source, target in arrows]
    return [pair for pair in pairs if not set(pair) & set(TARGETS)]


def boxes_and_arrows(pairs: list[tuple[str, str]]) -> igraph.Graph:
    """The graph that is drawn: some rules in one box, no arrow that a longer way implies.

    Returns
    -------
    Graph
        Its vertices have the attributes ``stage`` and ``rules``, the names in the box.
    """
    boxes: dict[str, list[str]] = {}
    for rule in sorted({rule for pair in pairs for rule in pair}):
        boxes.setdefault(stage(rule) if stage(rule) in TOGETHER else rule, []).append(rule)
    box_of = {rule: i for i, rules in enumerate(boxes.values()) for rule in rules}
    arrows = {(box_of[source], box_of[target]) for source, target in pairs}
    graph = igraph.Graph(
        len(boxes), sorted(arrow for arrow in arrows if len(set(arrow)) == 2), directed=True
    )
    graph.vs["rules"] = list(boxes.values())
    graph.vs["stage"] = [stage(rules[0]) for rules in boxes.values()]
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
    """Rows by Sugiyama's method, each box below all that it needs.

    Returns
    -------
    rows : list of int
        The row of each box, and of the points where an arrow crosses a row.
    ways : list of list of int
        The places that each arrow passes, from box to box.
    columns : list of float
        Of all boxes and crossings.
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
        codes = [Path.MOVETO, *[Path.LINETO, *[Path.CURVE4] * 3] * (len(way) - 1)]
        axes.add_patch(FancyArrowPatch(path=Path(points, codes), **ARROW))
    for i, box in enumerate(graph.vs):
        _draw_box(axes, box, x[i], tops[rows[i]], sizes[i])
    named = [name for name in STAGES if name in set(graph.vs["stage"]) - set(TOGETHER)]
    marks = [Patch(facecolor=STAGES[name][0], **EDGE) for name in named]
    axes.legend(marks, named, loc="lower center", ncols=len(named), borderaxespad=0)
    return figure


def _lines(box: igraph.Vertex) -> list[tuple[str, FontProperties]]:
    """What stands in a box: what its rules have in common, in bold, and their names."""
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
    """Draw a box below `top`, `x` being its middle."""
    corner, colour = (x - size[0] / 2, top), STAGES[box["stage"]][0]
    round_ = "round,pad=0,rounding_size=0.05"
    axes.add_patch(FancyBboxPatch(corner, *size, facecolor=colour, boxstyle=round_, **EDGE))
    for i, (text, font) in enumerate(_lines(box)):
        place = top + PADDING / 2 + LINE * (i + 0.5)
        axes.text(x, place, text, fontproperties=font, ha="center", va="center_baseline")


def _shifts(ways: list[list[int]], x: list[float]) -> list[float]:
    """How far from the middle of its box each arrow ends: side by side, one from above straight."""
    shifts = []
    for way in ways:
        heads = sorted(x[other[-2]] for other in ways if other[-1] == way[-1])
        above = x[way[-1]]
        middle = heads.index(above) if above in heads else (len(heads) - 1) / 2
        shifts.append(HEAD_GAP * (heads.index(x[way[-2]]) - middle))
    return shifts
