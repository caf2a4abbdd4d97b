"""A user's own trained networks: the fully connected layers of a state_dict."""

import copy
import pickle
import re
import zipfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn

from topodnn.errors import InputError
from topodnn.networks.activations import make_activation
from topodnn.networks.residual import Residual, skips


def load(
    source: str | Path | Mapping[str, torch.Tensor],
    activation: str | nn.Module = "relu",
    activation_parameters: dict[str, Any] | None = None,
    *,
    residual: bool = False,
) -> nn.Sequential:
    """Build a fully connected network from a plain state_dict, whatever its layers are called.

    Parameters
    ----------
    source : path or mapping of str to torch.Tensor
        A state_dict, or a file with one, from ``torch.save`` or in safetensors format.
    activation : str or torch.nn.Module
        Follows every layer but the last; a module, or a name as in :func:`make_activation`.
    activation_parameters : dict, optional
        As in :func:`make_activation`.
    residual : bool
        Whether hidden layers as wide as the layer before compute h + f(W h + b).

    Returns
    -------
    torch.nn.Sequential
        torch.nn.Linear and the activation in turn, without an activation at the end; a residual
        layer is one :class:`topodnn.networks.residual.Residual` of both.

    Raises
    ------
    InputError
        As in :func:`linear_layers`.
    ValueError
        If the activation is not known.
    """
    function = activation
    if isinstance(activation, str):
        function = make_activation(activation, activation_parameters)
    modules, layers = [], linear_layers(source)
    for (weight, bias), skip in zip(layers, skips([w for w, _ in layers], residual), strict=True):
        linear = nn.utils.skip_init(
            nn.Linear, weight.shape[1], weight.shape[0], bias=bias is not None, dtype=weight.dtype
        )
        linear.load_state_dict({"weight": weight} | ({} if bias is None else {"bias": bias}))
        # A copy: a module that is shared has one name, and could not be a layer here but not there.
        modules += [Residual(linear, copy.deepcopy(function))] if skip else [linear, function]
    return nn.Sequential(*modules[:-1])


def linear_layers(
    source: str | Path | Mapping[str, torch.Tensor],
) -> list[tuple[torch.Tensor, torch.Tensor | None]]:
    """The weights and biases of the Linear layers of a state_dict, from the input on.

    The layers keep the order of the state_dict if each takes the features that the one before
    gives; else they are put in the only order in which each does. A bias belongs to the weight
    whose name differs only in its last part. Where names do not tell, there must be as many biases
    as weights, or none, and both are taken in the same order.

    Parameters
    ----------
    source : path or mapping of str to torch.Tensor

    Returns
    -------
    list of (weight (n_out, n_in), bias (n_out,) or None)

    Raises
    ------
    InputError
        If a tensor belongs to no Linear layer, or the layers do not form exactly one chain.
    """
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
    """The only order in which every layer takes the features that the layer before gives.

    Layers of the same shape keep the order in which they are given.
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


def read_state_dict(path: str | Path) -> dict[str, Any]:
    """Read the state_dict of a torch module from a file of ``torch.save`` or safetensors.

    Returns
    -------
    dict of str to torch.Tensor
        On the CPU. From a checkpoint with several entries, ``state_dict``, ``model_state_dict`` or
        ``model`` is taken. Safetensors do not keep the order: their names are sorted, numbers as
        numbers.

    Raises
    ------
    InputError
        If the file is anything else. Nothing is unpickled but tensors in plain containers.
    """
    if str(path).endswith(".safetensors"):
        import safetensors.torch  # here: only such files need it

        try:
            tensors = safetensors.torch.load_file(path)
        except SafetensorError as error:
            raise InputError(f"{path} is not a complete safetensors file: {error}") from error
        return {name: tensors[name] for name in sorted(tensors, key=_numbers_as_numbers)}
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} is no file of torch.save with tensors only; write "
            "torch.save(model.state_dict(), path)"
        ) from error
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    values = list(found.values()) if isinstance(found, dict) else [found]
    wrong = [type(value).__name__ for value in values if not isinstance(value, torch.Tensor)]
    if wrong or not isinstance(found, dict):
        raise InputError(
            f"{path} holds a {(wrong or [type(found).__name__])[0]}, but must hold a state_dict of "
            "tensors; write torch.save(model.state_dict(), path)"
        )
    return dict(found)


def _numbers_as_numbers(name: str) -> list:
    """A sort key that puts layer.2 before layer.10, and each weight before its bias."""
    parts = re.split(r"(\d+)", name.replace("bias", "\uffff"))
    return [(part.isdigit(), int(part) if part.isdigit() else part) for part in parts]
