"""A batch of networks, and the points at their layers, as safetensors files.

| file | content |
|---|---|
| networks | layer_00.weight (seeds, out, in), layer_00.bias, ..., input_mean, input_scale |
| activations | labels, network_00.layer_00 (points, features), ..., network_00.predicted |

The entry ``about`` in the metadata of a file describes the networks, as JSON.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from topodnn.errors import InputError


class Networks(NamedTuple):
    """A stack of networks as it is stored in a file.

    weights, biases : lists of arrays (n_networks, n_out, n_in) and (n_networks, n_out), one per
    layer; input_mean (n_features,) and input_scale (1,) standardise the points; about : dict with
    seeds, widths, activation, activation_parameters, protocol and more.
    """

    weights: list[np.ndarray]
    biases: list[np.ndarray]
    input_mean: np.ndarray
    input_scale: np.ndarray
    about: dict[str, Any]


def write_networks(path: str | Path, networks: Networks) -> None:
    """Write a stack of networks with the seeds in the leading dimension."""
    tensors = {"input_mean": networks.input_mean, "input_scale": networks.input_scale}
    for i, (weight, bias) in enumerate(zip(networks.weights, networks.biases, strict=True)):
        tensors[f"layer_{i:02d}.weight"] = weight
        tensors[f"layer_{i:02d}.bias"] = bias
    write_tensors(path, tensors, networks.about)


def read_networks(path: str | Path) -> Networks:
    """Read what :func:`write_networks` wrote."""
    with open_tensors(path) as tensors:
        names = sorted(tensors.keys())
        return Networks(
            [tensors.get_tensor(n) for n in names if n.endswith(".weight")],
            [tensors.get_tensor(n) for n in names if n.endswith(".bias")],
            tensors.get_tensor("input_mean"),
            tensors.get_tensor("input_scale"),
            json.loads(tensors.metadata()["about"]),
        )


def write_activations(
    path: str | Path,
    layers: list[list[np.ndarray]],
    predicted: list[np.ndarray],
    labels: np.ndarray,
    about: dict[str, Any],
) -> None:
    """Write the points at every layer of every network, with true and predicted classes."""
    tensors = {"labels": labels}
    for i, network in enumerate(layers):
        tensors[f"network_{i:02d}.predicted"] = predicted[i]
        for j, points in enumerate(network):
            tensors[f"network_{i:02d}.layer_{j:02d}"] = points
    write_tensors(path, tensors, about)


class Activations:
    """Points at the layers of a batch of networks, read from the file one layer at a time."""

    def __init__(self, path: str | Path):
        with open_tensors(path) as tensors:
            self.about = json.loads(tensors.metadata()["about"])
            names = tensors.keys()
            self.n_layers = sum(name.startswith("network_00.layer_") for name in names)
        self._path = path

    def _get(self, name: str) -> np.ndarray:
        with open_tensors(self._path) as tensors:
            return tensors.get_tensor(name)

    def labels(self) -> np.ndarray:
        """True class, (n_points,) int64."""
        return self._get("labels")

    def predicted(self, network: int) -> np.ndarray:
        """Class that the network predicts, (n_points,) int64."""
        return self._get(f"network_{network:02d}.predicted")

    def layer(self, network: int, layer: int) -> np.ndarray:
        """Points at a layer, (n_points, n_out) float32; layer 0 is the input."""
        return self._get(f"network_{network:02d}.layer_{layer:02d}")


def write_tensors(path: str | Path, tensors: dict[str, np.ndarray], about: dict[str, Any]) -> None:
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    save_file(contiguous, path, metadata={"about": json.dumps(about, sort_keys=True)})


def open_tensors(path: str | Path) -> Any:
    try:
        return safe_open(path, framework="np")
    except SafetensorError as error:
        raise InputError(f"{path} is not a complete safetensors file: {error}") from error
