"""A batch of networks as a safetensors file.

Its arrays are layer_00.weight (seeds, out, in), layer_00.bias, ..., input_mean and input_scale. The
entry ``about`` in the metadata describes the networks, as JSON.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from topodnn.networks.tensors import Tensors, check_networks, write_tensors


class Networks(NamedTuple):
    """A stack of networks as it is stored in a file.

    weights, biases : lists of arrays (n_networks, n_out, n_in) and (n_networks, n_out), one per
    layer; input_mean (n_features,) and input_scale (1,) standardise the points; about : dict with
    seeds, widths, activation, activation_parameters, protocol and more; residual, as in
    :mod:`topodnn.networks.residual`, is false where a file does not say it.
    """

    weights: list[np.ndarray]
    biases: list[np.ndarray]
    input_mean: np.ndarray
    input_scale: np.ndarray
    about: dict[str, Any]


def write_networks(path: str | Path, networks: Networks) -> None:
    """Write a stack of networks with the seeds in the leading dimension."""
    tensors = {"input_mean": networks.input_mean, "input_scale": networks.input_scale}
    for i, (weight, bias) in enumerate(zip(networks.weights, networks.biases, strict=True)):
        tensors[f"layer_{i:02d}.weight"] = weight
        tensors[f"layer_{i:02d}.bias"] = bias
    write_tensors(path, tensors, networks.about)


def read_networks(path: str | Path, wanted: dict[str, Any] | None = None) -> Networks:
    """Read what :func:`write_networks` wrote, and check that it is what is `wanted`.

    `wanted` and errors are those of :func:`check_networks`.
    """
    with Tensors(path) as tensors:
        check_networks(path, tensors.about, wanted)
        layers = range(sum(name.endswith(".weight") for name in tensors.names))
        return Networks(
            [tensors[f"layer_{i:02d}.weight"] for i in layers],
            [tensors[f"layer_{i:02d}.bias"] for i in layers],
            tensors["input_mean"],
            tensors["input_scale"],
            tensors.about,
        )
