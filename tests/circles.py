"""A circle in a circle, and networks that are trained to tell them apart."""

import numpy as np
import torch

from topodnn.networks.protocols import resolve_protocol
from topodnn.networks.training import train_networks

SMALL = {
    "protocol": "fast",
    "epochs": 30,
    "batch_size": 50,
    "learning_rate": 0.02,
    "max_trials": 2,
    "max_held_out_error": 0.05,
}
PROTOCOL = resolve_protocol(SMALL, "relu", [12])


def two_circles(n_points: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A circle in a circle: easy for two hidden layers, impossible for none."""
    rng = np.random.default_rng(0)
    angle, labels = rng.uniform(0, 2 * np.pi, n_points), np.arange(n_points) % 2
    points = (1 + labels)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points.astype(np.float32), labels, rng.random(n_points) < 0.2


def train(
    widths=(2, 12, 12, 2), seeds=(0, 1, 2), activation="relu", checkpoint_path=None,
    report=lambda *_: None, code="", residual=False, **changes,
):  # fmt: skip
    points, labels, held_out = two_circles()
    return train_networks(
        points,
        labels,
        held_out,
        widths=list(widths),
        activation=activation,
        activation_parameters={},
        seeds=list(seeds),
        protocol=resolve_protocol(SMALL | changes, activation, list(widths[1:-1])),
        device=torch.device("cpu"),
        checkpoint_path=checkpoint_path,
        report=report,
        code=code,
        residual=residual,
    )
