"""Checkpoints: the state of an unfinished training, in a safetensors file, to resume from.

A checkpoint says which training it belongs to: data, widths, activation, protocol, seeds, code,
device and version of PyTorch. A checkpoint of another training is not used.
"""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import torch

from topodnn.log import log
from topodnn.networks.optimiser import make_state, tensors_of
from topodnn.networks.stacks import stack_networks
from topodnn.networks.tensors import open_tensors, write_tensors
from topodnn.networks.trials import Record, Trial


def save_checkpoint(path: str | Path, identity: dict, record: Record, trial: Trial) -> None:
    tensors = {"curves": np.concatenate(record.curves)}
    if trial.orders:
        tensors["orders"] = np.stack([order.get_state().numpy() for order in trial.orders])
    groups = {"stack": tensors_of(trial.state.stack), "mean": trial.state.means}
    groups["square"] = trial.state.squares
    if record.networks:
        groups["kept"] = tensors_of(stack_networks(list(record.networks.values())))
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


def load_checkpoint(
    path: str | Path, identity: dict, device: torch.device
) -> tuple[Record, Trial] | None:
    """The record and the trial of a checkpoint; None if there is none of this training."""
    if not Path(path).exists():
        return None
    tensors, about = read_checkpoint(path)
    if about["identity"] != identity:
        log.warning("%s is of another training or of other code: the training starts again", path)
        return None

    def group(name: str) -> list[torch.Tensor]:
        names = sorted(n for n in tensors if n.startswith(f"{name}_"))
        return [torch.from_numpy(tensors[n]) for n in names]

    record = Record(curves=[tensors["curves"]])
    kept = group("kept")
    networks = dict(zip(about["kept"], zip(*kept, strict=True), strict=True)) if kept else {}
    for row in about["rows"]:
        network = networks[row["seed"]]
        record.add(row, list(zip(network[::2], network[1::2], strict=True)))
    orders = []
    for state in tensors.get("orders", ()):
        orders.append(torch.Generator())
        orders[-1].set_state(torch.from_numpy(state))
    state = make_state(
        *([t.to(device) for t in group(name)] for name in ("stack", "mean", "square")),
        about["step"],
    )
    trial = Trial(
        about["number"], about["seeds"], state, orders, about["best"], about["epoch"],
        about["seconds"],
    )  # fmt: skip
    log.info("resumed at epoch %d of trial %d, from %s", trial.epoch, trial.number, path)
    return record, trial


def digest(*parts: np.ndarray) -> str:
    """SHA-256 of the numbers of some arrays, in hexadecimal digits."""
    total = hashlib.sha256()
    for part in parts:
        total.update(np.ascontiguousarray(part).tobytes())
    return total.hexdigest()


def write_checkpoint(path: str | Path, tensors: dict[str, np.ndarray], about: dict) -> None:
    """Write a checkpoint; the file is the old one or the new one, never half of one."""
    written = Path(f"{path}.new")
    write_tensors(written, tensors, about)
    os.replace(written, path)


def read_checkpoint(path: str | Path) -> tuple[dict[str, np.ndarray], dict]:
    """Read what :func:`write_checkpoint` wrote."""
    with open_tensors(path) as tensors:
        arrays = {name: tensors.get_tensor(name) for name in list(tensors.keys())}
        return arrays, json.loads(tensors.metadata()["about"])
