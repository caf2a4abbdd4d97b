"""The choice of the scale, drawn."""

import pandas as pd
from matplotlib.colors import to_hex

from tests.drawings import check_not_empty, legend
from topodnn.figures.scale import FIT_COLOURS, PLATEAU_COLOURS, plot_scale


def test_the_scale_shows_all_numbers_the_block_and_the_choice():
    true = {(10, 1.5): [0, 1], (20, 1.5): [0, 1], (20, 2.5): [1]}  # classes with (2, 1)
    table = pd.DataFrame(
        [
            (k, scale, label, 2 if label in true.get((k, scale), []) else k + label, 1)
            for k in (5, 10, 20)
            for scale in (1.5, 2.5)
            for label in (0, 1)
        ],
        columns=["n_neighbors", "scale", "class", "beta_0", "beta_1"],
    )
    table["is_true"] = table["beta_0"] == 2
    block = {"n_neighbors": [10, 20], "scale": [1.5]}
    choice = {"n_neighbors": 10, "scale": 1.5, "block": block, "stride": 4}
    choice["method"] = "true_betti"
    figure = plot_scale(table, choice, "Cloud")
    assert figure.get_suptitle().startswith("Cloud, one point in 4:")
    first, second = figure.axes
    assert second.get_title() == "$M_b$, true β = (2, 1)"
    assert [label.get_text() for label in first.get_yticklabels()] == ["5", "10", "20"]
    texts = [text.get_text() for text in second.texts]  # row by row, k upwards
    assert texts == ["6, 1", "6, 1", "2, 1", "11, 1", "2, 1", "2, 1"]
    assert [text.get_fontweight() for text in second.texts][1:3] == ["normal", "bold"]
    figure.canvas.draw()
    for axes, fits in ((first, [0, 0, 2, 0, 2, 0]), (second, [0, 0, 2, 0, 2, 1])):
        drawn = [to_hex(colour).upper() for colour in axes.collections[0].get_facecolors()]
        assert drawn == [list(FIT_COLOURS.values())[fit] for fit in fits]
        outlines = [patch.get_bbox().bounds for patch in axes.patches]
        assert outlines == [(0, 1, 1, 2), (0, 1, 1, 1)]
    assert legend(figure) == [*FIT_COLOURS, "block", "chosen: $k$ = 10, $\\varepsilon$ = 1.5"]


def test_of_a_plateau_its_cells_are_coloured_and_nothing_is_called_true(tmp_path):
    table = pd.DataFrame(
        [(k, 2.5, label, 1 + (k > 12), label) for k in (8, 10, 12, 14) for label in (0, 1)],
        columns=["n_neighbors", "scale", "class", "beta_0", "beta_1"],
    )
    block = {"n_neighbors": [8, 10, 12], "scale": [2.5]}
    choice = {"n_neighbors": 10, "scale": 2.5, "block": block, "stride": 1, "method": "plateau"}
    figure = plot_scale(table, choice, "Cloud")
    assert [axes.get_title() for axes in figure.axes] == ["$M_a$, β = (1, 0)", "$M_b$, β = (1, 1)"]
    assert legend(figure) == ["plateau", "chosen: $k$ = 10, $\\varepsilon$ = 2.5"]
    figure.canvas.draw()
    for axes in figure.axes:
        drawn = [to_hex(colour).upper() for colour in axes.collections[0].get_facecolors()]
        assert drawn == 3 * [PLATEAU_COLOURS[1]] + [PLATEAU_COLOURS[0]]
        assert [text.get_fontweight() for text in axes.texts] == 3 * ["bold"] + ["normal"]
    check_not_empty(figure, tmp_path)
