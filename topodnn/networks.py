"""Fully connected networks, a stack of them at a time.

A stack is a list of ``(weight, bias)`` pairs, one a layer, with the networks in the leading
dimension: weight (n_networks, n_out, n_in) and bias (n_networks, n_out), as in ``torch.nn.Linear``
with one dimension more. All networks of a stack see points in one batched matrix product a layer;
points lie in columns there, (n_networks, n_features, n_points): these products of narrow matrices
are faster so (benchmarks/README.md).
"""

import inspect
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import torch
from torch import nn

Stack = list[tuple[torch.Tensor, torch.Tensor]]

# Xavier's bound is multiplied by the gain. For functions not named here: that of a rectifier. As
# sigmoid(2 z) = (1 + tanh z) / 2, weights four times those of tanh, with the biases of
# `draw_network`, make the hidden layers of sigmoid start as those of tanh.
GAINS = {"tanh": 5 / 3, "sigmoid": 4 * 5 / 3, "selu": 0.75}
DEFAULT_GAIN = math.sqrt(2)
# Layers of all points are computed in parts of this many, so that they do not fill the memory.
POINTS_PER_PASS = 10_000


# Every activation of torch.nn that acts on each number by itself. PReLU (it learns) and RReLU (it
# is random) are left out: the function would differ between the networks of a stack.
ACTIVATIONS = {
    "celu": nn.CELU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "hardshrink": nn.Hardshrink,
    "hardsigmoid": nn.Hardsigmoid,
    "hardswish": nn.Hardswish,
    "hardtanh": nn.Hardtanh,
    "leaky_relu": nn.LeakyReLU,
    "logsigmoid": nn.LogSigmoid,
    "mish": nn.Mish,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "softshrink": nn.Softshrink,
    "softsign": nn.Softsign,
    "tanh": nn.Tanh,
    "tanhshrink": nn.Tanhshrink,
}


def make_activation(name: str, parameters: dict[str, Any] | None = None) -> nn.Module:
    """Build an activation of ``torch.nn`` from its name.

    Parameters
    ----------
    name : str
        Such as ``"relu"``, ``"leaky_relu"``, ``"tanh"`` or ``"gelu"``.
    parameters : dict, optional
        Its keyword arguments, such as ``{"negative_slope": 0.2}``.

    Raises
    ------
    ValueError
        If the name is not one of ``ACTIVATIONS`` or a parameter is unknown.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation is {name!r}, but must be one of {', '.join(ACTIVATIONS)}")
    cls = ACTIVATIONS[name]
    known = set(inspect.signature(cls).parameters) - {"inplace"}
    for key in parameters or {}:
        if key not in known:
            raise ValueError(
                f"activation {name!r} has no parameter {key!r}; "
                f"it takes {', '.join(sorted(known)) or 'none'}"
            )
    return cls(**(parameters or {}))


def draw_network(
    widths: list[int],
    initial_weights: str,
    gain: float,
    activation: nn.Module,
    generator: torch.Generator,
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Draw one network.

    Parameters
    ----------
    widths : list of int
        Features of the input, neurons of each hidden layer, number of classes.
    initial_weights : str
        ``"glorot"``: Xavier-uniform weights times `gain`, zero biases. ``"centred"``: the same
        weights, and biases that make the sums of a layer zero when every neuron before it gives
        f(0): no bias for ReLU and tanh, where f(0) = 0. Without them the sums of a sigmoid layer,
        f(0) = 1/2, lie far from zero, where the function is flat, and deep networks do not learn.
        ``"torch"``: weights and biases as torch.nn.Linear draws them, whatever `gain`.
    gain : float
    activation : torch.nn.Module
    generator : torch.Generator
        On the CPU, so that the same seed draws the same network on every device.

    Returns
    -------
    list of (weight (n_out, n_in), bias (n_out,))
        Source of the weights: Glorot and Bengio, "Understanding the difficulty of training deep
        feedforward neural networks", AISTATS 2010.
    """

    def uniform(bound: float, *shape: int) -> torch.Tensor:
        return (2 * torch.rand(*shape, generator=generator) - 1) * bound

    at_rest = activation(torch.zeros(()))
    layers = []
    for n_in, n_out in pairwise(widths):
        if initial_weights == "torch":
            bound = 1 / math.sqrt(n_in)
            layers.append((uniform(bound, n_out, n_in), uniform(bound, n_out)))
            continue
        weight = uniform(gain * math.sqrt(6 / (n_in + n_out)), n_out, n_in)
        centred = initial_weights == "centred" and layers
        bias = -at_rest * weight.sum(dim=1) if centred else torch.zeros(n_out)
        layers.append((weight, bias))
    return layers


def stack_networks(networks: list[list[tuple[torch.Tensor, torch.Tensor]]]) -> Stack:
    """Put networks of the same widths into one stack, in the order given."""
    return [
        (torch.stack([w for w, _ in layer]), torch.stack([b for _, b in layer]))
        for layer in zip(*networks, strict=True)
    ]


def take(stack: Stack, index: Any) -> Stack:
    """The networks of a stack that `index` (a mask, a list or a slice) selects."""
    return [(weight[index], bias[index]) for weight, bias in stack]


def layer_outputs(stack: Stack, points: torch.Tensor, activation: nn.Module) -> Iterator:
    """Yield what each layer gives, hidden layers after their activation, last the logits.

    Parameters
    ----------
    stack : Stack
    points : torch.Tensor of shape (n_networks, n_features, n_points)
    activation : torch.nn.Module

    Yields
    ------
    torch.Tensor of shape (n_networks, n_out, n_points)
    """
    *hidden, (last_weight, last_bias) = stack
    for weight, bias in hidden:
        points = activation(torch.baddbmm(bias.unsqueeze(2), weight, points))
        yield points
    yield torch.baddbmm(last_bias.unsqueeze(2), last_weight, points)


def logits(stack: Stack, points: torch.Tensor, activation: nn.Module) -> torch.Tensor:
    """The last layer of :func:`layer_outputs`, shape (n_networks, n_classes, n_points)."""
    *_, last = layer_outputs(stack, points, activation)
    return last
