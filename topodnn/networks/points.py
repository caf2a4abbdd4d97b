"""The points at the layers of a batch of networks as a safetensors file.

Its arrays are labels, network_00.layer_00 (points, features), ..., network_00.predicted; ``about``,
a JSON text in the metadata, says what the networks are.
"""

from pathlib import Path
from typing import Any

import numpy as np

from topodnn.networks.tensors import Tensors, check_networks, write_tensors


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


def classes_by(class_by: str, predicted: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The class of which each point is counted, (n_points,) int64.

    Parameters
    ----------
    class_by : {'prediction', 'label', 'correct'}
        The class that the network predicts, as in the paper; the true one; or the true one where
        the network predicts it, and −1, no class, where it predicts another.
    predicted, labels : ndarray of shape (n_points,)
        Predicted and true classes.
    """
    if class_by == "label":
        return labels
    return np.where(predicted == labels, labels, -1) if class_by == "correct" else predicted


class Activations:
    """Points at the layers of a batch of networks, read from the file one layer at a time.

    `wanted` is as in :func:`topodnn.networks.files.read_networks`.
    """

    def __init__(self, path: str | Path, wanted: dict[str, Any] | None = None):
        with Tensors(path) as tensors:
            self.about = tensors.about
            self.n_layers = sum(name.startswith("network_00.layer_") for name in tensors.names)
        check_networks(path, self.about, wanted)
        self._path = path

    def _get(self, name: str) -> np.ndarray:
        with Tensors(self._path) as tensors:
            return tensors[name]

    def labels(self) -> np.ndarray:
        """True class, (n_points,) int64."""
        return self._get("labels")

    def predicted(self, network: int) -> np.ndarray:
        """Class that the network predicts, (n_points,) int64."""
        return self._get(f"network_{network:02d}.predicted")

    def layer(self, network: int, layer: int) -> np.ndarray:
        """Points at a layer, (n_points, n_out) float32; layer 0 is the input."""
        return self._get(f"network_{network:02d}.layer_{layer:02d}")
