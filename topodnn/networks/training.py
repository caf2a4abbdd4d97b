"""Training of a stack of networks until each one is well trained.

*Well trained* (Naitzat, Zhitnikov and Lim, 2020, section 5): no error on the training points and
next to none on held-out points. A network that ends otherwise is drawn again, with new initial
weights, up to the number of trials of the protocol.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn

from topodnn.errors import InputError
from topodnn.networks.activations import DEFAULT_GAIN, GAINS, make_activation
from topodnn.networks.checkpoints import digest, load_checkpoint, save_checkpoint
from topodnn.networks.optimiser import adam_step, learning_rate, make_state, tensors_of
from topodnn.networks.stacks import (
    POINTS_PER_PASS,
    Stack,
    draw_network,
    logits,
    stack_networks,
    take,
)
from topodnn.networks.trials import CURVES, TRIALS, Record, Trial, generator

SECONDS_BETWEEN_CHECKPOINTS = 30.0


def choose_device(name: str) -> torch.device:
    """The device with this name; ``"auto"`` is the GPU if there is one, else the CPU.

    Raises
    ------
    InputError
        If this machine does not have the device.
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
    checkpoint_path: str | Path | None = None,
    code: str | None = None,
) -> tuple[Stack, pd.DataFrame, pd.DataFrame]:
    """Train one network per seed; draw again those that do not end well trained.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        As the networks are to see them.
    labels : ndarray of shape (n_points,)
        Whole numbers from 0.
    held_out : ndarray of shape (n_points,), bool
    widths : list of int
        Features of the input, neurons of each hidden layer, number of classes.
    activation, activation_parameters
        As in :func:`topodnn.networks.activations.make_activation`.
    seeds : list of int
        The initial weights and the order of the points depend only on the seed and the trial.
    protocol : dict
        From :func:`topodnn.networks.protocols.resolve_protocol`.
    device : torch.device
    report : callable
        Called after every epoch with epochs done, epochs in all and a text.
    checkpoint_path : path, optional
        Written about every half minute. If the file holds a checkpoint of the same training, it is
        resumed from there, and ends with the same bits as if it had not been interrupted.
    code : str, optional
        Fingerprint of the code, since a checkpoint written by other code is not used; required
        with `checkpoint_path`.

    Returns
    -------
    stack : Stack
        One network per seed: the well-trained one, else that of the trial with the lowest
        training error.
    trials : DataFrame
        One row per seed and trial: seed, trial, epochs, steps, train_error, held_out_error,
        seconds (wall time from the start of the trial, of all the networks trained together),
        well_trained, counted (well trained, or the protocol has no such rule).
    curves : DataFrame
        One row per seed, trial and epoch: seed, trial, epoch, and loss and train_error, both means
        over the mini-batches of the epoch.

    Raises
    ------
    ValueError
        If there is a `checkpoint_path` and no `code`.
    """
    if checkpoint_path and code is None:
        raise ValueError("with checkpoint_path, code must say what code the checkpoint is of")
    function = make_activation(activation, activation_parameters)
    gain = protocol["gain"] or GAINS.get(activation, DEFAULT_GAIN)
    task = _Task(_Data(points, labels, held_out, device), widths, function, gain, protocol, device)
    identity = {
        "activation": [activation, activation_parameters],
        "code": code,
        "data": digest(points, labels, held_out),
        "device": str(device),
        "protocol": protocol,
        "seeds": seeds,
        "torch": torch.__version__,
        "widths": widths,
    }
    resumed = load_checkpoint(checkpoint_path, identity, device) if checkpoint_path else None
    record, trial = resumed or (Record(), _draw_trial(task, 1, seeds))
    saved = time.monotonic()
    while trial.seeds:
        _advance(task, trial, record, report)
        left = [seed for seed in seeds if seed not in record.counted()]
        if not trial.seeds and left and trial.number < protocol["max_trials"]:
            trial = _draw_trial(task, trial.number + 1, left)
        if checkpoint_path and time.monotonic() - saved >= SECONDS_BETWEEN_CHECKPOINTS:
            save_checkpoint(checkpoint_path, identity, record, trial)
            saved = time.monotonic()
    curves = pd.DataFrame(np.concatenate(record.curves), columns=CURVES)
    curves = curves.astype({"seed": int, "trial": int, "epoch": int})
    stack = stack_networks([record.networks[seed] for seed in seeds])
    return stack, pd.DataFrame(record.rows, columns=TRIALS), curves


class _Data:
    """The training points and the held-out points of a data set, on the device."""

    def __init__(self, points, labels, held_out, device):
        def move(array):
            return torch.as_tensor(array, device=device)

        self.train_points = move(points[~held_out].astype(np.float32))
        self.train_labels = move(labels[~held_out].astype(np.int64))
        self.held_out_points = move(points[held_out].astype(np.float32))
        self.held_out_labels = move(labels[held_out].astype(np.int64))


class _Task(NamedTuple):
    """What all trials have in common."""

    data: _Data
    widths: list[int]
    function: nn.Module
    gain: float
    protocol: dict[str, Any]
    device: torch.device

    @property
    def n_batches(self) -> int:
        """Steps per epoch; without a batch size every step sees all points."""
        size = self.protocol["batch_size"]
        return math.ceil(len(self.data.train_points) / size) if size else 1


