import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from scripts.plot_rulegraph import ask_snakemake, main
from tests.conftest import ROOT
from topodnn.figures.rulegraph import (
    STAGES,
    TARGETS,
    boxes_and_arrows,
    parse_rulegraph,
    plot_rulegraph,
    read_stages,
)

DOT = """
digraph snakemake_dag {
    0[label = "all", color = "0.02 0.6 0.85", style="rounded"];
    1[label = "train", color = "0.00 0.6 0.85", style="rounded"];
    2[label = "generate_data", color = "0.20 0.6 0.85", style="rounded"];
    3[label = "plot_data", color = "0.20 0.6 0.85", style="rounded"];
    4[label = "plot_layers", color = "0.20 0.6 0.85", style="rounded"];
    5[label = "build_article", color = "0.20 0.6 0.85", style="rounded"];
    2 -> 1
    2 -> 3
    2 -> 4
    1 -> 4
    3 -> 5
    4 -> 5
    2 -> 5
    5 -> 0
}
"""


STAGE_OF = read_stages(ROOT / "rules")


@pytest.fixture(scope="module")
def text() -> str:
    return ask_snakemake(ROOT / "Snakefile")


def words(path) -> set[str]:
    """What is written in a picture."""
    tree = ElementTree.parse(path)
    return {node.text for node in tree.iter("{http://www.w3.org/2000/svg}text")}


def test_the_picture_of_the_readme_shows_the_rules_of_the_default_run(text):
    rules = set(re.findall(r'label = "(\w+)"', text)) - set(TARGETS)
    shown = words(ROOT / "docs/rulegraph.svg") - set(STAGES)
    assert shown == rules, "draw it anew: snakemake --cores 1 plot_rulegraph"


def test_the_picture_is_drawn_from_what_snakemake_says(text, tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.plot_rulegraph.ask_snakemake", lambda snakefile: DOT)
    main(str(ROOT / "Snakefile"), str(tmp_path / "a.svg"))
    rules = {"generate_data", "train", "plot_data", "plot_layers", "build_article"}
    assert words(tmp_path / "a.svg") == rules | {"data", "networks", "figures", "publish"}


def test_rules_that_plot_share_a_box_and_implied_arrows_are_left_out():
    graph = boxes_and_arrows(parse_rulegraph(DOT), STAGE_OF)
    boxes = [", ".join(rules) for rules in graph.vs["rules"]]
    arrows = {(boxes[edge.source], boxes[edge.target]) for edge in graph.es}
    plots = "plot_data, plot_layers"
    assert arrows == {("generate_data", "train"), ("train", plots), (plots, "build_article")}


def test_no_box_hides_another_and_no_arrow_crosses_one(text):
    figure = plot_rulegraph(boxes_and_arrows(parse_rulegraph(text), STAGE_OF))
    patches = figure.axes[0].patches
    boxes = [box.get_path().get_extents() for box in patches if isinstance(box, FancyBboxPatch)]
    arrows = [arrow._path_original for arrow in patches if isinstance(arrow, FancyArrowPatch)]
    assert len(boxes) >= 9
    assert len(arrows) >= 9
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    for arrow in arrows:
        (corners,) = arrow.to_polygons(closed_only=False)
        line = Path(corners).interpolated(50).vertices
        for box in boxes:
            inside = (line > box.min + 1e-6).all(axis=1) & (line < box.max - 1e-6).all(axis=1)
            assert not np.any(inside)


def test_the_stage_of_a_rule_is_the_file_in_which_it_stands():
    assert STAGE_OF["train"] == "networks"
    assert STAGE_OF["choose_scale"] == "homology"
    assert set(STAGE_OF.values()) == set(STAGES)


def test_a_stage_without_a_colour_is_named(tmp_path):
    (tmp_path / "guesses.smk").write_text("rule guess:\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"guesses\.smk is of no known stage; add its colour"):
        read_stages(tmp_path)
