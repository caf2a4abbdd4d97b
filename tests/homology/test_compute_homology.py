"""The script that computes the Betti numbers of a batch: the points of a class, the warnings."""

import numpy as np
import pandas as pd

from scripts.compute_homology import check_input, class_betti_numbers
from scripts.compute_homology import main as compute_homology
from tests.conftest import KIND
from topodnn.datasets.files import Data, write_data
from topodnn.networks.points import write_activations


def two_clouds(true_betti) -> Data:
    """A ring of class 0 and a blob of class 1."""
    angle = np.arange(60) * np.pi / 30
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    blob = np.random.default_rng(0).normal(size=(60, 2))
    labels = np.repeat([0, 1], 60)
    return Data(np.concatenate([ring, blob]), labels, labels == 2, np.array(true_betti))


def test_the_input_is_compared_with_the_truth(caplog):
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 2, "stride": 1}
    with caplog.at_level("WARNING"):
        assert check_input(two_clouds([[1, 1], [1, 0]]), settings) == {0: True, 1: True}
        assert not caplog.text
        assert check_input(two_clouds([[1, 0], [1, 0]]), settings) == {0: False, 1: True}
    assert "class 0: the Betti numbers of the input are [1, 1, 0]" in caplog.text
    assert "those of the data set are [1, 0, 0]" in caplog.text
    assert check_input(two_clouds(np.zeros((0, 0))), settings) == {0: None, 1: None}


def test_betti_numbers_of_a_class_sample_it_and_bear_emptiness_and_divergence():
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 1}
    points = two_clouds([]).points[:60]
    found = class_betti_numbers(points, stride=2, **settings)
    assert found == {"n_points": 30, "n_neighbors": 9, "scale": 2.5, "beta_0": 1, "beta_1": 1}
    empty = class_betti_numbers(points[:0], stride=1, **settings)
    assert (empty["n_points"], empty["beta_0"], empty["beta_1"]) == (0, 0, 0)
    diverged = class_betti_numbers(points * np.nan, stride=1, **settings)
    assert diverged["n_points"] == 60
    assert pd.isna(diverged["beta_0"])


def test_the_class_is_the_one_that_the_network_predicts(tmp_path):
    data = two_clouds([[1, 1], [1, 0]])
    predicted = 1 - data.labels
    about = {"seeds": [3], "widths": [2, 2]}
    write_data(tmp_path / "data.npz", data)
    write_activations(tmp_path / "a", [[data.points]], [predicted], data.labels, about)
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 1, "stride": 1}
    compute_homology(tmp_path / "data.npz", tmp_path / "a", None, tmp_path / "b.csv", kind=KIND,
                     homology=settings, seeds=[3])  # fmt: skip
    table = pd.read_csv(tmp_path / "b.csv").set_index("class")
    assert table["beta_1"].to_dict() == {0: 0, 1: 1}  # class 1 is predicted on the ring
    assert table["input_is_true"].all()
