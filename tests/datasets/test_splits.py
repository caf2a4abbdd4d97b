"""Points that are held out, and the batch that is drawn from the others."""

import numpy as np
import pytest

from scripts import draw_batch
from topodnn.datasets.files import Data, read_data, write_data
from topodnn.datasets.splits import held_out_mask
from topodnn.errors import InputError


def test_held_out_points_are_a_stratified_seeded_share():
    labels = np.repeat([0, 1], [1000, 300])
    mask = held_out_mask(labels, 0.1, seed=5)
    assert np.bincount(labels[mask]).tolist() == [100, 30]
    assert np.array_equal(mask, held_out_mask(labels, 0.1, seed=5))
    assert not np.array_equal(mask, held_out_mask(labels, 0.1, seed=6))


def data(n_points=200):
    rng = np.random.default_rng(1)
    held_out = np.arange(n_points) % 5 == 0
    true_betti = np.array([[1, 1], [1, 1]])
    points = rng.normal(size=(n_points, 2)).astype(np.float32)
    return Data(points, np.arange(n_points) % 2, held_out, true_betti)


def test_the_batch_is_drawn_once_from_the_training_points(tmp_path):
    write_data(tmp_path / "data.npz", data())
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        draw_batch.main(tmp_path / "data.npz", tmp_path / f"{name}.npz", n_points=60, seed=seed)
    one, same, other = (read_data(tmp_path / f"{name}.npz") for name in ("one", "same", "other"))
    np.testing.assert_array_equal(one.points, same.points)
    assert not np.array_equal(one.points, other.points)
    assert not one.held_out.any()
    training = {tuple(point) for point in data().points[~data().held_out]}
    drawn = [tuple(point) for point in one.points]
    assert set(drawn) <= training
    assert len(set(drawn)) == 60
    np.testing.assert_array_equal(one.true_betti, data().true_betti)


def test_more_points_than_there_are_is_said_in_one_sentence(tmp_path):
    write_data(tmp_path / "data.npz", data())
    with pytest.raises(InputError, match=r"n_points is 161, but must be at most 160, the number"):
        draw_batch.main(tmp_path / "data.npz", tmp_path / "batch.npz", n_points=161, seed=0)
