"""A picture of the rules and of what each needs, from Snakemake's graph of the rules."""

import re
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from itertools import accumulate
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text

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
LINE, GAP, MARGIN = 0.15, 0.45, 0.1  # inches
EDGE: dict[str, Any] = {"edgecolor": "#404040", "linewidth": 0.6}
ARROW: dict[str, Any] = {
    "arrowstyle": "-|>",
    "color": "#606060",
    "linewidth": 0.9,
    "shrinkA": 0,
    "shrinkB": 0,
}

Box = tuple[str, ...]  # the rules in it


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


def boxes_in_order(
    pairs: Iterable[tuple[str, str]], stages: Mapping[str, str]
) -> dict[Box, set[Box]]:
    """What to draw: some rules share a box, and arrows that a longer way implies are left out.

    Returns
    -------
    dict
        Box, the rules in it → boxes from which an arrow leads to it, all of which come before it.
    """
    together: dict[str, set[str]] = {}
    for rule in {rule for pair in pairs for rule in pair}:
        name = stages[rule] if stages[rule] in TOGETHER else rule
        together.setdefault(name, set()).add(rule)
    box_of = {rule: tuple(sorted(rules)) for rules in together.values() for rule in rules}
    needs: dict[Box, set[Box]] = {box: set() for box in sorted(box_of.values())}
    for source, target in pairs:
        needs[box_of[target]] |= {box_of[source]} - {box_of[target]}
    arrows: dict[Box, set[Box]] = {}
    above: dict[Box, set[Box]] = {}
    sorter = TopologicalSorter({box: sorted(needs[box]) for box in needs})
    for box in sorter.static_order():
        further: set[Box] = set().union(*(above[other] for other in needs[box]))
        above[box] = needs[box] | further
        arrows[box] = needs[box] - further
    return arrows


def in_rows(arrows: Mapping[Box, set[Box]]) -> list[dict[Box, float]]:
    """The boxes of each row, below all that they need, with their places from left to right."""
    sorter = TopologicalSorter(arrows)
    sorter.prepare()
    rows: list[dict[Box, float]] = []
    places: dict[Box, float] = {}
    while ready := sorter.get_ready():
        middle = {
            box: sum(places[other] for other in arrows[box]) / max(len(arrows[box]), 1)
            for box in sorted(ready)
        }
        boxes = sorted(middle, key=middle.__getitem__)
        rows.append({box: (i + 0.5) / len(boxes) for i, box in enumerate(boxes)})
        places |= rows[-1]
        sorter.done(*ready)
    return rows


def plot_rulegraph(pairs: list[tuple[str, str]], stages: Mapping[str, str]) -> Figure:
    """Draw the pairs of :func:`parse_rulegraph`, from top to bottom."""
    arrows = boxes_in_order(pairs, stages)
    rows = in_rows(arrows)
    heights = [LINE * max(map(len, boxes)) + GAP for boxes in rows]
    figure = Figure(figsize=(PAGE_WIDTH, sum(heights) + MARGIN))
    axes = figure.add_axes((0, 0, 1, 1), ylim=(sum(heights), -MARGIN))  # inches
    axes.set_axis_off()
    drawn: dict[Box, Text] = {}
    for top, boxes in zip(accumulate(heights, initial=0), rows, strict=False):
        for box, x in boxes.items():
            frame = {"boxstyle": "round", "facecolor": STAGES[stages[box[0]]], **EDGE}
            text = "\n".join(box)
            drawn[box] = axes.text(x, top, text, size=8, ha="center", va="top", bbox=frame)
    for box, others in arrows.items():
        for other in sorted(others):
            arrow = {"patchA": drawn[other].get_bbox_patch(), "patchB": drawn[box].get_bbox_patch()}
            axes.annotate(
                "", (0.5, 1), (0.5, 0), xycoords=drawn[box], textcoords=drawn[other],
                arrowprops=ARROW | arrow,
            )  # fmt: skip
    shown = [name for name in STAGES if name in {stages[box[0]] for box in arrows}]
    marks = [Patch(facecolor=STAGES[name], **EDGE) for name in shown]
    figure.legend(marks, shown, loc="lower center", ncols=len(shown))
    return figure
