"""Training of a stack of networks until each one is well trained.

*Well trained* (Naitzat, Zhitnikov and Lim, 2020, section 5): no error on the training points and
next to none on points held out. A network that does not get there is drawn again.
"""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.optim.adam import adam

import topodnn.networks
import topodnn.protocols
from topodnn.errors import InputError
from topodnn.files import FilePath, read_checkpoint, write_checkpoint
from topodnn.networks import (
    DEFAULT_GAIN,
    GAINS,
    POINTS_PER_PASS,
    Stack,
    draw_network,
    logits,
    make_activation,
    stack_networks,
    take,
)
from topodnn.progress import log
from topodnn.protocols import learning_rate

SECONDS_BETWEEN_CHECKPOINTS = 30.0
# A checkpoint of other code is not gone on with.
CODE = [__file__, topodnn.networks.__file__, topodnn.protocols.__file__]
TRIALS = [
    "seed", "trial", "epochs", "steps", "train_error", "held_out_error", "seconds",
    "well_trained", "counted",
]  # fmt: skip
CURVES = ["seed", "trial", "epoch", "loss", "train_error"]


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
    checkpoint_path: FilePath | None = None,
) -> tuple[Stack, pd.DataFrame, pd.DataFrame]:
    """Train one network for each seed; draw again those that do not end well trained.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        As the network is to see them.
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
        From :func:`topodnn.protocols.resolve_protocol`.
    device : torch.device
    report : callable
        Is given epochs done, epochs in all and a text, after every epoch.
    checkpoint_path : path, optional
        Written every half minute. If it is there from the same training, cut short, that one is
        gone on with, to the same bits as if it had never been cut.

    Returns
    -------
    stack : Stack
        One network for each seed: the well-trained one, else that of the trial with the fewest
        training errors.
    trials : DataFrame
        One row a seed and trial: seed, trial, epochs, steps, train_error, held_out_error,
        seconds (wall time from the start of the trial, of all the networks trained together),
        well_trained, counted (well trained, or the protocol has no rule).
    curves : DataFrame
        One row a seed, trial and epoch: loss and train_error, both over the batches of the epoch.
    """
    function = make_activation(activation, activation_parameters)
    gain = protocol["gain"] or GAINS.get(activation, DEFAULT_GAIN)
    task = _Task(_Data(points, labels, held_out, device), widths, function, gain, protocol, device)
    identity = {
        "activation": [activation, activation_parameters],
        "code": _digest(*(Path(file).read_bytes() for file in CODE)),
        "data": _digest(points, labels, held_out),
        "device": str(device),
        "protocol": protocol,
        "seeds": seeds,
        "torch": torch.__version__,
        "widths": widths,
    }
    resumed = _load_checkpoint(checkpoint_path, identity, device) if checkpoint_path else None
    record, trial = resumed or (_Record(), _draw_trial(task, 1, seeds))
    saved = time.monotonic()
    while trial.seeds:
        _advance(task, trial, record, report)
        left = [seed for seed in seeds if seed not in record.counted()]
        if not trial.seeds and left and trial.number < protocol["max_trials"]:
            trial = _draw_trial(task, trial.number + 1, left)
        if checkpoint_path and time.monotonic() - saved >= SECONDS_BETWEEN_CHECKPOINTS:
            _save_checkpoint(checkpoint_path, identity, record, trial)
            saved = time.monotonic()
    curves = pd.DataFrame(np.concatenate(record.curves), columns=CURVES)
    curves = curves.astype({"seed": int, "trial": int, "epoch": int})
    stack = stack_networks([record.networks[seed] for seed in seeds])
    return stack, pd.DataFrame(record.rows, columns=TRIALS), curves


class _Data:
    """The two parts of a data set on the device."""

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
        """Steps of an epoch; without a batch size every step sees all points."""
        size = self.protocol["batch_size"]
        return math.ceil(len(self.data.train_points) / size) if size else 1


class _State(NamedTuple):
    """A stack in training and what Adam remembers of each of its tensors."""

    stack: Stack
    means: list[torch.Tensor]
    squares: list[torch.Tensor]
    steps: list[torch.Tensor]


