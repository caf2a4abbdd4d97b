"""The points at every layer of a stack of networks."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from topodnn.datasets.files import Data
from topodnn.networks.activations import make_activation
from topodnn.networks.files import Networks
from topodnn.networks.stacks import POINTS_PER_PASS, Stack, layer_outputs, take


def network_layers(data: Data, networks: Networks, chosen: list[int] | None = None) -> Iterator:
    """Feed all points to networks from a file: to all of them, or to those chosen by position.

    Yields
    ------
    list of ndarray of shape (n_points, n_out), float32
        As in :func:`layer_points`.
    """
    stack, points, activation = as_seen(data.points, networks)
    stack = take(stack, slice(None) if chosen is None else chosen)
    yield from layer_points(stack, points, activation, networks.about.get("residual", False))


def as_seen(points: np.ndarray, networks: Networks) -> tuple[Stack, np.ndarray, nn.Module]:
    """The stack of a file, points (n_points, n_features) as it sees them, and its activation."""
    about = networks.about
    stack = [
        (torch.as_tensor(weight), torch.as_tensor(bias))
        for weight, bias in zip(networks.weights, networks.biases, strict=True)
    ]
    seen = ((points - networks.input_mean) / networks.input_scale).astype(np.float32)
    function = about.get("function", about["activation"])
    return stack, seen, make_activation(function, about["activation_parameters"])


@torch.no_grad()
def layer_points(
    stack: Stack, points: np.ndarray, activation: nn.Module, residual: bool = False
) -> Iterator[list]:
    """Feed all points to one network after the other.

    Parameters
    ----------
    stack : Stack
    points : ndarray of shape (n_points, n_features), float32
        As the networks saw them in training, that is standardised if the protocol says so.
    activation : torch.nn.Module
    residual : bool
        As in :func:`topodnn.networks.stacks.layer_outputs`.

    Yields
    ------
    list of ndarray of shape (n_points, n_out), float32
        One list per network, with its layers: first the input (layer 0), then each hidden layer
        after its activation, last the logits.
    """
    device = stack[0][0].device
    for i in range(len(stack[0][0])):
        network = take(stack, [i])
        parts = [
            [part]
            + [
                out[0].T.cpu()
                for out in layer_outputs(network, part.T[None].to(device), activation, residual)
            ]
            for part in torch.as_tensor(points).split(POINTS_PER_PASS)
        ]
        yield [torch.cat(layer).numpy() for layer in zip(*parts, strict=True)]


def predicted_class(logits: np.ndarray) -> np.ndarray:
    """Class of the largest logit, the first of equal ones; shape (n_points,), int64."""
    return logits.argmax(axis=1).astype(np.int64)


def sums_before_activation(
    networks: Networks, position: int, layers: list[np.ndarray]
) -> list[np.ndarray]:
    """The points at every layer before its activation: weights times the layer before, and bias.

    Parameters
    ----------
    networks : Networks
    position : int
        Of the network in the batch.
    layers : list of ndarray
        From :func:`network_layers`.

    Returns
    -------
    list of ndarray of shape (n_points, n_out), float32
        The input and the logits, which have no activation, as they are.
    """
    sums = [
        before @ weight[position].T + bias[position]
        for before, weight, bias in zip(layers, networks.weights, networks.biases, strict=False)
    ]
    return [layers[0], *sums[:-1], layers[-1]]
