"""Adam on a stack of independent networks, and its learning rate schedule.

Adam treats each weight by itself, so one call serves a whole stack.
"""

import math
from typing import Any, NamedTuple

import torch
from torch.optim.adam import adam

from topodnn.networks.stacks import Stack


class State(NamedTuple):
    """A stack in training, and what Adam keeps for each of its tensors."""

    stack: Stack
    means: list[torch.Tensor]
    squares: list[torch.Tensor]
    steps: list[torch.Tensor]


def make_state(tensors, means, squares, step: float) -> State:
    tensors = [tensor.detach().requires_grad_() for tensor in tensors]
    steps = [torch.full((), step, device=tensors[0].device) for _ in tensors]
    return State(list(zip(tensors[::2], tensors[1::2], strict=True)), means, squares, steps)


def tensors_of(stack: Stack) -> list[torch.Tensor]:
    return [tensor for layer in stack for tensor in layer]


def learning_rate(step: int, n_steps: int, protocol: dict[str, Any]) -> float:
    """Learning rate at `step` (from 0) of `n_steps`: a linear warm-up, then the schedule.

    ``cosine_squared`` falls to zero by the end, ``halving`` halves the rate every ``half_life``
    steps, ``constant`` keeps it.
    """
    highest = protocol["learning_rate"]
    warm_up = round(protocol["warm_up"] * n_steps)
    if step < warm_up:
        return highest * (step + 1) / warm_up
    if protocol["schedule"] == "halving":
        return highest * 0.5 ** (step / protocol["half_life"])
    if protocol["schedule"] == "constant":
        return highest
    done = (step - warm_up) / (n_steps - warm_up)
    return highest * (0.5 * (1 + math.cos(math.pi * done))) ** 2


def adam_step(state: State, loss: torch.Tensor, rate: float, protocol: dict[str, Any]) -> None:
    # The functional form, since torch.optim.Adam imports the compiler: about two seconds per job.
    tensors = tensors_of(state.stack)
    loss.backward()
    gradients = [tensor.grad for tensor in tensors]  # laid out like the tensors, as `fused` needs
    with torch.no_grad():
        if protocol["clip_norm"]:
            _clip(gradients, protocol["clip_norm"])
        adam(
            tensors, gradients, state.means, state.squares, [], state.steps, fused=True,
            amsgrad=False, beta1=0.9, beta2=protocol["beta_2"], lr=rate, weight_decay=0.0,
            eps=1e-8, maximize=False,
        )  # fmt: skip
    for tensor in tensors:
        tensor.grad = None


def _clip(gradients: list[torch.Tensor], limit: float) -> None:
    """Scale the gradient of each network of the stack down to a norm of at most `limit`."""
    norms = sum(g.flatten(1).square().sum(dim=1) for g in gradients).sqrt()
    factors = (limit / (norms + 1e-6)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(factors.view(-1, *[1] * (gradient.dim() - 1)))