@dataclass
class _Trial:
    """One trial of the networks that are still in training."""

    number: int
    seeds: list[int]
    state: _State
    orders: list[torch.Generator]  # of the examples, one a network
    best: list[float]  # fewest training errors of each network at a reading so far
    epoch: int = 0
    seconds: float = 0.0


@dataclass
class _Record:
    """What came out so far: every trial that ended, curves, and the best network of each seed."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    curves: list[np.ndarray] = field(default_factory=list)
    best: dict[int, dict[str, Any]] = field(default_factory=dict)
    networks: dict[int, list] = field(default_factory=dict)

    def add(self, row: dict[str, Any], network: list) -> None:
        self.rows.append(row)
        seed = row["seed"]
        if seed not in self.best or _score(row) < _score(self.best[seed]):
            self.best[seed], self.networks[seed] = row, network

    def counted(self) -> set[int]:
        return {seed for seed, row in self.best.items() if row["counted"]}


def _score(row: dict[str, Any]) -> tuple:
    return not row["well_trained"], row["train_error"], row["held_out_error"]


def _generator(seed: int, trial: int, purpose: int) -> torch.Generator:
    entropy = np.random.SeedSequence([seed, trial, purpose]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(entropy))


def _draw_trial(task: _Task, number: int, seeds: list[int]) -> _Trial:
    scheme = task.protocol["initial_weights"]
    drawn = [
        draw_network(task.widths, scheme, task.gain, task.function, _generator(seed, number, 0))
        for seed in seeds
    ]
    tensors = [tensor.to(task.device) for layer in stack_networks(drawn) for tensor in layer]
    zeros = [torch.zeros_like(tensor) for tensor in tensors]
    state = _make_state(tensors, zeros, [zero.clone() for zero in zeros], 0.0)
    orders = [_generator(seed, number, 1) for seed in seeds]
    return _Trial(number, list(seeds), state, orders, [math.inf] * len(seeds))


def _make_state(tensors, means, squares, step: float) -> _State:
    tensors = [tensor.detach().requires_grad_() for tensor in tensors]
    steps = [torch.full((), step, device=tensors[0].device) for _ in tensors]
    return _State(list(zip(tensors[::2], tensors[1::2], strict=True)), means, squares, steps)


def _tensors(stack: Stack) -> list[torch.Tensor]:
    return [tensor for layer in stack for tensor in layer]


def _advance(task: _Task, trial: _Trial, record: _Record, report) -> None:
    """One epoch; at a reading, those networks leave the trial that have come to an end."""
    start = time.perf_counter()
    losses, errors = _train_epoch(task, trial)
    trial.epoch += 1
    trial.seconds += time.perf_counter() - start
    n = len(trial.seeds)
    columns = [trial.seeds, [trial.number] * n, [trial.epoch] * n, losses, errors]
    record.curves.append(np.array(columns, dtype=np.float64).T)
    epochs, every = task.protocol["epochs"], task.protocol["read_every"]
    text = f"epochs of trial {trial.number} of {n} networks, training error"
    report(trial.epoch, epochs, f"{text} {min(errors):.4f} to {max(errors):.4f}")
    if trial.epoch == epochs or (every and trial.epoch % every == 0):
        _read(task, trial, record)


def _train_epoch(task: _Task, trial: _Trial) -> tuple[list[float], list[float]]:
    """Every training point once, in an order of each network's own; mean loss and error."""
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
        _adam_step(state, losses.mean(dim=1).sum(), rate, protocol)
        loss_sum += losses.detach().sum(dim=1)
        scores = scores.detach()
        right = scores.gather(1, labels.unsqueeze(1)).squeeze(1) >= scores.amax(dim=1)
        wrong += (~right).sum(dim=1)  # argmax would take a tenth of the whole step
    return (loss_sum / n).tolist(), (wrong / n).tolist()


