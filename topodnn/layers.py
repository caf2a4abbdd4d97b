"""The points at every layer of a stack of networks."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from topodnn.networks import Stack, layer_outputs, take

POINTS_PER_PASS = 10_000


@torch.no_grad()
def layer_points(stack: Stack, points: np.ndarray, activation: nn.Module) -> Iterator[list]:
    """Feed all points to one network after the other.

    Parameters
    ----------
    stack : Stack
    points : ndarray of shape (n_points, n_features), float32
        As the networks were trained on them, that is standardised.
    activation : torch.nn.Module

    Yields
    ------
    list of ndarray of shape (n_points, n_out), float32
        For each network of the stack, its layers: 0 is the input, then each hidden layer after its
        activation, last the logits.
    """
    device = stack[0][0].device
    for i in range(len(stack[0][0])):
        network = take(stack, [i])
        parts = [
            [part]
            + [out[0].cpu() for out in layer_outputs(network, part[None].to(device), activation)]
            for part in torch.as_tensor(points).split(POINTS_PER_PASS)
        ]
        yield [torch.cat(layer).numpy() for layer in zip(*parts, strict=True)]


def predicted_class(logits: np.ndarray) -> np.ndarray:
    """Class of the largest logit, the first one of equal ones; shape (n_points,), int64."""
    return logits.argmax(axis=1).astype(np.int64)
