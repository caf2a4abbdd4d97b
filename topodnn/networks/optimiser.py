"""Adam on a stack of independent networks, and its learning rate schedule.

Adam treats each weight by itself, so one call serves all networks of the same age.
"""

import math
from itertools import groupby
from typing import Any, NamedTuple

import torch
from torch.optim.adam import adam

from topodnn.networks.stacks import Stack, as_stack


class State(NamedTuple):
    """The tensors of a stack in training, and what Adam keeps for each of them.

    Weight and bias of the first layer, weight and bias of the second, and so on.
    """

    tensors: list[torch.Tensor]
    means: list[torch.Tensor]
    squares: list[torch.Tensor]

    @property
    def stack(self) -> Stack:
        return as_stack(self.tensors)


def new_state(tensors: list[torch.Tensor]) -> State:
    """The state before the first step."""
    return State(tensors, *([torch.zeros_like(tensor) for tensor in tensors] for _ in range(2)))


def take_state(state: State, index: list[int]) -> State:
    """The state of some networks of a stack."""
    return State(*([tensor[index] for tensor in part] for part in state))


def join_states(first: State, second: State) -> State:
    """The state of the networks of both stacks, in this order."""
    parts = zip(first, second, strict=True)
    return State(*([*map(torch.cat, zip(*pair, strict=True))] for pair in parts))


def learning_rate(step: int, n_steps: int, protocol: dict[str, Any]) -> float:
    """Learning rate at `step` (from 0) of `n_steps`: a linear warm-up, then the schedule.

    ``cosine_squared`` falls to zero by the end, ``halving`` halves the rate every ``half_life``
    steps, little by little, ``staircase`` all at once, ``constant`` keeps it.
    """
    highest = protocol["learning_rate"]
    warm_up = round(protocol["warm_up"] * n_steps)
    if step < warm_up:
        return highest * (step + 1) / warm_up
    if protocol["schedule"] == "halving":
        return highest * 0.5 ** (step / protocol["half_life"])
    if protocol["schedule"] == "staircase":
        return highest * 0.5 ** (step // protocol["half_life"])
    if protocol["schedule"] == "constant":
        return highest
    done = (step - warm_up) / (n_steps - warm_up)
    return highest * (0.5 * (1 + math.cos(math.pi * done))) ** 2


@torch.no_grad()
def adam_step(
    state: State,
    gradients: list[torch.Tensor],
    ages: list[int],
    n_steps: int,
    protocol: dict[str, Any],
) -> None:
    """Move every network by its gradient.

    Parameters
    ----------
    state : State
    gradients : list of torch.Tensor
        Laid out like the tensors of the state.
    ages : list of int
        Steps that each network has made. Those of the same age are best side by side.
    n_steps : int
        Of the whole training of a network.
    protocol : dict
        From :func:`topodnn.networks.protocols.resolve_protocol`.
    """
    if protocol["clip_norm"]:
        _clip(gradients, protocol["clip_norm"])
    groups = [state.tensors, gradients, state.means, state.squares]
    first = 0
    for age, networks in groupby(ages):
        last = first + len(list(networks))
        alike = groups
        if last - first < len(ages):
            alike = [[tensor[first:last] for tensor in group] for group in groups]
        first = last
        steps = torch.full((len(gradients),), age, dtype=torch.float32).to(gradients[0].device)
        # The functional form, since torch.optim.Adam imports the compiler: two seconds per job.
        adam(
            *alike, [], list(steps), fused=True, amsgrad=False, beta1=0.9,
            beta2=protocol["beta_2"], lr=learning_rate(age, n_steps, protocol), weight_decay=0.0,
            eps=protocol["epsilon"], maximize=False,
        )  # fmt: skip


def _clip(gradients: list[torch.Tensor], limit: float) -> None:
    """Scale the gradient of each network of the stack down to a norm of at most `limit`."""
    norms = sum(g.flatten(1).square().sum(dim=1) for g in gradients).sqrt()
    factors = (limit / (norms + 1e-6)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(factors.view(-1, *[1] * (gradient.dim() - 1)))
