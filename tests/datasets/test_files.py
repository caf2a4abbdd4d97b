"""Data sets in files: what is written is read back, what is broken is refused."""

import numpy as np
import pytest

from topodnn.datasets.files import Data, read_data, write_data


def data() -> Data:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(20, 3)).astype(np.float32)
    return Data(points, np.arange(20) % 2, np.arange(20) < 4, np.array([[1, 0], [1, 1]]))


def test_data_survive_the_file(tmp_path):
    write_data(tmp_path / "data.npz", data())
    found = read_data(tmp_path / "data.npz")
    assert all(np.array_equal(a, b) for a, b in zip(found, data(), strict=True))


def test_broken_files_are_refused(tmp_path):
    path = tmp_path / "broken"
    path.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ValueError, match="is not an npz file"):
        read_data(path)
