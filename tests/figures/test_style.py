"""One style: files, names, the same colour for the same activation."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.colors import to_hex

from topodnn.figures.curves import plot_curves
from topodnn.figures.means import plot_activations, plot_protocols, plot_samples
from topodnn.figures.style import (
    ACTIVATION_STYLES,
    PAGE_WIDTH,
    PNG_DPI,
    by_activation,
    by_figure,
    head,
    measures_of,
    save,
)


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


def test_a_single_k_is_one_scale(table, ranged):
    assert measures_of(ranged) == ["one scale", "persistent"]
    mixed = pd.concat([table.assign(dataset="old"), ranged])
    assert measures_of(mixed) == ["one scale", "persistent"]
    assert measures_of(mixed[mixed["dataset"] == "old"]) == ["one scale"]
    assert measures_of(table) == measures_of(ranged.assign(k_low=6)) == ["one scale"]


def test_the_title_says_which_measure_is_wrong_at_the_input(ranged):
    wrong_range = ranged["class"] == 0
    figure = plt.figure()
    table = ranged.assign(persistent_input_is_true=~wrong_range)
    head(figure, table, "tori", ["one scale", "persistent"])
    assert figure.get_suptitle().split("\n") == [
        "tori",
        "Attention: the input does not show the true Betti numbers of $M_b$:",
        "the scale of the complex is wrong",
        "Attention: the input does not show the true persistent Betti numbers of $M_a$:",
        "the range of $k$ is too wide",
    ]
    head(figure, table, "tori")  # what persists is not drawn
    assert "persistent" not in figure.get_suptitle()
