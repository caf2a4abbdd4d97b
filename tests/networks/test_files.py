"""Networks and activations in files: what is written is read back, what is broken is refused."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.running import ROOT
from topodnn.networks.files import Networks, read_networks, write_networks
from topodnn.networks.points import Activations, write_activations
from topodnn.networks.tensors import check_networks, write_tensors


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
    with pytest.raises(ValueError, match="it is not a complete safetensors file"):
        read_networks(path)


def test_more_than_a_hundred_layers_keep_their_order(tmp_path):
    """As text, layer_100 stands between layer_10 and layer_11."""
    weights = [np.full((1, 2, 2), i, dtype=np.float32) for i in range(120)]
    biases = [np.full((1, 2), i, dtype=np.float32) for i in range(120)]
    mean, scale = np.zeros(2, dtype=np.float32), np.ones(1, dtype=np.float32)
    path = tmp_path / "deep.safetensors"
    write_networks(path, Networks(weights, biases, mean, scale, {"seeds": [0]}))
    found = read_networks(path)
    assert [weight[0, 0, 0] for weight in found.weights] == list(range(120))
    assert [bias[0, 0] for bias in found.biases] == list(range(120))


def test_networks_of_another_configuration_are_refused():
    about = {
        "dataset": "tori", "seeds": [0], "protocol": {"protocol": "fast", "epochs": 80},
        "data": {"seed": 0, "classes": {"1": [3]}}, "widths": [3, 4, 4, 2], "residual": False,
    }  # fmt: skip
    wanted = {
        "dataset": "tori", "protocol": "fast", "seeds": [0], "epochs": 80,
        "data": {"seed": 0, "classes": {1: [3]}}, "hidden_widths": [4, 4], "residual": False,
    }  # fmt: skip
    check_networks("a.safetensors", about, wanted)
    for key, value in (
        ("dataset", "discs"), ("epochs", 5), ("seeds", [0, 1]), ("data", {"seed": 1}),
        ("hidden_widths", [4]), ("residual", True),
    ):  # fmt: skip
        with pytest.raises(
            ValueError, match=rf"a.safetensors is of other networks \({key} is .*, n"
        ):
            check_networks("a.safetensors", about, wanted | {key: value})


def test_readers_check_whose_file_it_is(tmp_path):
    zeros = np.zeros((1, 2, 2), dtype=np.float32)
    about = {"dataset": "tori", "seeds": [0]}
    written = Networks([zeros], [zeros[:, 0]], zeros[0, 0], zeros[0, 0, :1], about)
    write_networks(tmp_path / "networks", written)
    write_activations(tmp_path / "points", [[zeros[0]]], [np.zeros(2)], np.zeros(2), about)
    for read, name in ((read_networks, "networks"), (Activations, "points")):
        read(tmp_path / name, about)
        with pytest.raises(ValueError, match=rf"{name} is of other networks \(dataset is 'tori'"):
            read(tmp_path / name, {"dataset": "discs"})


def test_a_file_is_as_readable_as_others_and_what_a_killed_job_left_is_removed(tmp_path):
    (tmp_path / "a.begun").mkdir()
    (tmp_path / "a.begun/.tmpXyz").write_bytes(b"half of it")
    (tmp_path / "other").touch()
    write_tensors(tmp_path / "a", {"x": np.zeros(3)}, {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "other"]
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_the_same_contents_are_the_same_bytes(tmp_path):
    """The library itself writes several entries of the metadata in any order."""
    for number in range(20):
        write_tensors(tmp_path / str(number), {"x": np.zeros(3), "y": np.ones(2)}, {"b": 1, "a": 2})
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_a_full_disk_is_an_error_of_the_system_that_names_the_file(tmp_path):
    program = (
        "import resource, numpy; from topodnn.networks.tensors import write_tensors; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n    write_tensors('a.safetensors', {'x': numpy.zeros(10_000)}, {})\n"
        "except OSError as error:\n    assert error.filename == 'a.safetensors', error\n"
        "    assert error.strerror == 'File too large', error\n"
        "else:\n    raise AssertionError('nothing was said')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
