"""Fully connected networks, a stack of them at a time.

A stack is a list of ``(weight, bias)`` pairs, one a layer, with the networks in the leading
dimension: weight (n_networks, n_out, n_in) and bias (n_networks, n_out), as in ``torch.nn.Linear``
with one dimension more. All networks of a stack see points in one batched matrix product a layer;
points lie in columns there, (n_networks, n_features, n_points): these products of narrow matrices
are faster so (benchmarks/README.md).
"""

import importlib
import inspect
import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import nn

from topodnn.errors import InputError

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
    """Build an activation from its name.

    Parameters
    ----------
    name : str
        Of ``ACTIVATIONS``, such as ``"relu"``, ``"leaky_relu"``, ``"tanh"`` or ``"gelu"``; of a
        class of ``torch.nn``, such as ``"Threshold"``; or ``"module:Name"``, a class on the Python
        path. The module is imported.
    parameters : dict, optional
        Its keyword arguments, such as ``{"negative_slope": 0.2}``.

    Raises
    ------
    ValueError
        If there is no such name or parameter, or if the class has weights or does not act on each
        number by itself, always in the same way.
    """
    cls = ACTIVATIONS.get(name) or _own_class(name)
    known = set(inspect.signature(cls).parameters) - {"inplace"}
    for key in parameters or {}:
        if key not in known:
            raise ValueError(
                f"activation {name!r} has no parameter {key!r}; "
                f"it takes {', '.join(sorted(known)) or 'none'}"
            )
    function = cls(**(parameters or {}))
    if name not in ACTIVATIONS:
        _check_own(name, function)
    return function


def _own_class(name: str) -> type[nn.Module]:
    """A class of torch.nn or, as ``module:Name``, of any module."""
    module, colon, attribute = name.rpartition(":")
    try:
        found = getattr(importlib.import_module(module) if colon else nn, attribute, None)
    except ImportError as error:
        raise ValueError(f"activation {name!r}: {error}") from error
    if isinstance(found, type) and issubclass(found, nn.Module):
        return found
    if colon:
        raise ValueError(
            f"activation is {name!r}, but the module has no class {attribute!r} of torch.nn.Module"
        )
    raise ValueError(f"activation is {name!r}, but must be one of {', '.join(ACTIVATIONS)}")


@torch.no_grad()
def _check_own(name: str, function: nn.Module) -> None:
    """Refuse what a stack of networks cannot share."""
    if function.state_dict():
        raise ValueError(f"activation {name!r} has weights of its own, which are not trained here")
    points = torch.linspace(-3, 3, 12).reshape(3, 4)
    with torch.random.fork_rng([]):
        found = function(points.clone())
        if found.shape == points.shape:
            one_by_one = torch.stack([function(x.reshape(1)) for x in points.ravel()])
            if torch.allclose(one_by_one.view_as(points), found, equal_nan=True):
                return
    raise ValueError(
        f"activation {name!r} does not act on each number by itself, always in the same way"
    )


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


def load(
    source: str | Path | Mapping[str, torch.Tensor],
    activation: str | nn.Module = "relu",
    activation_parameters: dict[str, Any] | None = None,
) -> nn.Sequential:
    """A fully connected network from a plain state_dict, whatever its layers are called.

    Parameters
    ----------
    source : path or mapping of str to torch.Tensor
        A state_dict, or a file of one: of ``torch.save``, or safetensors.
    activation : str or torch.nn.Module
        After every layer but the last; a name as in :func:`make_activation`.
    activation_parameters : dict, optional
        As in :func:`make_activation`.

    Returns
    -------
    torch.nn.Sequential
        Of torch.nn.Linear and the activation in turn, the last layer without.

    Raises
    ------
    InputError
        As :func:`linear_layers`.
    ValueError
        If the activation is not known.
    """
    function = activation
    if isinstance(activation, str):
        function = make_activation(activation, activation_parameters)
    modules = []
    for weight, bias in linear_layers(source):
        linear = nn.utils.skip_init(
            nn.Linear, weight.shape[1], weight.shape[0], bias=bias is not None, dtype=weight.dtype
        )
        linear.load_state_dict({"weight": weight} | ({} if bias is None else {"bias": bias}))
        modules += [linear, function]
    return nn.Sequential(*modules[:-1])


