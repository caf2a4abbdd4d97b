"""Mean curves: of activations, of samples, of ε, of protocols."""

import pandas as pd
import pytest

from scripts import plot_epsilons as epsilons_script
from scripts import plot_protocols as protocols_script
from scripts import plot_samples as samples_script
from tests.conftest import curves
from tests.drawings import check_not_empty, legend, numbers
from topodnn.figures.means import plot_activations, plot_epsilons, plot_protocols, plot_samples

ROWS = [("a", "one scale"), ("a", "persistent"), ("b", "one scale"), ("b", "persistent")]


def test_activations_show_one_mean_curve_each(table):
    table.loc[table["activation"] == "tanh", ["well_trained", "counted"]] = True
    figure = plot_activations(table)
    assert [axes.get_title() for axes in figure.axes[:3]] == [
        r"$\beta_0$", r"$\beta_1$", r"$\omega$",
    ]  # fmt: skip
    assert numbers(figure.axes[2].lines) == [[24, 7, 1], [24, 18, 18]]
    assert legend(figure) == ["ReLU (2 of 3)", "tanh (1 of 1)"]
    assert [axes.get_ylabel() for axes in figure.axes[::3]] == ["mean, $M_a$", "mean, $M_b$"]


def test_what_persists_has_a_row_below_that_of_one_scale(ranged, tmp_path):
    figure = plot_activations(ranged)
    rows = [figure.axes[i : i + 3] for i in range(0, 12, 3)]
    labels = [f"mean, $M_{name}$\n{measure}" for name, measure in ROWS]
    assert [axes.get_ylabel() for axes, *_ in rows] == labels
    of_relu = [[numbers(axes.lines) for axes in row] for row in rows]
    one_scale = [[[8, 2, 1]], [[16, 5, 0]], [[24, 7, 1]]]
    persistent = [[[8, 2, 1]], [[8, 2.5, 0]], [[16, 4.5, 1]]]
    assert of_relu == [one_scale, persistent, one_scale, persistent]
    styles = {(line.get_color(), line.get_linestyle()) for row in rows for line in row[0].lines}
    assert len(styles) == 1
    heights = [[axes.get_ylim() for axes in row] for row in rows]
    assert heights[1][2][1] < 24 < heights[0][2][1]  # the fall of what persists can be seen
    assert {low for row in heights for low, _ in row} == {0}
    assert legend(figure) == ["ReLU (2 of 3)", "tanh (0 of 1)"]
    check_not_empty(figure, tmp_path)


def test_samples_show_what_persists_only_where_both_have_a_range(ranged, table):
    everything = ranged.assign(persistent_omega=ranged["omega"])
    figure = plot_samples(ranged, everything)
    assert numbers(figure.axes[5].lines) == [[24, 7, 1], [16, 4.5, 1]]
    for tables in ((ranged, table), (table, ranged)):
        figure = plot_samples(*tables)
        assert [axes.get_ylabel() for axes in figure.axes[::3]] == ["mean, $M_a$", "mean, $M_b$"]


def test_protocols_are_compared_by_both_measures(ranged):
    other = ranged.assign(protocol="paper", persistent_omega=1)
    figure = plot_protocols(pd.concat([ranged, other]))
    assert numbers(figure.axes[2].lines) == [[24, 7, 1], [24, 7, 1]]
    assert numbers(figure.axes[5].lines) == [[16, 4.5, 1], [1, 1, 1]]


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
    band = figure.axes[2].collections[0].get_paths()[0].vertices
    assert set(band[band[:, 0] == 1, 1]) == {5 - 0.5**0.5, 5 + 0.5**0.5}  # of 4 and 6
    linear = curves(0, [9, 9, 9], protocol="linear", activation="identity", counted=True)
    assert legend(plot_protocols(pd.concat([table, linear])))[-1] == "linear (1 of 1)"
    with pytest.raises(ValueError, match="no activation is trained by more than one protocol"):
        plot_protocols(table[table["protocol"] == "fast"])


def at_two_scales(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows at ε = 2.5, and with twice the ω at 1.5, where the input of class 1 is wrong."""
    other = rows.assign(scale=1.5, omega=2 * rows["omega"], input_is_true=rows["class"] == 0)
    return pd.concat([rows.assign(scale=2.5, input_is_true=True), other])


def test_every_scale_has_a_row_and_below_is_what_persists_at_one(ranged, tmp_path):
    ranged = ranged.assign(persistent_input_is_true=True)
    figure = plot_epsilons(at_two_scales(ranged), 2.5)
    rows = [figure.axes[i : i + 2] for i in range(0, 6, 2)]
    names = [r"1.5" + "\none scale", "2.5\none scale", "2.5\npersistent"]
    assert [row[0].get_ylabel() for row in rows] == [
        rf"$\omega$, $\varepsilon$ = {name}" for name in names
    ]
    expected = [[48, 14, 2], [24, 7, 1], [16, 4.5, 1]]  # of ReLU; tanh has no network
    for row, numbers_of_row in zip(rows, expected, strict=True):
        assert [numbers(axes.lines) for axes in row] == 2 * [[numbers_of_row]]
        assert [len(axes.collections) for axes in row] == [1, 1]  # the band
    assert [axes.get_title() for axes in rows[0]] == ["$M_a$", "$M_b$"]
    wrong = [axes.get_title(loc="right") for axes in figure.axes]
    assert wrong == ["", "wrong input", "", "", "", ""]
    assert legend(figure) == ["ReLU (2 of 3)", "tanh (0 of 1)"]
    check_not_empty(figure, tmp_path)


def test_without_a_range_there_is_a_row_for_each_scale_and_no_more_than_two_classes(table):
    third = table[table["class"] == 1].assign(**{"class": 2})
    figure = plot_epsilons(at_two_scales(pd.concat([table, third])), 2.5)
    labels = [rf"$\omega$, $\varepsilon$ = {scale}" for scale in (1.5, 2.5)]
    assert [axes.get_ylabel() for axes in figure.axes[::2]] == labels


def test_the_script_draws_the_scales_of_a_panel(several, drawn):
    at_two_scales(pd.read_csv(several)).to_csv(several, index=False)
    panel = {"dataset": "tori", "network": "2x15", "protocol": "fast"}
    figure, of_components = drawn(
        epsilons_script, several, ["a.pdf", "b.pdf"], panels=[panel, panel], scales={"tori": 2.5},
        quantities=["omega", "beta_0"],
    )  # fmt: skip
    assert numbers(figure.axes[0].lines) == [[18, 8, 2]]
    assert numbers(figure.axes[2].lines) == [[9, 4, 1]]
    expected = pd.read_csv(several).query("network == '2x15' and protocol == 'fast' and counted")
    beta_0 = expected[expected["class"] == 0].groupby("layer")["beta_0"].mean()
    assert numbers(of_components.axes[0].lines) == [beta_0[:3].tolist()]
    assert of_components.axes[0].get_ylabel() == r"$\beta_0$, $\varepsilon$ = 1.5"


def test_scripts_compare_samples_and_protocols(several, drawn):
    network = {"dataset": "tori", "network": "2x15"}
    panel = network | {"protocol": "fast"}
    (figure,) = drawn(samples_script, several, several, ["a.pdf"], panels=[panel])
    assert numbers(figure.axes[2].lines) == 2 * [[9, 4, 1]]
    (figure,) = drawn(protocols_script, several, ["a.pdf", "a.png"], networks=[network])
    assert numbers(figure.axes[2].lines) == [[9, 4, 1], [9, 6, 1]]
