"""Figures: of the right data, not empty, the same colour for the same activation."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from scripts import plot_comparisons, plot_panels
from scripts import plot_protocols as protocols_script
from scripts import plot_samples as samples_script
from tests.conftest import curves
from topodnn import KIND
from topodnn.plots import (
    ACTIVATION_STYLES,
    FIT_COLOURS,
    PAGE_WIDTH,
    PNG_DPI,
    by_activation,
    by_figure,
    plot_activations,
    plot_curves,
    plot_data,
    plot_layers,
    plot_protocols,
    plot_samples,
    plot_scale,
    plot_well_trained,
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


def numbers(lines) -> list[list[float]]:
    return [line.get_ydata().tolist() for line in lines]


def networks_of(axes, width: float) -> list[list[float]]:
    """The curves of single networks."""
    return [
        segment[:, 1].tolist()
        for collection in axes.collections
        if isinstance(collection, LineCollection) and collection.get_linewidth() == [width]
        for segment in collection.get_segments()
    ]


def legend(figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def check_not_empty(figure, folder) -> None:
    paths = [str(folder / name) for name in ("a.pdf", "a.png", "a.svg")]
    save(figure, paths)
    image = plt.imread(folder / "a.png")[..., :3]
    assert (image < 0.9).any(axis=2).mean() > 0.005
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF")
    assert "<svg" in (folder / "a.svg").read_text()


def test_the_formats_and_their_order_do_not_change_a_file(table, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    formats = ["a.pdf", "a.png", "a.svg"]
    save(plot_activations(table), [str(tmp_path / "one" / name) for name in formats])
    save(plot_activations(table), [str(tmp_path / "two" / name) for name in formats[::-1]])
    for name in formats:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert plt.imread(tmp_path / "one/a.png").shape[1] == PAGE_WIDTH * PNG_DPI


def test_figures_are_told_by_their_names():
    assert by_figure(["a/x.pdf", "a/x.png", "b/x.pdf"]) == [["a/x.pdf", "a/x.png"], ["b/x.pdf"]]


def test_curves_show_every_network_and_the_mean_of_the_well_trained(table, tmp_path):
    figure = plot_curves(by_activation(table))
    relu, tanh = figure.axes[:2]
    assert relu.get_title() == "ReLU\n2 of 3 well\xa0trained"
    assert networks_of(relu, 0.5) == [[24, 5, 1], [24, 9, 1]]
    assert numbers(line_of(relu, 1.8)) == [[24, 7, 1]]
    assert networks_of(relu, 0.7) == [[24, 100, 100]]
    assert "does not show the true Betti numbers of $M_b$:" in figure.get_suptitle()
    assert tanh.get_title() == "tanh\n0 of 1 well\xa0trained"
    assert not line_of(tanh, 1.8)
    check_not_empty(figure, tmp_path)


def test_the_betti_numbers_of_a_class_have_a_row_each(table):
    rows = table[table["class"] == 0]
    figure = plot_curves(by_activation(rows), ["beta_0", "beta_1", "omega"])
    relu = figure.axes[::2]
    assert [axes.get_ylabel() for axes in relu] == [
        r"$\beta_0$ of $M_a$", r"$\beta_1$ of $M_a$", r"$\omega$ of $M_a$",
    ]  # fmt: skip
    means = [numbers(line_of(axes, 1.8)) for axes in relu]
    assert means == [[[8, 2, 1]], [[16, 5, 0]], [[24, 7, 1]]]
    assert not figure.get_suptitle()  # the class that is wrong is not drawn
    assert relu[0].get_ylim()[0] == relu[1].get_ylim()[0] == 0
    assert relu[0].get_ylim() != relu[1].get_ylim()


def test_networks_are_compared_in_their_order_each_over_its_own_layers(tmp_path):
    deep, shallow = curves(0, [9, 8, 4, 1], counted=True), curves(0, [9, 3, 1], counted=True)
    figure = plot_curves([("3x15", deep), ("2x15", shallow)], title="Depth")
    assert figure.get_suptitle() == "Depth"
    assert [axes.get_title().split("\n")[0] for axes in figure.axes[:2]] == ["3x15", "2x15"]
    means = [numbers(line_of(axes, 1.8)) for axes in figure.axes]
    assert means == 2 * [[[9, 8, 4, 1]], [[9, 3, 1]]]
    assert [axes.get_xlim() for axes in figure.axes] == 2 * [(0, 3), (0, 2)]
    assert len({axes.get_ylim() for axes in figure.axes}) == 1
    check_not_empty(figure, tmp_path)


def test_a_class_that_a_network_has_not_is_not_drawn():
    both, one = curves(0, [9, 1], counted=True), curves(0, [9, 3], label=1, counted=True)
    figure = plot_curves([("both", both), ("one", one)])
    assert [len(line_of(axes, 1.8)) for axes in figure.axes] == [1, 0, 1, 1]
    figure = plot_curves([("one", one)])
    assert [axes.get_ylabel() for axes in figure.axes] == [r"$\omega$ of $M_b$"]


def test_titles_of_six_columns_are_broken_into_lines():
    column = ("9x15-bottleneck-3", curves(0, [9, 1], counted=True))
    figure = plot_curves(6 * [column])
    assert figure.axes[0].get_title() == "9x15-\nbottleneck-3\n1 of 1\nwell\xa0trained"


def test_an_activation_has_the_same_colour_in_every_figure(table):
    wanted = ACTIVATION_STYLES["relu"][0]
    protocols = pd.concat([table, table.assign(protocol="paper")])
    for figure in (
        plot_curves(by_activation(table)),
        plot_activations(table),
        plot_samples(table, table),
        plot_protocols(protocols),
    ):
        mean = max(figure.axes[0].lines, key=lambda line: line.get_linewidth())
        assert to_hex(mean.get_color(), keep_alpha=False).upper() == wanted


def test_activations_show_one_mean_curve_each(table):
    table.loc[table["activation"] == "tanh", ["well_trained", "counted"]] = True
    figure = plot_activations(table)
    assert [axes.get_title() for axes in figure.axes[:3]] == [
        r"$\beta_0$", r"$\beta_1$", r"$\omega$",
    ]  # fmt: skip
    assert numbers(figure.axes[2].lines) == [[24, 7, 1], [24, 18, 18]]
    assert legend(figure) == ["ReLU (2 of 3)", "tanh (1 of 1)"]


def test_samples_compare_the_networks_that_both_tables_have(table, tmp_path):
    sample = table[table["activation"] == "relu"]
    everything = sample[sample["seed"] != 1].assign(n_points=40)
    everything["omega"] *= 2
    figure = plot_samples(sample, everything)
    assert [axes.get_title() for axes in figure.axes[:3]] == [
        r"$\beta_0$", r"$\beta_1$", r"$\omega$",
    ]  # fmt: skip
    for axes in figure.axes[2::3]:  # a class each; seed 2 is not well trained
        assert numbers(axes.lines) == [[48, 10, 2], [24, 5, 1]]
        assert [line.get_linestyle() for line in axes.lines] == ["-", "--"]
    assert legend(figure) == ["ReLU (1), all points", "ReLU (1), one point in 4"]
    check_not_empty(figure, tmp_path)


def test_samples_of_different_dimensions_are_compared_without_omega(table):
    figure = plot_samples(table, table.drop(columns="beta_1"))
    assert [axes.get_title() for axes in figure.axes] == [r"$\beta_0$", ""]


def test_protocols_are_compared_for_the_activations_that_have_several(tmp_path):
    table = pd.concat(
        [
            curves(0, [9, 4, 1], counted=True),
            curves(1, [9, 6, 1], counted=True),
            curves(0, [9, 8, 1], protocol="paper", counted=True),
            curves(1, [9, 90, 90], protocol="paper", well_trained=False, counted=False),
            curves(0, [9, 7, 1], activation="tanh", counted=True),
        ]
    )
    figure = plot_protocols(table)
    for axes in figure.axes[2::3]:
        assert axes.get_ylim()[1] < 10
        assert numbers(axes.lines) == [[9, 5, 1], [9, 8, 1]]
        assert [line.get_linestyle() for line in axes.lines] == ["-", "--"]
    assert legend(figure) == ["ReLU, fast (2 of 2)", "ReLU, paper (1 of 2)"]
    check_not_empty(figure, tmp_path)
    with pytest.raises(ValueError, match="no activation is trained by more than one protocol"):
        plot_protocols(table[table["protocol"] == "fast"])


def test_layers_show_each_layer_with_its_betti_numbers(table):
    rng = np.random.default_rng(0)
    layers = [rng.normal(size=(50, 3)) for _ in range(3)]
    rows = table[(table["activation"] == "relu") & (table["seed"] == 0)]
    figure = plot_layers(layers, np.arange(50) % 2, rows, "title")
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1] == "layer 1\n$M_a$ (1, 4)\n$M_b$ (1, 4)"
    assert titles[2].startswith("logits")
    assert all(sum(len(c.get_offsets()) for c in axes.collections) == 50 for axes in figure.axes)


def test_layers_of_two_features_are_drawn_in_the_plane(table, tmp_path):
    rng = np.random.default_rng(0)
    layers = [rng.normal(size=(50, n)) for n in (2, 3, 2)]
    layers[1][:, 2] = 1 + 1e-9 * layers[1][:, 2]  # as good as flat: no structure must be seen
    rows = table[(table["activation"] == "relu") & (table["seed"] == 0)].copy()
    rows.loc[rows["layer"] == 2, "beta_1"] = pd.NA
    figure = plot_layers(layers, np.arange(50) % 2, rows, "title")
    assert [axes.name for axes in figure.axes] == ["rectilinear", "3d", "rectilinear"]
    figure.canvas.draw()
    assert all(np.ptp(c._offsets3d[2]) == 0 for c in figure.axes[1].collections)
    drawn = np.concatenate([c.get_offsets() for c in figure.axes[0].collections])
    np.testing.assert_allclose([drawn.min(axis=0), drawn.max(axis=0)], [[-1, -1], [1, 1]])
    assert figure.axes[2].get_title() == "logits\n$M_a$ (1, –)\n$M_b$ (1, –)"
    check_not_empty(figure, tmp_path)


@pytest.mark.parametrize(("n_layers", "grid"), [(3, (1, 3)), (9, (3, 3)), (11, (3, 4))])
def test_layers_fill_their_rows(table, n_layers, grid):
    figure = plot_layers([np.eye(3)] * n_layers, np.array([0, 1, 1]), table, "title")
    assert figure.axes[0].get_gridspec().get_geometry() == grid


@pytest.fixture
def several(tmp_path):
    """Table of networks of two depths and two protocols, and one of another data set."""
    table = pd.concat(
        [
            curves(0, [9, 4, 1], network="2x15"),
            curves(0, [9, 5, 4, 1], network="3x15"),
            curves(0, [9, 6, 1], network="2x15", protocol="paper"),
            curves(0, [9, 7, 1], network="2x15", dataset="space", beta_2=0),
        ]
    )
    path = tmp_path / "table.csv"
    table.assign(counted=True, n_points=10).to_csv(path, index=False)
    return path


@pytest.fixture
def drawn(monkeypatch):
    """The figures that a script draws, which are not written."""

    def draw(script, *arguments, **choice) -> list[plt.Figure]:
        figures = []
        monkeypatch.setattr(script, "save", lambda figure, paths: figures.append(figure))
        script.main(*arguments, **choice)
        return figures

    return draw


PANEL = {"dataset": "tori", "network": "2x15", "protocol": "fast"}


def test_a_panel_has_a_page_a_class(several, drawn):
    side_by_side, *pages = drawn(plot_panels, several, ["a.pdf", "b.pdf", "c.pdf"], panels=[PANEL])
    assert [axes.get_title() for axes in side_by_side.axes[:3]] == [
        r"$\beta_0$", r"$\beta_1$", r"$\omega$",
    ]  # fmt: skip
    assert [figure.get_suptitle() for figure in (side_by_side, *pages)] == 3 * ["tori, 2x15, fast"]
    for name, page in zip("ab", pages, strict=True):  # no beta_2: in the plane
        assert [axes.get_ylabel() for axes in page.axes] == [
            rf"$\beta_0$ of $M_{name}$", rf"$\beta_1$ of $M_{name}$", rf"$\omega$ of $M_{name}$",
        ]  # fmt: skip


def test_comparisons_are_drawn_in_their_order(several, drawn):
    kind = {"dataset": "tori", "activation": "relu", "title": "Depth"}
    comparisons = [
        kind | {"networks": names, "quantities": ["omega"]}
        for names in (["3x15", "2x15"], ["2x15"])
    ]
    figures = drawn(
        plot_comparisons, several, ["a.pdf", "b.pdf"], comparisons=comparisons, protocol="fast"
    )
    means = [[numbers(line_of(axes, 1.8)) for axes in figure.axes] for figure in figures]
    assert means == [2 * [[[9, 5, 4, 1]], [[9, 4, 1]]], 2 * [[[9, 4, 1]]]]


def test_scripts_compare_samples_and_protocols(several, drawn):
    (figure,) = drawn(samples_script, several, several, ["a.pdf"], panels=[PANEL])
    assert numbers(figure.axes[2].lines) == 2 * [[9, 4, 1]]
    network = {"dataset": "tori", "network": "2x15"}
    (figure,) = drawn(protocols_script, several, ["a.pdf", "a.png"], networks=[network])
    assert numbers(figure.axes[2].lines) == [[9, 4, 1], [9, 6, 1]]


def test_well_trained_shows_the_share_of_trials_and_the_number_of_networks(tmp_path):
    rates = pd.DataFrame(
        [
            ("D", "3x15", "fast", "relu", 30, 30, 30),
            ("D", "2x15", "fast", "relu", 30, 0, 90),
            ("D", "2x15", "fast", "tanh", 30, 20, 40),
        ],
        columns=[*KIND, "n_networks", "n_well_trained", "n_trials"],
    )
    figure = plot_well_trained(rates, ["2x15", "3x15", "9x15"])
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["2x15", "3x15"]
    assert [text.get_text() for text in axes.texts][:3] == ["0 of 30", "20 of 30", "30 of 30"]
    intervals, marks = axes.lines[::2], axes.lines[1::2]
    assert [mark.get_xdata()[0] for mark in marks] == [0, 0.5, 1]
    for interval, mark in zip(intervals, marks, strict=True):
        low, high = interval.get_xdata()
        assert low <= mark.get_xdata()[0] <= high < low + 0.35
    check_not_empty(figure, tmp_path)


@pytest.mark.parametrize("n_features", [2, 3])
def test_data_are_drawn_with_their_betti_numbers(tmp_path, n_features):
    points = np.random.default_rng(0).normal(size=(40, n_features))
    figure = plot_data(points, np.arange(40) % 2, "Cloud", np.array([[1, 0], [2, 3]]))
    assert legend(figure) == ["$M_a$: β = (1, 0)", "$M_b$: β = (2, 3)"]
    check_not_empty(figure, tmp_path)


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
