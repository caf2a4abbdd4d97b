import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.path import Path

from scripts.plot_rulegraph import ask_snakemake, main
from tests.conftest import ROOT
from topodnn.figures.rulegraph import (
    STAGES,
    TARGETS,
    boxes_in_order,
    in_rows,
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
    data, train, article = ("generate_data",), ("train",), ("build_article",)
    plots = "plot_data", "plot_layers"
    arrows = boxes_in_order(parse_rulegraph(DOT), STAGE_OF)
    assert arrows == {data: set(), train: {data}, plots: {train}, article: {plots}}
    assert list(arrows) == [data, train, plots, article]


def test_boxes_of_a_row_stand_below_what_they_need():
    arrows = {("a",): set(), ("b",): {("a",)}, ("c",): {("a",)}, ("d",): {("c",)}, ("e",): {("b",)}}
    rows = in_rows(arrows)
    assert [list(row) for row in rows] == [[("a",)], [("b",), ("c",)], [("e",), ("d",)]]
    assert rows[1:] == [{("b",): 0.25, ("c",): 0.75}, {("e",): 0.25, ("d",): 0.75}]


def test_no_box_hides_another_and_no_arrow_crosses_one(text):
    figure = plot_rulegraph(parse_rulegraph(text), STAGE_OF)
    figure.draw_without_rendering()
    texts = figure.axes[0].texts
    boxes = [box.get_bbox_patch().get_window_extent() for box in texts if box.get_text()]
    arrows = [arrow.arrow_patch for arrow in texts if not arrow.get_text()]
    assert len(boxes) >= 9
    assert len(arrows) >= 9
    page = figure.bbox.padded(1)
    assert all(page.contains(*box.min) and page.contains(*box.max) for box in boxes)
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    for arrow in arrows:
        for corners in arrow.get_path().to_polygons(closed_only=False):
            line = Path(corners).interpolated(50).vertices
            for box in boxes:
                inside = (line > box.min + 1).all(axis=1) & (line < box.max - 1).all(axis=1)
                assert not np.any(inside)


def test_the_stage_of_a_rule_is_the_file_in_which_it_stands():
    assert STAGE_OF["train"] == "networks"
    assert STAGE_OF["choose_scale"] == "homology"
    assert set(STAGE_OF.values()) == set(STAGES)


def test_a_stage_without_a_colour_is_named(tmp_path):
    (tmp_path / "guesses.smk").write_text("rule guess:\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"guesses\.smk is of no known stage; add its colour"):
        read_stages(tmp_path)
