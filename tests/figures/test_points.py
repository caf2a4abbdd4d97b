"""The points of a data set and of each layer."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from scripts import plot_layers as layers_script
from tests.conftest import KIND
from tests.drawings import check_not_empty, legend
from topodnn.figures.clouds import in_space, write_cloud
from topodnn.figures.points import plot_data, plot_layers


def test_layers_show_each_layer_with_its_betti_numbers(table):
    rng = np.random.default_rng(0)
    layers = [rng.normal(size=(50, 3)) for _ in range(3)]
    rows = table[(table["activation"] == "relu") & (table["seed"] == 0)]
    figure = plot_layers(layers, np.arange(50) % 2, rows, "title")
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1] == "layer 1\n$M_a$ (1, 4)\n$M_b$ (1, 4)"
    assert titles[2].startswith("logits")
    assert all(sum(len(c.get_offsets()) for c in axes.collections) == 50 for axes in figure.axes)


def test_what_persists_stands_behind_the_numbers_at_one_scale(ranged, tmp_path):
    rng = np.random.default_rng(0)
    write_cloud(tmp_path / "a.npz", [rng.normal(size=(50, 3))] * 3, np.arange(50) % 2, 0, True)
    figure = layers_script.figure(str(tmp_path / "a.npz"), ranged, KIND)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1] == "layer 1\n$M_a$ (1, 4) | (1, 2)\n$M_b$ (1, 4) | (1, 2)"
    numbers = figure.get_suptitle().split("\n")[1]
    assert numbers == r"($\beta_0$, $\beta_1$) of each class: one scale | persistent"
    ranged.loc[ranged["layer"] == 2, ["beta_1", "persistent_beta_1"]] = pd.NA
    figure = layers_script.figure(str(tmp_path / "a.npz"), ranged, KIND)
    assert figure.axes[2].get_title() == "logits\n$M_a$ (1, –) | (1, –)\n$M_b$ (1, –) | (1, –)"


@pytest.mark.parametrize("number", [8, 28, 128])
def test_captions_of_neighbouring_layers_do_not_touch(ranged, number):
    columns = [f"{start}beta_{i}" for start in ("", "persistent_") for i in range(3)]
    rows = ranged[(ranged["activation"] == "relu") & (ranged["seed"] == 0)]
    betti = rows.assign(**dict.fromkeys(columns, number))
    figure = plot_layers([np.eye(3)] * 4, np.array([0, 1, 1]), betti, "title")
    figure.draw_without_rendering()
    captions = [axes.title.get_window_extent() for axes in figure.axes]
    for left, right in pairwise(captions):
        assert left.x1 < right.x0


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


def test_a_network_that_diverged_is_drawn_as_far_as_it_is_finite(table, tmp_path):
    points = np.random.default_rng(0).normal(size=(50, 3))
    broken = points.copy()
    broken[:10] = np.nan
    layers = [points, in_space(broken), in_space(np.full((50, 7), np.inf))]
    figure = plot_layers(layers, np.arange(50) % 2, table[table["seed"] == 0], "title")
    drawn = [np.isfinite(axes.collections[0]._offsets3d).all(axis=0).sum() for axes in figure.axes]
    assert drawn == [50, 40, 0]
    check_not_empty(figure, tmp_path)


@pytest.mark.parametrize(("n_layers", "grid"), [(3, (1, 3)), (9, (3, 3)), (11, (3, 4))])
def test_layers_fill_their_rows(table, n_layers, grid):
    figure = plot_layers([np.eye(3)] * n_layers, np.array([0, 1, 1]), table, "title")
    assert figure.axes[0].get_gridspec().get_geometry() == grid


@pytest.mark.parametrize("n_features", [2, 3])
def test_data_are_drawn_with_their_betti_numbers(tmp_path, n_features):
    points = np.random.default_rng(0).normal(size=(40, n_features))
    figure = plot_data(points, np.arange(40) % 2, "Cloud", np.array([[1, 0], [2, 3]]))
    assert legend(figure) == ["$M_a$: β = (1, 0)", "$M_b$: β = (2, 3)"]
    check_not_empty(figure, tmp_path)
