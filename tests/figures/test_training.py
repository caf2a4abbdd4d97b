"""The trials that ended well trained."""

import pandas as pd
import pytest

from tests.drawings import check_not_empty
from topodnn.columns import KIND
from topodnn.figures.style import ACTIVATION_STYLES
from topodnn.figures.training import plot_well_trained


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


@pytest.mark.parametrize("n_activations", [1, 4, 5, 9])
def test_the_legend_lies_within_the_figure_below_the_panels(n_activations):
    names = [*ACTIVATION_STYLES, "identity"][:n_activations]
    rates = pd.DataFrame([("D", "2x15", "fast", name, 30, 30, 30) for name in names])
    rates.columns = [*KIND, "n_networks", "n_well_trained", "n_trials"]
    figure = plot_well_trained(rates, ["2x15"])
    figure.draw_without_rendering()
    (axes,), (shown,) = figure.axes, figure.legends
    assert len(shown.get_texts()) == n_activations
    place = shown.get_window_extent()
    assert 0 <= place.x0 < place.x1 <= figure.bbox.x1
    assert 0 <= place.y0 < place.y1 < axes.get_tightbbox().y0
    assert axes.get_window_extent().height > 0.12 * n_activations * figure.dpi
