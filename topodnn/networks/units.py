"""What the layers of networks do at the points: dead and saturated units, rank of the Jacobian."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import nn

from topodnn.networks.residual import skips
from topodnn.networks.stacks import Stack, layer_outputs, take

FLAT = 1e-6  # a derivative of less is none: no gradient of single precision passes it
SATURATED = 0.05  # tanh is this flat from |z| = 2.2 on, where it is 0.975
# Points of a network at which units, and the rank, are looked at: more take longer and say no more.
N_POINTS, N_JACOBIANS = 5000, 200


def unit_measures(
    stack: Stack,
    points: np.ndarray,
    activation: nn.Module,
    seeds: Sequence[int],
    residual: bool = False,
) -> pd.DataFrame:
    """Dead and saturated units and the rank of the Jacobian, for every layer of every network.

    A unit gives f(z), z being its sum of weighted inputs and f the activation; f' is found by
    autograd, so that f may be any. In a residual layer, h + f(W h + b), f' is that of f alone: a
    dead unit passes its input on.

    Parameters
    ----------
    stack : Stack
    points : ndarray of shape (n_points, n_features), float32
        The training points, as the networks saw them.
    activation : torch.nn.Module
    seeds : sequence of int
        One per network. Networks with a weight or bias that is not finite are left out.
    residual : bool
        As in :func:`topodnn.networks.stacks.layer_outputs`.

    Returns
    -------
    DataFrame
        One row per network and layer, from layer 1: seed, layer; dead, the share of units with
        |f'(z)| < 1e-6 at every point; saturated, the share of pairs of unit and point with
        |f'(z)| < 0.05, both of 5,000 points spread evenly over the training points; jacobian_rank,
        the mean numerical rank of the Jacobian of the map from the layer before to this one,
        diag(f'(z)) W, plus the identity where the layer is residual, at 200 of them. The last layer
        has no activation: there dead and saturated are missing. The rank is missing where a number
        is not finite.
    """
    points = points[_spread(len(points), N_POINTS)]
    spread, columns = _spread(len(points), N_JACOBIANS), torch.as_tensor(points).T[None]
    rows = []
    for i, seed in enumerate(seeds):
        network = take(stack, [i])
        if all(tensor.isfinite().all() for layer in network for tensor in layer):
            found = _of_layers(network, columns, activation, residual, spread)
            rows += [{"seed": seed, "layer": layer, **row} for layer, row in enumerate(found, 1)]
    names = ["seed", "layer", "dead", "saturated", "jacobian_rank"]
    return pd.DataFrame(rows, columns=names).sort_values(names[:2], ignore_index=True)


def _spread(n_points: int, n_most: int) -> np.ndarray:
    """At most `n_most` positions among `n_points`, evenly spread."""
    return np.linspace(0, n_points - 1, min(n_most, n_points)).round().astype(int)


def _of_layers(
    network: Stack, points: torch.Tensor, activation: nn.Module, residual: bool, spread: np.ndarray
) -> list[dict[str, float]]:
    """The measures of each layer of one network, a stack of one."""
    with torch.no_grad():
        inputs = [points, *layer_outputs(network, points, activation, residual)]
    skip, rows = skips([weight for weight, _ in network], residual), []
    for i, (weight, bias) in enumerate(network):
        is_last = i == len(network) - 1
        sums = torch.baddbmm(bias.unsqueeze(2), weight, inputs[i])[0]
        slopes = torch.ones_like(sums) if is_last else derivative(activation, sums)
        jacobians = slopes[:, spread].T.unsqueeze(2) * weight
        if skip[i]:
            jacobians = jacobians + torch.eye(len(sums))
        flat = slopes.abs()
        rows.append(
            {
                "dead": np.nan if is_last else (flat < FLAT).all(dim=1).float().mean().item(),
                "saturated": np.nan if is_last else (flat < SATURATED).float().mean().item(),
                "jacobian_rank": _mean_rank(jacobians.numpy()),
            }
        )
    return rows


def derivative(activation: nn.Module, sums: torch.Tensor) -> torch.Tensor:
    """f'(z) of an activation that acts on each number by itself, in the shape of z."""
    leaf = sums.detach().requires_grad_()
    with torch.enable_grad():
        outputs = activation(leaf.clone())  # which it may change in place
    return torch.autograd.grad(outputs, leaf, torch.ones_like(outputs))[0]


def _mean_rank(matrices: np.ndarray) -> float:
    if not np.isfinite(matrices).all():
        return np.nan
    return float(np.linalg.matrix_rank(matrices).mean())
