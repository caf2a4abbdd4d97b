"""Figures: of the right data, not empty, the same colour for the same activation."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from topodnn.plots import (
    ACTIVATION_STYLES,
    FIT_COLOURS,
    plot_activations,
    plot_complexity,
    plot_data,
    plot_layers,
    plot_scale,
    save,
    use_style,
)


@pytest.fixture(autouse=True)
def _style():
    use_style()
    yield
    plt.close("all")


def line_of(axes, width: float):
    return [line for line in axes.lines if line.get_linewidth() == width]


def test_complexity_shows_every_network_and_the_mean_of_the_well_trained(table):
    figure = plot_complexity(table)
    relu = figure.axes[0]
    assert relu.get_title() == "ReLU\n2 of 3 well trained"
    thin = sorted(line.get_ydata().tolist() for line in line_of(relu, 0.5))
    assert thin == [[24, 5, 1], [24, 9, 1]]
    (mean,) = line_of(relu, 1.8)
    assert mean.get_ydata().tolist() == [24, 7, 1]
    (failed,) = line_of(relu, 0.7)
    assert failed.get_ydata().tolist() == [24, 100, 100]
    assert "does not show the true Betti numbers of $M_b$:" in figure.get_suptitle()
    tanh = figure.axes[1]
    assert tanh.get_title() == "tanh\n0 of 1 well trained"
    assert not line_of(tanh, 1.8)


def test_an_activation_has_the_same_colour_in_every_figure(table):
    wanted = ACTIVATION_STYLES["relu"][0]
    for figure in (plot_complexity(table), plot_activations(table)):
        (mean,) = line_of(figure.axes[0], 1.8)
        assert to_hex(mean.get_color(), keep_alpha=False).upper() == wanted


def test_activations_show_one_mean_curve_each(table):
    table.loc[table["activation"] == "tanh", ["well_trained", "counted"]] = True
    figure = plot_activations(table)
    assert [axes.get_title() for axes in figure.axes[:3]] == [
        r"$\beta_0$", r"$\beta_1$", r"$\omega$",
    ]  # fmt: skip
    curves = [line.get_ydata().tolist() for line in figure.axes[2].lines]
    assert curves == [[24, 7, 1], [24, 18, 18]]


def test_layers_show_each_layer_with_its_betti_numbers(table):
    rng = np.random.default_rng(0)
    layers = [rng.normal(size=(50, 3)) for _ in range(3)]
    rows = table[(table["activation"] == "relu") & (table["seed"] == 0)]
    figure = plot_layers(layers, np.arange(50) % 2, rows, "title")
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1] == "layer 1\n$M_a$ (1, 4)\n$M_b$ (1, 4)"
    assert titles[2].startswith("logits")
    assert all(sum(len(c.get_offsets()) for c in axes.collections) == 50 for axes in figure.axes)


@pytest.mark.parametrize("n_features", [2, 3])
def test_data_are_drawn_with_their_betti_numbers(tmp_path, n_features):
    points = np.random.default_rng(0).normal(size=(40, n_features))
    figure = plot_data(points, np.arange(40) % 2, "Cloud", np.array([[1, 0], [2, 3]]))
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["$M_a$: β = (1, 0)", "$M_b$: β = (2, 3)"]
    save(figure, tmp_path / "a.pdf", tmp_path / "a.png")
    image = plt.imread(tmp_path / "a.png")[..., :3]
    assert (image < 0.9).any(axis=2).mean() > 0.005
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


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
    choice = {"n_neighbors": 10, "scale": 1.5, "block": block, "every": 4}
    figure = plot_scale(table, choice, "Cloud")
    assert figure.get_suptitle().startswith("Cloud, one point in 4:")
    first, second = figure.axes
    assert second.get_title() == "$M_b$, true β = (2, 1)"
    assert [label.get_text() for label in first.get_yticklabels()] == ["5", "10", "20"]
    numbers = [text.get_text() for text in second.texts]  # row by row, k upwards
    assert numbers == ["6, 1", "6, 1", "2, 1", "11, 1", "2, 1", "2, 1"]
    assert [text.get_fontweight() for text in second.texts][1:3] == ["normal", "bold"]
    figure.canvas.draw()
    for axes, fits in ((first, [0, 0, 2, 0, 2, 0]), (second, [0, 0, 2, 0, 2, 1])):
        drawn = [to_hex(colour).upper() for colour in axes.collections[0].get_facecolors()]
        assert drawn == [list(FIT_COLOURS.values())[fit] for fit in fits]
        outlines = [patch.get_bbox().bounds for patch in axes.patches]
        assert outlines == [(0, 1, 1, 2), (0, 1, 1, 1)]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == [*FIT_COLOURS, "block", "chosen: $k$ = 10, $\\varepsilon$ = 1.5"]
