"""Training of a stack of networks until each one is well trained.

*Well trained* (Naitzat, Zhitnikov and Lim, 2020, section 5): no error on the training points and
next to none on points held out. A network that does not get there is drawn again.
"""

import math
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.optim.adam import adam

from topodnn.errors import InputError
from topodnn.networks import (
    DEFAULT_GAIN,
    GAINS,
    POINTS_PER_PASS,
    Stack,
    draw_network,
    logits,
    make_activation,
    stack_networks,
)


def choose_device(name: str) -> torch.device:
    """Device by its name; ``"auto"`` is the GPU where there is one.

    Raises
    ------
    InputError
        If the device is not there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:
        raise InputError(
            f"device is {name!r}, but this machine does not have it; use auto"
        ) from error


def standardisation(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean of each feature and one standard deviation over all of them.

    One factor for all features keeps the shape, so the input that the network sees has the same
    neighbours, hence the same Betti numbers, as the data set.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)

    Returns
    -------
    mean : ndarray of shape (n_features,)
    deviation : float
    """
    mean = points.mean(axis=0)
    return mean, float(np.sqrt(((points - mean) ** 2).mean()))


def train_networks(
    points: np.ndarray,
    labels: np.ndarray,
    held_out: np.ndarray,
    *,
    widths: list[int],
    activation: str,
    activation_parameters: dict[str, Any],
    seeds: list[int],
    protocol: dict[str, Any],
    device: torch.device,
    report: Callable[[int, int, str], None] = lambda done, total, text: None,
) -> tuple[Stack, pd.DataFrame, pd.DataFrame]:
    """Train one network for each seed; draw again those that do not end well trained.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        Standardised.
    labels : ndarray of shape (n_points,)
        Whole numbers from 0.
    held_out : ndarray of shape (n_points,), bool
    widths : list of int
        Features of the input, neurons of each hidden layer, number of classes.
    activation, activation_parameters
        As in :func:`topodnn.networks.make_activation`.
    seeds : list of int
        The initial weights and the order of the examples depend on the seed and the trial only.
    protocol : dict
        ``epochs``, ``batch_size``, ``learning_rate``, ``warm_up`` (share of the steps), ``gain``
        (None: by the activation), ``max_trials``, ``max_held_out_error``.
    device : torch.device
    report : callable
        Is given epochs done, epochs in all and a text, after every epoch.

    Returns
    -------
    stack : Stack
        One network for each seed: the well-trained one, else that of the trial with the fewest
        training errors.
    trials : DataFrame
        One row a seed and trial: seed, trial, epochs, steps, train_error, held_out_error,
        seconds (wall time of the trial, of all the networks trained together), well_trained.
    curves : DataFrame
        One row a seed, trial and epoch: loss and train_error, both over the batches of the epoch.
    """
    function = make_activation(activation, activation_parameters)
    gain = protocol["gain"] or GAINS.get(activation, DEFAULT_GAIN)
    data = _Data(points, labels, held_out, device)
    best: dict[int, tuple[float, list]] = {}
    trials, curves, left = [], [], list(seeds)
    for trial in range(1, protocol["max_trials"] + 1):
        stack, rows, losses = _train_stack(
            data, widths, function, gain, left, trial, protocol, report
        )
        trials += rows
        curves += losses
        for i, row in enumerate(rows):
            score = (not row["well_trained"], row["train_error"], row["held_out_error"])
            if row["seed"] not in best or score < best[row["seed"]][0]:
                best[row["seed"]] = (score, [(w[i], b[i]) for w, b in stack])
        left = [row["seed"] for row in rows if not row["well_trained"]]
        if not left:
            break
    stack = stack_networks([best[seed][1] for seed in seeds])
    return stack, pd.DataFrame(trials), pd.DataFrame(curves)


class _Data:
    """The two parts of a data set on the device."""

    def __init__(self, points, labels, held_out, device):
        def move(array):
            return torch.as_tensor(array, device=device)

        self.train_points = move(points[~held_out].astype(np.float32))
        self.train_labels = move(labels[~held_out].astype(np.int64))
        self.held_out_points = move(points[held_out].astype(np.float32))
        self.held_out_labels = move(labels[held_out].astype(np.int64))


def _generator(seed: int, trial: int, purpose: int) -> torch.Generator:
    entropy = np.random.SeedSequence([seed, trial, purpose]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(entropy))


def learning_rate(step: int, n_steps: int, protocol: dict[str, Any]) -> float:
    """Rate at `step` of `n_steps`: a linear warm-up, then a cosine that ends at zero."""
    warm_up = max(1, round(protocol["warm_up"] * n_steps))
    if step < warm_up:
        return protocol["learning_rate"] * (step + 1) / warm_up
    done = (step - warm_up) / max(1, n_steps - warm_up)
    return protocol["learning_rate"] * 0.5 * (1 + math.cos(math.pi * done))