def _draw_trial(task: _Task, number: int, seeds: list[int]) -> Trial:
    scheme = task.protocol["initial_weights"]
    drawn = [
        draw_network(task.widths, scheme, task.gain, task.function, generator(seed, number, 0))
        for seed in seeds
    ]
    tensors = [tensor.to(task.device) for layer in stack_networks(drawn) for tensor in layer]
    zeros = [torch.zeros_like(tensor) for tensor in tensors]
    state = make_state(tensors, zeros, [zero.clone() for zero in zeros], 0.0)
    orders = [generator(seed, number, 1) for seed in seeds]
    return Trial(number, list(seeds), state, orders, [math.inf] * len(seeds))


def _advance(task: _Task, trial: Trial, record: Record, report) -> None:
    """Train for one epoch; at an evaluation, networks that have finished leave the trial."""
    start = time.perf_counter()
    losses, errors = _train_epoch(task, trial)
    trial.epoch += 1
    trial.seconds += time.perf_counter() - start
    n = len(trial.seeds)
    columns = [trial.seeds, [trial.number] * n, [trial.epoch] * n, losses, errors]
    record.curves.append(np.array(columns, dtype=np.float64).T)
    epochs, every = task.protocol["epochs"], task.protocol["eval_every"]
    text = f"epochs of trial {trial.number} of {n} networks, training error"
    report(trial.epoch, epochs, f"{text} {min(errors):.4f} to {max(errors):.4f}")
    if trial.epoch == epochs or (every and trial.epoch % every == 0):
        _evaluate(task, trial, record)


def _train_epoch(task: _Task, trial: Trial) -> tuple[list[float], list[float]]:
    """Show every training point once, in each network's own order; return mean loss and error."""
    data, protocol, state = task.data, task.protocol, trial.state
    n, n_networks, device = len(data.train_points), len(trial.seeds), task.device
    if protocol["batch_size"]:
        order = torch.stack([torch.randperm(n, generator=g) for g in trial.orders]).to(device)
        batches = order.split(protocol["batch_size"], dim=1)
    else:
        batches = [slice(None)]
    loss_sum, wrong = (torch.zeros(n_networks, device=device) for _ in range(2))
    for i, batch in enumerate(batches):
        labels = data.train_labels[batch].expand(n_networks, -1)
        points = data.train_points[batch].expand(n_networks, -1, -1).transpose(1, 2)
        scores = logits(state.stack, points, task.function)
        losses = nn.functional.cross_entropy(scores, labels, reduction="none")
        step = trial.epoch * len(batches) + i
        rate = learning_rate(step, protocol["epochs"] * len(batches), protocol)
        adam_step(state, losses.mean(dim=1).sum(), rate, protocol)
        loss_sum += losses.detach().sum(dim=1)
        scores = scores.detach()
        right = scores.gather(1, labels.unsqueeze(1)).squeeze(1) >= scores.amax(dim=1)
        wrong += (~right).sum(dim=1)  # argmax would take a tenth of the step
    return (loss_sum / n).tolist(), (wrong / n).tolist()


def _evaluate(task: _Task, trial: Trial, record: Record) -> None:
    """Record the networks that have finished, and take them out of the trial.

    A network has finished if it has no training error, if it has not improved since the
    evaluation before, or if its epochs are over.
    """
    start = time.perf_counter()
    data, protocol, stack = task.data, task.protocol, trial.state.stack
    errors = _errors(stack, data.train_points, data.train_labels, task.function)
    held_out = _errors(stack, data.held_out_points, data.held_out_labels, task.function)
    trial.seconds += time.perf_counter() - start
    stay = []
    for i, (error, best) in enumerate(zip(errors, trial.best, strict=True)):
        if trial.epoch < protocol["epochs"] and 0 < error < best:
            stay.append(i)
            continue
        well_trained = error == 0 and held_out[i] <= protocol["max_held_out_error"]
        row = {
            "seed": trial.seeds[i],
            "trial": trial.number,
            "epochs": trial.epoch,
            "steps": trial.epoch * task.n_batches,
            "train_error": error,
            "held_out_error": held_out[i],
            "seconds": trial.seconds,
            "well_trained": well_trained,
            "counted": well_trained or not protocol["well_trained_rule"],
        }
        record.add(row, [(w.detach().cpu(), b.detach().cpu()) for w, b in take(stack, i)])
    trial.seeds, trial.orders, trial.best = (
        [values[i] for i in stay] for values in (trial.seeds, trial.orders, errors)
    )
    trial.state = make_state(
        *([tensor[stay] for tensor in part] for part in (tensors_of(stack), *trial.state[1:3])),
        float(trial.state.steps[0]),
    )


@torch.no_grad()
def _errors(stack: Stack, points: torch.Tensor, labels: torch.Tensor, function) -> list[float]:
    """For each network, the share of the points that it misclassifies."""
    parts = zip(points.split(POINTS_PER_PASS), labels.split(POINTS_PER_PASS), strict=True)
    wrong = 0
    for part, truth in parts:
        columns = part.T.expand(len(stack[0][0]), -1, -1)
        predicted = logits(stack, columns, function).argmax(dim=1)
        wrong = wrong + (predicted != truth).sum(dim=1)
    return [int(number) / len(points) for number in wrong]
