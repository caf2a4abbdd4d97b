"""Fully connected networks, a stack of them at a time.

A stack is a list of ``(weight, bias)`` pairs, one per layer, with the networks in the leading
dimension: weight (n_networks, n_out, n_in) and bias (n_networks, n_out), as in ``torch.nn.Linear``
with one more dimension. One batched matrix product per layer serves all networks of a stack. Points
are columns in it, (n_networks, n_features, n_points), since products of such narrow matrices are
faster that way (benchmarks/README.md).
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from topodnn.networks.residual import skips

Stack = list[tuple[torch.Tensor, torch.Tensor]]
# Points pass through the layers in parts of this size, so that they do not fill the memory.
POINTS_PER_PASS = 10_000


def draw_network(
    widths: list[int],
    initial_weights: str,
    gain: float,
    activation: nn.Module,
    generator: torch.Generator,
    residual: bool = False,
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Draw the initial weights of one network.

    Parameters
    ----------
    widths : list of int
        Features of the input, neurons of each hidden layer, number of classes.
    initial_weights : str
        ``"glorot"``: Xavier-uniform weights times `gain`, zero biases. ``"centred"``: the same
        weights, and biases that make the sums of a layer zero when every neuron before it gives
        f(0). For ReLU and tanh, f(0) = 0, these biases are zero. Without them the sums of a sigmoid
        layer, f(0) = 1/2, lie far from zero, where the function is flat, and deep networks do not
        learn. ``"torch"``: weights and biases as torch.nn.Linear draws them, whatever the `gain`.
    gain : float
    activation : torch.nn.Module
    generator : torch.Generator
        On the CPU, so that the same seed draws the same network on every device.
    residual : bool
        As in :func:`topodnn.networks.residual.skips`. Where the biases are centred, what a neuron
        gives at rest is f(0) more after each residual layer.

    Returns
    -------
    list of (weight (n_out, n_in), bias (n_out,))
        Source of the weights: Glorot and Bengio, "Understanding the difficulty of training deep
        feedforward neural networks", AISTATS 2010.
    """

    def uniform(bound: float, *shape: int) -> torch.Tensor:
        return (2 * torch.rand(*shape, generator=generator) - 1) * bound

    of_function = activation(torch.zeros(()))
    at_rest, layers = of_function, []
    for n_in, n_out in pairwise(widths):
        if initial_weights == "torch":
            bound = 1 / math.sqrt(n_in)
            layers.append((uniform(bound, n_out, n_in), uniform(bound, n_out)))
            continue
        weight = uniform(gain * math.sqrt(6 / (n_in + n_out)), n_out, n_in)
        centred = initial_weights == "centred" and layers
        bias = -at_rest * weight.sum(dim=1) if centred else torch.zeros(n_out)
        if residual and n_in == n_out and layers:
            at_rest = at_rest + of_function
        layers.append((weight, bias))
    return layers


def stack_networks(networks: list[list[tuple[torch.Tensor, torch.Tensor]]]) -> Stack:
    """Put networks of the same widths into one stack, in the order given."""
    return [
        (torch.stack([w for w, _ in layer]), torch.stack([b for _, b in layer]))
        for layer in zip(*networks, strict=True)
    ]


def as_stack(tensors: list[torch.Tensor]) -> Stack:
    """Pair the weights and biases of a stack, given in turn, by layer."""
    return list(zip(tensors[::2], tensors[1::2], strict=True))


def take(stack: Stack, index: Any) -> Stack:
    """The networks of a stack that `index` selects: a mask, a list, a slice or one number."""
    return [(weight[index], bias[index]) for weight, bias in stack]


def layer_outputs(
    stack: Stack, points: torch.Tensor, activation: nn.Module, residual: bool = False
) -> Iterator:
    """Yield the output of each layer: hidden layers after their activation, last the logits.

    Parameters
    ----------
    stack : Stack
    points : torch.Tensor of shape (n_networks, n_features, n_points)
    activation : torch.nn.Module
    residual : bool
        Whether hidden layers as wide as the layer before add its output to their own.

    Yields
    ------
    torch.Tensor of shape (n_networks, n_out, n_points)
    """
    *hidden, (last_weight, last_bias) = stack
    for (weight, bias), skip in zip(hidden, skips([w for w, _ in stack], residual), strict=False):
        found = activation(torch.baddbmm(bias.unsqueeze(2), weight, points))
        points = points + found if skip else found
        yield points
    yield torch.baddbmm(last_bias.unsqueeze(2), last_weight, points)


def logits(
    stack: Stack, points: torch.Tensor, activation: nn.Module, residual: bool = False
) -> torch.Tensor:
    """The last output of :func:`layer_outputs`, shape (n_networks, n_classes, n_points)."""
    *_, last = layer_outputs(stack, points, activation, residual)
    return last
