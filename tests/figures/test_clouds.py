"""Points of any number of features in three dimensions, and the file of a network's layers."""

import numpy as np
import pytest

from topodnn.figures.clouds import (
    in_space,
    principal_components,
    read_cloud,
    to_box,
    write_cloud,
)


def test_a_cloud_survives_the_file(tmp_path):
    layers = [np.full((5, 3), i, dtype=np.float32) for i in range(12)]
    write_cloud(tmp_path / "cloud.npz", layers, np.arange(5), 7, True)
    found, labels, seed, well_trained = read_cloud(tmp_path / "cloud.npz")
    assert [layer[0, 0] for layer in found] == list(range(12))
    assert (labels.tolist(), seed, well_trained) == ([0, 1, 2, 3, 4], 7, True)


def test_a_cloud_of_another_network_is_refused(tmp_path):
    layers, path = [np.zeros((5, 3), dtype=np.float32)], tmp_path / "cloud.npz"
    kind = {"dataset": "discs", "network": "3x15", "protocol": "fast", "activation": "relu"}
    write_cloud(path, layers, np.arange(5), 7, True, kind)
    assert read_cloud(path, kind)[2] == read_cloud(path)[2] == 7
    with pytest.raises(ValueError, match=r"cloud.npz is of discs/3x15/fast/relu, and not of"):
        read_cloud(path, kind | {"activation": "tanh"})


def test_points_of_two_or_three_features_are_drawn_as_they_are():
    points = np.random.default_rng(0).normal(size=(40, 5))
    for n_features in (2, 3):
        np.testing.assert_array_equal(in_space(points[:, :n_features]), points[:, :n_features])
    np.testing.assert_array_equal(in_space(points), principal_components(points, 3))
    assert in_space(points[:, :1]).shape == (40, 3)


def test_principal_components_keep_the_largest_variances_in_order():
    points = np.random.default_rng(0).normal(size=(500, 5)) * [1, 9, 0.1, 4, 0.1] + 7
    found = principal_components(points, 3)
    assert found.std(axis=0) == pytest.approx(np.sort(points.std(axis=0))[::-1][:3], rel=0.02)
    assert np.cov(found.T) == pytest.approx(np.diag(found.var(axis=0, ddof=1)), abs=1e-9)
    flat = principal_components(points[:, :2], 3)
    assert flat.shape == (500, 3)
    assert not flat[:, 2].any()


def test_more_than_a_hundred_layers_keep_their_order(tmp_path):
    layers = [np.full((2, 2), i) for i in range(120)]
    write_cloud(tmp_path / "deep.npz", layers, np.arange(2), 0, True)
    found, *_ = read_cloud(tmp_path / "deep.npz")
    assert [layer[0, 0] for layer in found] == list(range(120))


def test_points_of_a_network_that_diverged_have_no_coordinates_and_move_no_others():
    points = np.random.default_rng(0).normal(size=(40, 5))
    broken = points.copy()
    broken[3, 1], broken[7] = np.inf, np.nan
    found, others = in_space(broken), np.delete(np.arange(40), [3, 7])
    assert np.isnan(found[[3, 7]]).all()
    assert np.allclose(found[others], in_space(points[others]))
    boxed = to_box(found)
    assert np.array_equal(boxed[others], to_box(found[others]))
    nowhere = to_box(in_space(points * np.nan))
    assert nowhere.shape == (40, 3)
    assert np.isnan(nowhere).all()
