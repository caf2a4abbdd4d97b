"""Activation functions by name: those of torch.nn, and a user's own."""

import importlib
import inspect
import math
from typing import Any

import torch
from torch import nn

# The gain multiplies the bound of Xavier's initial weights; functions not named here have that of
# ReLU. As sigmoid(2 z) = (1 + tanh z) / 2, weights four times those of tanh, with the biases of
# `topodnn.networks.stacks.draw_network`, make the hidden layers of sigmoid start as those of tanh.
GAINS = {"identity": 1.0, "tanh": 5 / 3, "sigmoid": 4 * 5 / 3, "selu": 0.75}
DEFAULT_GAIN = math.sqrt(2)
# Every activation of torch.nn that acts on each number by itself. PReLU (which learns) and RReLU
# (which is random) are left out: the function would differ between the networks of a stack.
ACTIVATIONS = {
    "celu": nn.CELU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "hardshrink": nn.Hardshrink,
    "hardsigmoid": nn.Hardsigmoid,
    "hardswish": nn.Hardswish,
    "hardtanh": nn.Hardtanh,
    "identity": nn.Identity,  # a linear classifier, to compare with
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
        A key of ``ACTIVATIONS``, such as ``"relu"``, ``"leaky_relu"``, ``"tanh"`` or ``"gelu"``;
        the name of a class of ``torch.nn``, such as ``"Threshold"``; or ``"module:Name"``, a class
        on the Python path, whose module is imported.
    parameters : dict, optional
        Keyword arguments of the class, such as ``{"negative_slope": 0.2}``.

    Raises
    ------
    ValueError
        If there is no such name or parameter, if the class has weights, or if it does not act on
        each number by itself and always in the same way.
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
    """A class of torch.nn or, given as ``module:Name``, of any module."""
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
    """Refuse a function that the networks of a stack cannot share."""
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
