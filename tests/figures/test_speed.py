"""Half-lives of every activation beside what its layers are like."""

from scripts import plot_speed as script
from tests.analysis.test_speed import HALVES, found
from tests.studies import THRESHOLDS
from topodnn.analysis.speed import speed_table
from topodnn.figures.speed import plot_speed
from topodnn.figures.style import activation_label


def test_every_network_is_a_dot_in_the_row_of_its_kind():
    networks = found()
    table = speed_table(networks, THRESHOLDS)
    figure = plot_speed(networks, table, "Tori")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == [f"{activation_label(name)} (10)" for name in HALVES]
    dots, medians = figure.axes[0].lines[::2], figure.axes[0].lines[1::2]
    for (name, (layer, _)), line, median in zip(HALVES.items(), dots, medians, strict=True):
        of_kind = networks[networks["activation"] == name]
        assert sorted(line.get_xdata()) == sorted(of_kind["half_life"])
        assert median.get_xdata()[0] == layer + 0.5
    intervals = figure.axes[0].collections
    ends = [tuple(one.get_segments()[-1][:, 0]) for one in intervals]
    assert ends == list(table[["half_life_low", "half_life_high"]].itertuples(index=False))
    assert not figure.axes[1].collections
    names = [axes.get_xlabel().split("\n")[0] for axes in figure.axes]
    assert "persistent" not in names  # there is none


def test_several_networks_are_told_apart():
    networks = found()
    networks.loc[networks["activation"] == "relu", "network"] = "residual"
    figure = plot_speed(networks, speed_table(networks, THRESHOLDS), "Tori")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[0] == "ReLU, residual (10)"


def test_the_script_draws_each_data_set(tmp_path, drawn):
    networks = found()
    networks.to_csv(tmp_path / "networks.csv", index=False)
    speed_table(networks, THRESHOLDS).to_csv(tmp_path / "table.csv", index=False)
    arguments = [tmp_path / "networks.csv", tmp_path / "table.csv", ["speed.png"]]
    figures = drawn(script, *arguments, datasets=["tori"], titles={"tori": "Tori"})
    assert [figure._suptitle.get_text() for figure in figures] == ["Tori"]


def test_without_judged_networks_the_figure_says_so():
    networks = found().head(0)
    figure = plot_speed(networks, speed_table(networks, THRESHOLDS), "Tori")
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.texts] == ["no network to judge"]
