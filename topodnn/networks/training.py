"""Training of a stack of networks until each one is well trained.

*Well trained* (Naitzat, Zhitnikov and Lim, 2020, section 5): no error on the training points and
next to none on held-out points, or, where classes overlap, errors within given limits. A network
that ends otherwise is drawn again, with new initial weights, up to the number of trials of the
protocol.
"""

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn

from topodnn.networks.activations import DEFAULT_GAIN, GAINS, make_activation
from topodnn.networks.checkpoints import digest, load_checkpoint, save_checkpoint
from topodnn.networks.data import TrainingData
from topodnn.networks.gradients import Gradients
from topodnn.networks.optimiser import (
    State,
    adam_step,
    join_states,
    new_state,
    take_state,
)
from topodnn.networks.stacks import (
    POINTS_PER_PASS,
    Stack,
    as_stack,
    draw_network,
    logits,
    stack_networks,
    take,
)
from topodnn.networks.trials import CURVES, TRIALS, Record, Trial, generator

SECONDS_BETWEEN_CHECKPOINTS = 30.0
SMALLEST_PASS = 1024  # points of one network; with fewer, calls take longer than sums


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
    residual: bool = False,
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
        Called after every epoch with the epochs of the oldest trial, those that it may have, and a
        text.
    checkpoint_path : path, optional
        Written about every half minute. If the file holds a checkpoint of the same training, it is
        resumed from there, and ends with the same bits as if it had not been interrupted.
    code : str, optional
        Fingerprint of the code, since a checkpoint written by other code is not used; required
        with `checkpoint_path`.
    residual : bool
        Whether hidden layers as wide as the layer before add its output to their own.

    Returns
    -------
    stack : Stack
        One network per seed: the well-trained one, else that of the trial with the lowest
        training error.
    trials : DataFrame
        One row per seed and trial, in the order in which they ended: seed, trial, epochs, steps,
        train_error, held_out_error, seconds (wall time, that of a stack shared evenly by its
        networks), well_trained, counted (well trained, or the protocol has no such rule).
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
    data = TrainingData(points, labels, held_out, protocol, device)
    task = _Task(data, widths, function, residual, gain, protocol, device)
    identity = {
        "activation": [activation, activation_parameters],
        "code": code,
        "data": digest(points, labels, held_out),
        "device": str(device),
        "protocol": protocol,
        "residual": residual,
        "seeds": seeds,
        "torch": torch.__version__,
        "widths": widths,
    }
    resumed = load_checkpoint(checkpoint_path, identity, device) if checkpoint_path else None
    if resumed:
        record, running, state = resumed
    else:
        record, running = Record(), [_new_trial(seed, 1) for seed in seeds]
        state = _draw(task, running)
    saved = time.monotonic()
    while running:
        if protocol["epochs"]:  # without, networks are read with their initial weights
            _advance(task, running, state, record, report)
        if any(task.is_due(trial) for trial in running):
            running, state = _evaluate(task, running, state, record)
        waited = time.monotonic() - saved >= SECONDS_BETWEEN_CHECKPOINTS
        if checkpoint_path and running and waited:
            save_checkpoint(checkpoint_path, identity, record, running, state)
            saved = time.monotonic()
    curves = pd.DataFrame(record.joined_curves(), columns=CURVES)
    curves = curves.astype({"seed": int, "trial": int, "epoch": int})
    trials = pd.DataFrame(record.rows, columns=TRIALS)
    networks = zip(*(record.networks[seed] for seed in seeds), strict=True)
    return as_stack([torch.stack(tensors) for tensors in networks]), trials, curves


class _Task(NamedTuple):
    """What all trials have in common."""

    data: TrainingData
    widths: list[int]
    function: nn.Module
    residual: bool
    gain: float
    protocol: dict[str, Any]
    device: torch.device

    @property
    def n_batches(self) -> int:
        """Steps per epoch; without a batch size every step sees all points."""
        size = self.protocol["batch_size"]
        return math.ceil(self.data.train_points.shape[1] / size) if size else 1

    def is_due(self, trial: Trial) -> bool:
        """Whether the network is to be evaluated after the epochs that it has."""
        every = self.protocol["eval_every"]
        reading = every and (trial.epoch == 1 or trial.epoch % every == 0)
        return bool(reading) or trial.epoch == self.protocol["epochs"]


def _new_trial(seed: int, number: int) -> Trial:
    return Trial(seed, number, generator(seed, number, 1))


def _draw(task: _Task, trials: list[Trial]) -> State:
    """The state of trials before their first step."""
    scheme = task.protocol["initial_weights"]
    drawn = [
        draw_network(
            task.widths,
            scheme,
            task.gain,
            task.function,
            generator(trial.seed, trial.number, 0),
            task.residual,
        )
        for trial in trials
    ]
    tensors = [tensor.to(task.device) for layer in stack_networks(drawn) for tensor in layer]
    return new_state(tensors)


