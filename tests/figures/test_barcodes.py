"""The barcode over k of the layers of a network, drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from scripts import plot_barcode as script
from tests.conftest import KIND
from tests.drawings import check_not_empty, legend
from topodnn.figures.barcodes import FEW, LASTING, MOST_LAYERS, PASSING, plot_barcode

COMPLEX = {"n_neighbors": 8, "k_low": 5, "k_high": 14, "steps": "5 8 11 14"}
ABOUT = {**KIND, "seed": 3, "well_trained": True, **COMPLEX}


def bars_of(rows: list[tuple], **about) -> pd.DataFrame:
    """The bars of a network: layer, class, dimension, born_k, gone_k, count."""
    names = ["layer", "class", "dimension", "born_k", "gone_k", "count"]
    table = pd.DataFrame([{**ABOUT, **about, **dict(zip(names, row, strict=True))} for row in rows])
    return table.astype({"gone_k": "Int64", "count": "Int64"})


@pytest.fixture
def bars() -> pd.DataFrame:
    return bars_of(
        [
            (0, 0, 0, 5, None, 2), (0, 0, 0, 5, 8, 1), (0, 0, 0, 8, 14, 1), (0, 0, 1, 5, None, 0),
            (0, 1, 0, 5, None, 1), (0, 1, 1, 5, None, 3), (0, 1, 1, 5, 11, FEW),
            (1, 0, 0, 5, None, None), (1, 1, 0, 5, None, 0),
        ]
    )  # fmt: skip


def numbers(axes) -> tuple[str, str]:
    """What is printed above a panel: at one k, and over the whole range."""
    return axes.get_title("left"), axes.get_title("right")


def rectangles(axes) -> list[tuple]:
    """First step, width and colour of each bar, from below."""
    found = sorted(axes.patches, key=lambda patch: (patch.get_y(), patch.get_x()))
    return [(p.get_x(), p.get_width(), to_hex(p.get_facecolor()).upper()) for p in found]


def test_each_panel_has_its_bars_and_numbers(bars, tmp_path):
    figure = plot_barcode(bars, "title")
    panels = np.array(figure.axes).reshape(2, 4)  # layers; classes and dimensions
    assert [numbers(axes) for axes in panels[0]] == [
        ("3", "2"), ("0", "0"), ("1", "1"), (str(FEW + 3), "3"),
    ]  # fmt: skip
    # The two that come and go share a row: they are not alive together.
    assert rectangles(panels[0, 0]) == [
        (0, 4, LASTING), (0, 4, LASTING), (0, 1, PASSING), (1, 2, PASSING),
    ]  # fmt: skip
    heights = [patch.get_height() for patch in panels[0, 0].patches]
    assert max(heights[2:]) < min(heights[:2])  # bars over the whole range are thicker
    assert rectangles(panels[0, 1]) == []
    assert [text.get_text() for text in panels[0, 0].texts] == [r"$M_a$: $\beta_0$"]
    assert [axes.get_ylabel() for axes in panels[:, 0]] == ["input", "logits"]
    ticks = panels[1, 0].get_xticklabels()
    assert [label.get_text() for label in ticks] == ["5", "8", "14"]
    assert legend(figure)[0] == "alive from $k$ = 5 to 14 (number on the right)"
    assert legend(figure)[2] == "$k$ = 8 (number on the left)"
    check_not_empty(figure, tmp_path)


def test_of_many_bars_the_number_at_each_k_is_drawn(bars):
    axes = plot_barcode(bars, "title").axes[3]
    drawn = [patch.get_data().values.tolist() for patch in axes.patches]
    assert drawn == [[FEW + 3, FEW + 3, 3, 3], [3, 3, 3, 3]]
    assert [to_hex(patch.get_facecolor()).upper() for patch in axes.patches] == [PASSING, LASTING]


def test_k_outside_the_range_is_drawn_and_does_not_decide_what_persists(bars):
    wider = bars.assign(k_low=8, k_high=11)
    figure = plot_barcode(wider, "title")
    panels = figure.axes
    assert [numbers(axes) for axes in panels[:2]] == [("3", "3"), ("0", "0")]
    assert rectangles(panels[0]) == [
        (0, 4, LASTING), (0, 4, LASTING), (1, 2, LASTING), (0, 1, PASSING),
    ]  # fmt: skip
    of_many = [patch.get_data() for patch in panels[3].patches]
    assert [data.edges.tolist() for data in of_many] == [[0, 1, 2, 3, 4], [1, 2, 3]]
    ticks = panels[-1].get_xticklabels()
    assert [label.get_text() for label in ticks] == ["5", "8", "11", "14"]
    assert legend(figure)[0] == "alive from $k$ = 8 to 11 (number on the right)"


def test_what_has_no_number_says_why(bars):
    first, second, third, fourth = plot_barcode(bars, "title").axes[4:]
    assert [text.get_text() for text in first.texts] == ["not finite"]
    assert [text.get_text() for text in second.texts] == ["none by its width"]
    assert [text.get_text() for text in fourth.texts] == ["none by its width"]
    assert (numbers(first), numbers(third)) == (("", ""), ("0", "0"))


def test_two_classes_and_some_of_many_layers_fit_on_a_page():
    rows = [(layer, label, 0, 5, None, 1) for layer in range(40) for label in range(5)]
    figure = plot_barcode(bars_of(rows), "title")
    assert len(figure.axes) == 2 * MOST_LAYERS
    names = [axes.get_ylabel() for axes in figure.axes[::2]]
    assert (names[0], names[1], names[-1]) == ("input", "layer 3", "logits")
    assert figure.get_figheight() <= 8.6


def test_a_range_of_one_k_is_drawn(tmp_path):
    one = bars_of([(0, 0, 0, 8, None, 2)], steps=8, k_low=8, k_high=8)
    figure = plot_barcode(one, "title")
    assert numbers(figure.axes[0]) == ("2", "2")
    check_not_empty(figure, tmp_path)


def test_the_script_says_which_network_it_is(bars, drawn, tmp_path):
    paths = [tmp_path / name / "tori/9x25/fast/relu.csv" for name in ("a", "b")]
    for path, table in zip(paths, (bars, bars.assign(well_trained=False)), strict=True):
        path.parent.mkdir(parents=True)
        table.to_csv(path, index=False)
    names = [str(tmp_path / name) for name in ("a.pdf", "a.png", "b.pdf", "b.png")]
    first, second = drawn(script, [*map(str, paths)], names)
    assert first.get_suptitle().startswith("tori, 9x25, ReLU, fast, seed 3, well trained\n")
    assert "seed 3, not well trained" in second.get_suptitle()
    assert numbers(first.axes[0]) == ("3", "2")
