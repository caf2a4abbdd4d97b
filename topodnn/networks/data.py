"""The points and labels that networks are trained on, and those that are held out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from topodnn.networks.trials import generator


def standardisation(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean of each feature and one standard deviation over all of them.

    One factor for all features keeps the shape, so the input that the network sees has the same
    neighbours, hence the same Betti numbers, as the data set.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)

    Returns
    -------
    mean : ndarray of shape (n_features,)
    deviation : float
    """
    mean = points.mean(axis=0)
    return mean, float(np.sqrt(((points - mean) ** 2).mean()))


def is_trained_on(held_out: np.ndarray, protocol: dict[str, Any]) -> np.ndarray:
    """Which points, (n_points,) bool, the training sees: all where it holds none out."""
    return ~held_out if protocol["hold_out"] else np.ones_like(held_out)


class TrainingData:
    """The training points and the held-out points of a data set, on the device.

    Parameters
    ----------
    points, labels, held_out
        As in :func:`topodnn.networks.training.train_networks`.
    protocol : dict
        From :func:`topodnn.networks.protocols.resolve_protocol`.
    device : torch.device

    Attributes
    ----------
    train_points, held_out_points : torch.Tensor of shape (n_features, n)
        By feature, as the layers take them.
    class_weights : torch.Tensor of shape (n_classes,) or None
    """

    def __init__(
        self,
        points: np.ndarray,
        labels: np.ndarray,
        held_out: np.ndarray,
        protocol: dict[str, Any],
        device: torch.device,
    ) -> None:
        def move(array: np.ndarray) -> torch.Tensor:
            return torch.as_tensor(array, device=device)

        trained_on = is_trained_on(held_out, protocol)
        self.train_points = move(points[trained_on].astype(np.float32).T.copy())
        self._train_labels = move(labels[trained_on].astype(np.int64))
        self.held_out_points = move(points[held_out].astype(np.float32).T.copy())
        self._held_out_labels = move(labels[held_out].astype(np.int64))
        self._shuffle = protocol["shuffle_labels"]
        self.class_weights = None
        if protocol["class_weights"] == "balanced":
            n_points = np.bincount(labels[trained_on], minlength=labels.max() + 1)
            weights = n_points.sum() / (len(n_points) * np.maximum(n_points, 1))
            self.class_weights = move(weights.astype(np.float32))

    def train_labels(self, seeds: Sequence[int]) -> torch.Tensor:
        """What networks are to learn of the training points, (n_networks, n).

        Where labels are shuffled, each network has an order of its own, that of its seed, in all
        its trials; of each class there are as many as before.
        """
        labels = self._train_labels
        if not self._shuffle:
            return labels.expand(len(seeds), -1)
        orders = [torch.randperm(len(labels), generator=generator(seed, 0, 2)) for seed in seeds]
        return labels[torch.stack(orders).to(labels.device)]

    def held_out_labels(self, n_networks: int) -> torch.Tensor:
        """The true labels of the held-out points, (n_networks, n)."""
        return self._held_out_labels.expand(n_networks, -1)
