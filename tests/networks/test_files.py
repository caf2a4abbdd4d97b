"""Networks and activations in files: what is written is read back, what is broken is refused."""

import numpy as np
import pytest

from topodnn.networks.files import read_networks
from topodnn.networks.points import Activations, write_activations


def test_activations_survive_the_file(tmp_path):
    rng = np.random.default_rng(0)
    layers = [[rng.normal(size=(6, w)).astype(np.float32) for w in (3, 4, 2)] for _ in range(2)]
    predicted = [np.arange(6) % 2, np.ones(6, dtype=np.int64)]
    path = tmp_path / "activations.safetensors"
    write_activations(path, layers, predicted, np.arange(6), {"seeds": [4, 5]})
    found = Activations(path)
    assert found.about == {"seeds": [4, 5]}
    assert found.n_layers == 3
    assert np.array_equal(found.labels(), np.arange(6))
    assert np.array_equal(found.predicted(1), predicted[1])
    assert np.array_equal(found.layer(1, 2), layers[1][2])


def test_broken_files_are_refused(tmp_path):
    path = tmp_path / "broken"
    path.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ValueError, match="is not a complete safetensors file"):
        read_networks(path)