def linear_layers(
    source: str | Path | Mapping[str, torch.Tensor],
) -> list[tuple[torch.Tensor, torch.Tensor | None]]:
    """The weights and biases of the Linear layers of a state_dict, from the input on.

    The layers stand in the order of the state_dict if each takes what the one before gives; else
    in the one order in which they do. A bias is that of the weight whose name differs in its last
    part only; where names do not tell, there are as many biases as weights, in the same order.

    Parameters
    ----------
    source : path or mapping of str to torch.Tensor

    Returns
    -------
    list of (weight (n_out, n_in), bias (n_out,) or None)

    Raises
    ------
    InputError
        If a tensor belongs to no Linear layer, or the layers do not make one chain.
    """
    from topodnn.files import read_state_dict  # here: files of networks alone need pandas

    tensors, where = source, "the state_dict"
    if isinstance(source, (str, Path)):
        tensors, where = read_state_dict(source), str(source)
    weights = {name: tensor for name, tensor in tensors.items() if tensor.ndim == 2}
    biases = {name: tensor for name, tensor in tensors.items() if tensor.ndim == 1}
    for name, tensor in tensors.items():
        if tensor.ndim not in (1, 2) or not tensor.is_floating_point():
            raise InputError(
                f"{where}: {name!r} has shape {tuple(tensor.shape)} and type {tensor.dtype}, which "
                "no fully connected layer has; give the module itself to topodnn.profile"
            )
    if not weights:
        raise InputError(f"{where} has no matrix, so no fully connected layer")
    pairs = _with_biases(weights, biases, where)
    order = list(pairs)
    if any(a.shape[0] != b.shape[1] for (a, _), (b, _) in pairwise(pairs.values())):
        order = _chain({name: tuple(weight.shape) for name, weight in weights.items()}, where)
    return [pairs[name] for name in order]


def _with_biases(weights: dict, biases: dict, where: str) -> dict:
    """Weight name → (weight, its bias or None)."""
    by_layer = {name.rpartition(".")[0]: name for name in weights}
    own = {by_layer.get(name.rpartition(".")[0]): name for name in biases}
    if len(by_layer) < len(weights) or len(own) < len(biases):  # names do not tell the layers apart
        if len(biases) not in (0, len(weights)):
            raise InputError(
                f"{where} has {len(biases)} vectors for {len(weights)} matrices, and their names "
                "do not say which belong together"
            )
        own = dict(zip(weights, biases, strict=bool(biases)))
    if None in own:
        raise InputError(
            f"{where}: {own[None]!r} is a vector of no matrix, so the network is not of fully "
            "connected layers alone; give the module itself to topodnn.profile"
        )
    pairs = {}
    for name, weight in weights.items():
        bias = biases[own[name]] if name in own else None
        if bias is not None and len(bias) != len(weight):
            raise InputError(
                f"{where}: {own[name]!r} has {len(bias)} numbers, but {name!r} of shape "
                f"{tuple(weight.shape)} needs {len(weight)}"
            )
        pairs[name] = (weight, bias)
    return pairs


def _chain(shapes: dict[str, tuple[int, int]], where: str) -> list[str]:
    """The one order in which every layer takes what the layer before gives.

    Layers of the same shape stay in the order in which they are given.
    """
    waiting: dict[tuple[int, int], list[str]] = {}
    for name, shape in shapes.items():
        waiting.setdefault(shape, []).append(name)
    left = {shape: len(names) for shape, names in waiting.items()}
    chains: list[list[tuple[int, int]]] = []

    def extend(chain: list[tuple[int, int]]) -> None:
        if len(chain) == len(shapes):
            chains.append(list(chain))
        for shape in left:
            fits = not chain or chain[-1][0] == shape[1]
            if left[shape] and fits and len(chains) < 2:
                left[shape] -= 1
                extend([*chain, shape])
                left[shape] += 1

    extend([])
    if len(chains) != 1:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        number = "no" if not chains else "more than one"
        raise InputError(
            f"{where}: the matrices {listed}, each (n_out, n_in), make {number} chain of layers in "
            "which each takes what the one before gives"
        )
    return [waiting[shape].pop(0) for shape in chains[0]]
