"""Curves of every network and their means, column by column."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from scripts import plot_comparisons, plot_panels
from tests.conftest import KIND, curves, trial
from tests.drawings import check_not_empty, line_of, networks_of, numbers
from topodnn.analysis.tidy import tidy_table
from topodnn.figures.curves import plot_curves, plot_profile
from topodnn.figures.style import PAGE_HEIGHT, PAGE_WIDTH, SYMBOLS, by_activation
from topodnn.homology.layers import layer_betti_numbers


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


def test_each_quantity_of_a_class_has_a_row_for_each_measure(ranged, tmp_path):
    figure = plot_curves(by_activation(ranged[ranged["class"] == 0]), ["beta_1", "omega"])
    relu = figure.axes[::2]
    assert [axes.get_ylabel() for axes in relu] == [
        "$\\beta_1$ of $M_a$\none scale", "$\\beta_1$ of $M_a$\npersistent",
        "$\\omega$ of $M_a$\none scale", "$\\omega$ of $M_a$\npersistent",
    ]  # fmt: skip
    means = [numbers(line_of(axes, 1.8)) for axes in relu]
    assert means == [[[16, 5, 0]], [[8, 2.5, 0]], [[24, 7, 1]], [[16, 4.5, 1]]]
    assert networks_of(relu[3], 0.5) == [[16, 3, 1], [16, 6, 1]]
    assert networks_of(relu[3], 0.7) == [[16, 75, 75]]
    assert len({line.get_color() for axes in relu for line in line_of(axes, 1.8)}) == 1
    heights = [axes.get_ylim() for axes in relu]
    assert len(set(heights)) == 4  # one row each, so that the fall of what persists can be seen
    assert {low for low, _ in heights} == {0}
    check_not_empty(figure, tmp_path)


@pytest.mark.parametrize("n_quantities", [1, 2, 3])
def test_many_rows_fit_on_a_page_and_their_labels_do_not_touch(ranged, n_quantities):
    rows = ranged[ranged["activation"] == "relu"]
    rows = rows.assign(input_is_true=True, persistent_input_is_true=True)
    columns = 5 * [("neck-in-9x15", rows)]
    figure = plot_curves(columns, ["beta_0", "beta_1", "omega"][:n_quantities], "Width")
    width, height = figure.get_size_inches()
    assert width <= PAGE_WIDTH
    assert height <= PAGE_HEIGHT
    figure.draw_without_rendering()
    labels = [axes.yaxis.label.get_window_extent() for axes in figure.axes[::5]]
    assert len(labels) == 4 * n_quantities
    for upper, lower in pairwise(labels):
        assert upper.y0 > lower.y1


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


@pytest.mark.parametrize("n_columns", [8, 10])
def test_titles_of_many_columns_are_whole_words_that_do_not_touch(n_columns):
    rows = pd.concat([curves(seed, [9, 1], counted=True) for seed in range(30)])
    figure = plot_curves(n_columns * [("leaky ReLU", rows)])
    words = " ".join(figure.axes[0].get_title().split())
    assert words == "leaky ReLU 30 of 30 well trained"
    figure.draw_without_rendering()
    titles = [axes.title.get_window_extent() for axes in figure.axes[:n_columns]]
    assert all(left.x1 < right.x0 for left, right in pairwise(titles))


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


def test_the_quantities_of_a_comparison_are_drawn_by_both_measures(ranged, drawn, tmp_path):
    ranged.to_csv(tmp_path / "table.csv", index=False)
    comparison = {"dataset": "tori", "activation": "relu", "networks": ["9x25"], "title": "Depth"}
    (figure,) = drawn(
        plot_comparisons, tmp_path / "table.csv", ["a.pdf"],
        comparisons=[comparison | {"quantities": ["omega"]}], protocol="fast",
    )  # fmt: skip
    means = [numbers(line_of(axes, 1.8)) for axes in figure.axes]
    assert means == 2 * [[[24, 7, 1]], [[16, 4.5, 1]]]


def test_a_profile_has_a_row_for_each_measure(ranged):
    rows = ranged[(ranged["activation"] == "relu") & (ranged["seed"] == 0)]
    figure = plot_profile(rows, "Tori")
    assert [axes.get_ylabel() for axes in figure.axes[::3]] == ["one scale", "persistent"]
    assert [axes.get_title() for axes in figure.axes[:3]] == [
        r"$\beta_0$", r"$\beta_1$", r"$\omega$",
    ]  # fmt: skip
    assert numbers(figure.axes[2].lines) == 2 * [[24, 5, 1]]  # two classes
    assert numbers(figure.axes[5].lines) == 2 * [[16, 3, 1]]
    assert figure.axes[5].get_ylim()[1] < figure.axes[2].get_ylim()[1]
    scale = r"Tori, $k$ = 5, $\varepsilon$ = 2.5"
    assert figure.get_suptitle() == scale + "; persistent: $k$ from 4 to 6"
    figure = plot_profile(rows.assign(k_low=5, k_high=5), "Tori")
    assert [axes.get_ylabel() for axes in figure.axes] == ["", "", ""]
    assert figure.get_suptitle() == scale


@pytest.mark.parametrize("widths", [(2, 5, 3, 2), (2, 1, 2)])
@pytest.mark.parametrize("highest", range(4))
def test_every_quantity_that_the_checks_allow_can_be_compared(highest, widths, drawn, tmp_path):
    complex_ = {"n_neighbors": 4, "scale": 1.5, "max_dimension": highest}
    rng = np.random.default_rng(0)
    rows = [
        {**KIND, "seed": 0, "layer": layer, "class": label, "input_is_true": True, "n_points": 30,
         **layer_betti_numbers(rng.normal(size=(30, width)), **complex_)}
        for layer, width in enumerate(widths) for label in (0, 1)
    ]  # fmt: skip
    table = tidy_table([pd.DataFrame(rows)], pd.DataFrame([trial(0, 1, 0.0, True)]))
    table.to_csv(tmp_path / "table.csv", index=False)
    names = ["omega", *(f"beta_{k}" for k in range(min(highest + 1, max(widths))))]
    about = {"dataset": "tori", "activation": "relu", "networks": ["9x25"], "title": "Depth"}
    comparisons = [about | {"quantities": [name]} for name in names]
    figures = drawn(
        plot_comparisons, tmp_path / "table.csv", [f"{name}.pdf" for name in names],
        comparisons=comparisons, protocol="fast",
    )  # fmt: skip
    for name, figure in zip(names, figures, strict=True):
        figure.draw_without_rendering()
        for label, axes in enumerate(figure.axes):
            assert axes.get_ylabel() == f"{SYMBOLS[name]} of $M_{'ab'[label]}$"
            found = table.loc[table["class"] == label, name].to_numpy(float, na_value=np.nan)
            np.testing.assert_array_equal(*numbers(line_of(axes, 1.8)), found)


def test_a_number_that_no_network_has_is_drawn_empty(drawn, tmp_path):
    diverged = curves(0, [np.nan] * 3, network="2x15", beta_2=np.nan, well_trained=False)
    other = curves(0, [9, 4, 1], network="2x15", dataset="space", beta_2=0)
    table = pd.concat([diverged, other]).assign(n_points=10)
    table.assign(counted=table["well_trained"]).to_csv(tmp_path / "table.csv", index=False)
    comparison = {"dataset": "tori", "activation": "relu", "networks": ["2x15"], "title": "Width"}
    figure = drawn(
        plot_comparisons, tmp_path / "table.csv", ["a.pdf"],
        comparisons=[comparison | {"quantities": ["beta_2"]}], protocol="fast",
    )[0]  # fmt: skip
    assert figure.axes[0].get_title() == "2x15\n0 of 1 well\xa0trained"