def _adam_step(state: _State, loss: torch.Tensor, rate: float, protocol: dict[str, Any]) -> None:
    # Adam treats each number by itself, so one call serves a stack of independent networks. Its
    # functional form spares torch.optim.Adam's import of the compiler, about two seconds a job.
    tensors = _tensors(state.stack)
    loss.backward()
    gradients = [tensor.grad for tensor in tensors]  # laid out as the tensors, as `fused` needs
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


def _read(task: _Task, trial: _Trial, record: _Record) -> None:
    """Record the networks that have come to an end and take them out of the trial.

    That is: without a training error, no better than at the reading before, or out of epochs.
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
    trial.state = _make_state(
        *([tensor[stay] for tensor in part] for part in (_tensors(stack), *trial.state[1:3])),
        float(trial.state.steps[0]),
    )


@torch.no_grad()
def _errors(stack: Stack, points: torch.Tensor, labels: torch.Tensor, function) -> list[float]:
    """For each network, the share of the points whose class it does not predict."""
    parts = zip(points.split(POINTS_PER_PASS), labels.split(POINTS_PER_PASS), strict=True)
    wrong = 0
    for part, truth in parts:
        columns = part.T.expand(len(stack[0][0]), -1, -1)
        predicted = logits(stack, columns, function).argmax(dim=1)
        wrong = wrong + (predicted != truth).sum(dim=1)
    return [int(number) / len(points) for number in wrong]


# Checkpoints -------------------------------------------------------------------------------------


def _digest(*parts: bytes | np.ndarray) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part if isinstance(part, bytes) else np.ascontiguousarray(part).tobytes())
    return total.hexdigest()


def _save_checkpoint(path: FilePath, identity: dict, record: _Record, trial: _Trial) -> None:
    tensors = {"curves": np.concatenate(record.curves)}
    if trial.orders:
        tensors["orders"] = np.stack([order.get_state().numpy() for order in trial.orders])
    groups = {"stack": _tensors(trial.state.stack), "mean": trial.state.means}
    groups["square"] = trial.state.squares
    if record.networks:
        groups["kept"] = _tensors(stack_networks(list(record.networks.values())))
    for group, members in groups.items():
        for i, tensor in enumerate(members):
            tensors[f"{group}_{i:03d}"] = tensor.detach().cpu().numpy()
    about = {
        "identity": identity,
        "number": trial.number,
        "seeds": trial.seeds,
        "best": trial.best,
        "epoch": trial.epoch,
        "seconds": trial.seconds,
        "step": float(trial.state.steps[0]),
        "rows": record.rows,
        "kept": list(record.networks),
    }
    write_checkpoint(path, tensors, about)


def _load_checkpoint(
    path: FilePath, identity: dict, device: torch.device
) -> tuple[_Record, _Trial] | None:
    """What had come out when the training was cut short; None where there is nothing of it."""
    if not Path(path).exists():
        return None
    tensors, about = read_checkpoint(path)
    if about["identity"] != identity:
        log.warning("%s is of another training: begun anew", path)
        return None

    def group(name: str) -> list[torch.Tensor]:
        names = sorted(n for n in tensors if n.startswith(f"{name}_"))
        return [torch.from_numpy(tensors[n]) for n in names]

    record = _Record(curves=[tensors["curves"]])
    kept = group("kept")
    networks = dict(zip(about["kept"], zip(*kept, strict=True), strict=True)) if kept else {}
    for row in about["rows"]:
        network = networks[row["seed"]]
        record.add(row, list(zip(network[::2], network[1::2], strict=True)))
    orders = []
    for state in tensors.get("orders", ()):
        orders.append(torch.Generator())
        orders[-1].set_state(torch.from_numpy(state))
    state = _make_state(
        *([t.to(device) for t in group(name)] for name in ("stack", "mean", "square")),
        about["step"],
    )
    trial = _Trial(
        about["number"], about["seeds"], state, orders, about["best"], about["epoch"],
        about["seconds"],
    )  # fmt: skip
    log.info("going on at epoch %d of trial %d, from %s", trial.epoch, trial.number, path)
    return record, trial