def _advance(task: _Task, running: list[Trial], state: State, record: Record, report) -> None:
    """Train all networks of the stack for one epoch."""
    start = time.perf_counter()
    losses, errors = _train_epoch(task, running, state)
    seconds = time.perf_counter() - start
    for trial in running:
        trial.epoch += 1
        trial.seconds += seconds / len(running)
    columns = [[getattr(trial, name) for trial in running] for name in ("seed", "number", "epoch")]
    record.curves.append(np.array([*columns, losses, errors], dtype=np.float64).T)
    oldest, first, last = max(columns[2]), min(columns[1]), max(columns[1])
    which = f"trial {first}" if first == last else f"trials {first} to {last}"
    text = f"epochs of {which} of {len(running)} networks, training error"
    report(oldest, task.protocol["epochs"], f"{text} {min(errors):.4f} to {max(errors):.4f}")


def _train_epoch(
    task: _Task, running: list[Trial], state: State
) -> tuple[list[float], list[float]]:
    """Show every training point once, in each network's own order; return mean loss and error."""
    n, n_networks = task.data.train_points.shape[1], len(running)
    gradients = Gradients(state.tensors, task.function, task.data.class_weights, task.residual)
    loss_sum, wrong = (torch.zeros(n_networks, device=task.device) for _ in range(2))
    for i, (points, labels) in enumerate(_batches(task, running)):
        size = labels.shape[1]
        for part, truth in _parts(points, labels):
            losses, scores = gradients.add(part, truth, size)
            loss_sum += losses.sum(dim=1)
            right = scores.gather(1, truth.unsqueeze(1)).squeeze(1) >= scores.amax(dim=1)
            wrong += (~right).sum(dim=1)  # argmax would take a tenth of the step
        ages = [trial.epoch * task.n_batches + i for trial in running]
        n_steps = task.protocol["epochs"] * task.n_batches
        adam_step(state, gradients.tensors, ages, n_steps, task.protocol)
        gradients.clear()
    return (loss_sum / n).tolist(), (wrong / n).tolist()


def _batches(task: _Task, running: list[Trial]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield points (n_networks, n_features, n_points) and labels (n_networks, n_points)."""
    points, labels = task.data.train_points, task.data.train_labels([t.seed for t in running])
    if not task.protocol["batch_size"]:
        yield points.expand(len(running), -1, -1), labels
        return
    order = torch.stack([torch.randperm(points.shape[1], generator=t.order) for t in running])
    for batch in order.to(task.device).split(task.protocol["batch_size"], dim=1):
        chosen = points.index_select(1, batch.flatten()).view(-1, *batch.shape)
        yield chosen.transpose(0, 1), labels.gather(1, batch)


def _evaluate(
    task: _Task, running: list[Trial], state: State, record: Record
) -> tuple[list[Trial], State]:
    """Read the networks that are due; those that have finished leave the stack.

    A network has finished if its training error is within the limit, if it has not improved since
    the evaluation before, or if its epochs are over. If it does not count, the next trial of its
    seed takes its place at once: the stack is full while there are trials left.
    """
    start = time.perf_counter()
    data, protocol = task.data, task.protocol
    most = protocol["max_train_error"]
    due = [i for i, trial in enumerate(running) if task.is_due(trial)]
    stack = take(state.stack, due)
    labels = data.train_labels([running[i].seed for i in due])
    errors = _errors(task, stack, data.train_points, labels)
    held_out_errors = _errors(task, stack, data.held_out_points, data.held_out_labels(len(due)))
    seconds = (time.perf_counter() - start) / len(due)
    finished = []
    for i, error, held_out_error in zip(due, errors, held_out_errors, strict=True):
        trial = running[i]
        trial.seconds += seconds
        if trial.epoch < protocol["epochs"] and most < error < trial.best:
            trial.best = error
            continue
        finished.append(i)
        well_trained = error <= most and held_out_error <= protocol["max_held_out_error"]
        row = {
            "seed": trial.seed,
            "trial": trial.number,
            "epochs": trial.epoch,
            "steps": trial.epoch * task.n_batches,
            "train_error": error,
            "held_out_error": held_out_error,
            "seconds": trial.seconds,
            "well_trained": well_trained,
            "counted": well_trained or not protocol["well_trained_rule"],
        }
        record.add(row, [tensor[i].cpu().clone() for tensor in state.tensors])
    if not finished:
        return running, state
    stay = [i for i in range(len(running)) if i not in finished]
    again = [
        _new_trial(trial.seed, trial.number + 1)
        for trial in (running[i] for i in finished)
        if trial.seed not in record.counted() and trial.number < protocol["max_trials"]
    ]
    state = take_state(state, stay)
    if again:
        state = join_states(state, _draw(task, again))
    return [running[i] for i in stay] + again, state


@torch.no_grad()
def _errors(task: _Task, stack: Stack, points: torch.Tensor, labels: torch.Tensor) -> list[float]:
    """For each network, the share of the points that it does not give their labels."""
    wrong: torch.Tensor | int = 0
    for part, true in _parts(points.expand(len(labels), -1, -1), labels):
        scores = logits(stack, part, task.function, task.residual)
        wrong = wrong + (scores.argmax(dim=1) != true).sum(dim=1)
    return [int(number) / labels.shape[1] for number in wrong]


def _parts(points: torch.Tensor, labels: torch.Tensor) -> Iterator[tuple[torch.Tensor, ...]]:
    """Points and labels of a stack in parts whose outputs stay in the processor's cache."""
    size = max(SMALLEST_PASS, POINTS_PER_PASS // len(points))
    if points.device.type != "cpu":
        size = points.shape[2]
    return zip(points.split(size, dim=2), labels.split(size, dim=1), strict=True)
