"""Residual layers: those that add their input to what they make of it, h + f(W h + b)."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn


def skips(weights: Sequence[Any], residual: bool) -> list[bool]:
    """Which layers of a network are residual.

    They are the hidden layers of a residual network that are as wide as the layer before; the
    first one too, where it is as wide as the input. The last layer, of the logits, never is.

    Parameters
    ----------
    weights : sequence of torch.Tensor or ndarray of shape (..., n_out, n_in)
        One per layer.
    residual : bool
        Whether the network has such layers at all.

    Returns
    -------
    list of bool
        One per layer.
    """
    hidden = [residual and weight.shape[-2] == weight.shape[-1] for weight in weights[:-1]]
    return [*hidden, False]


class Residual(nn.Module):
    """A residual layer as a module, for networks that are made of modules."""

    def __init__(self, linear: nn.Linear, function: nn.Module) -> None:
        super().__init__()
        self.linear, self.function = linear, function

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        """What comes out for points (n_points, n_features)."""
        return points + self.function(self.linear(points))