def _train_stack(data, widths, function, gain, seeds, trial, protocol, report):
    """One trial of all `seeds` together: the trained stack, a row a network, the curves."""
    start = time.perf_counter()
    networks = [draw_network(widths, gain, function, _generator(s, trial, 0)) for s in seeds]
    orders = [_generator(seed, trial, 1) for seed in seeds]
    state = _initial_state(stack_networks(networks), data.train_points.device)
    epochs, curves = protocol["epochs"], []
    for epoch in range(epochs):
        losses, errors = _train_epoch(data, state, function, orders, epoch, protocol)
        for seed, loss, error in zip(seeds, losses, errors, strict=True):
            row = {"seed": seed, "trial": trial, "epoch": epoch + 1}
            curves.append({**row, "loss": loss, "train_error": error})
        text = f"epochs of trial {trial} of {len(seeds)} networks, training error"
        report(epoch + 1, epochs, f"{text} {min(errors):.4f} to {max(errors):.4f}")
    stack = [(w.detach().cpu(), b.detach().cpu()) for w, b in state.stack]
    train_errors = _errors(state.stack, data.train_points, data.train_labels, function)
    held_out_errors = _errors(state.stack, data.held_out_points, data.held_out_labels, function)
    seconds = time.perf_counter() - start
    rows = [
        {
            "seed": seed,
            "trial": trial,
            "epochs": epochs,
            "steps": epochs * math.ceil(len(data.train_points) / protocol["batch_size"]),
            "train_error": train_error,
            "held_out_error": held_out_error,
            "seconds": seconds,
            "well_trained": train_error == 0 and held_out_error <= protocol["max_held_out_error"],
        }
        for seed, train_error, held_out_error in zip(
            seeds, train_errors, held_out_errors, strict=True
        )
    ]
    return stack, rows, curves


class _State(NamedTuple):
    """A stack in training and what Adam remembers of each of its tensors."""

    stack: Stack
    means: list[torch.Tensor]
    squares: list[torch.Tensor]
    steps: list[torch.Tensor]


def _initial_state(stack: Stack, device: torch.device) -> _State:
    stack = [(w.to(device).requires_grad_(), b.to(device).requires_grad_()) for w, b in stack]
    zeros = [torch.zeros_like(tensor) for layer in stack for tensor in layer]
    steps = [torch.zeros((), device=device) for _ in zeros]
    return _State(stack, zeros, [z.clone() for z in zeros], steps)


def _adam_step(state: _State, loss: torch.Tensor, rate: float) -> None:
    # Adam treats each number by itself, so one call serves a stack of independent networks. Its
    # functional form spares torch.optim.Adam's import of the compiler, about two seconds a job.
    tensors = [tensor for layer in state.stack for tensor in layer]
    loss.backward()
    gradients = [tensor.grad for tensor in tensors]  # laid out as the tensors, as `fused` needs
    with torch.no_grad():
        adam(
            tensors, gradients, state.means, state.squares, [], state.steps, fused=True,
            amsgrad=False, beta1=0.9, beta2=0.999, lr=rate, weight_decay=0.0, eps=1e-8,
            maximize=False,
        )  # fmt: skip
    for tensor in tensors:
        tensor.grad = None


def _train_epoch(data, state, function, orders, epoch, protocol):
    """Every training point once, in an order of each network's own; mean loss and error."""
    n, size = len(data.train_points), protocol["batch_size"]
    n_batches = math.ceil(n / size)
    device = data.train_points.device
    order = torch.stack([torch.randperm(n, generator=g) for g in orders]).to(device)
    loss_sum, errors = (torch.zeros(len(orders), device=device) for _ in range(2))
    for batch in range(n_batches):
        rate = learning_rate(epoch * n_batches + batch, protocol["epochs"] * n_batches, protocol)
        index = order[:, batch * size : (batch + 1) * size]
        labels = data.train_labels[index]
        scores = logits(state.stack, data.train_points[index], function)
        losses = nn.functional.cross_entropy(scores.transpose(1, 2), labels, reduction="none")
        _adam_step(state, losses.mean(dim=1).sum(), rate)
        loss_sum += losses.detach().sum(dim=1)
        errors += (scores.detach().argmax(dim=2) != labels).sum(dim=1)
    return (loss_sum / n).tolist(), (errors / n).tolist()


@torch.no_grad()
def _errors(stack: Stack, points: torch.Tensor, labels: torch.Tensor, function) -> list[float]:
    """For each network, the share of the points whose class it does not predict."""
    parts = zip(points.split(POINTS_PER_PASS), labels.split(POINTS_PER_PASS), strict=True)
    wrong = 0
    for part, truth in parts:
        predicted = logits(stack, part.expand(len(stack[0][0]), -1, -1), function).argmax(dim=2)
        wrong = wrong + (predicted != truth).sum(dim=1)
    return [int(number) / len(points) for number in wrong]
