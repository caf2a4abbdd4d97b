"""The table of a batch of networks: every layer and class, and the input only once for all."""

import numpy as np
import pandas as pd
import pytest

from scripts import compute_homology
from topodnn.datasets.files import Data, write_data
from topodnn.homology.layers import layer_betti_numbers
from topodnn.networks.points import write_activations

NUMBERS = {"n_neighbors": 6, "scale": 2.0, "max_dimension": 1}


@pytest.fixture
def batch(tmp_path):
    """Three networks on 60 points, the third of which is wrong on one of them."""
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(60, 3)).astype(np.float32), np.arange(60) % 2
    held_out = np.arange(60) % 10 == 0
    write_data(tmp_path / "data.npz", Data(points, labels, held_out, np.zeros((0, 0))))
    layers = [
        [points, *(rng.normal(size=(60, width)).astype(np.float32) for width in (4, 2))]
        for _ in range(3)
    ]
    predicted = [labels.copy() for _ in range(3)]
    predicted[2][0] = 1
    about = {"seeds": [0, 1, 2], "widths": [3, 4, 2]}
    write_activations(tmp_path / "activations", layers, predicted, labels, about)
    return tmp_path, layers, predicted


def test_every_row_has_the_numbers_of_its_points(batch, monkeypatch):
    folder, layers, predicted = batch
    computed = []

    def counted(points, **numbers):
        computed.append(points.shape)
        return layer_betti_numbers(points, **numbers)

    monkeypatch.setattr(compute_homology, "layer_betti_numbers", counted)
    compute_homology.main(
        str(folder / "data.npz"), str(folder / "activations"), None, str(folder / "table.csv"),
        kind={"dataset": "points"}, homology={"stride": 1, **NUMBERS}, seeds=[0, 1, 2],
    )  # fmt: skip
    table = pd.read_csv(folder / "table.csv").set_index(["seed", "layer", "class"])
    assert len(table) == 3 * 3 * 2
    for (seed, layer, label), row in table.iterrows():
        points = layers[seed][layer][predicted[seed] == label]
        found = layer_betti_numbers(points, **NUMBERS)
        assert row["n_points"] == len(points)
        assert [row["beta_0"], row["beta_1"]] == [found["beta_0"], found["beta_1"]]
    of_input = [shape for shape in computed if shape[1] == 3]
    assert len(of_input) == 4  # two classes of the first two networks, two of the third
    assert len(computed) == 4 + 3 * 2 * 2
