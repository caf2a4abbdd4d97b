"""Checkpoints: the state of an unfinished training, in a safetensors file, to resume from.

A checkpoint says which training it belongs to: data, widths, activation, protocol, seeds, code,
device and version of PyTorch. A checkpoint of another training is not used.
"""

import hashlib
from pathlib import Path

import numpy as np
import torch

from topodnn.log import log
from topodnn.networks.optimiser import State
from topodnn.networks.tensors import Tensors, remove_begun, write_tensors
from topodnn.networks.trials import Record, Trial

NUMBERS = ("seed", "number", "best", "epoch", "seconds")  # of a Trial


def save_checkpoint(
    path: str | Path, identity: dict, record: Record, running: list[Trial], state: State
) -> None:
    """Write what is finished, and all that the running trials need to go on."""
    tensors = {
        "curves": record.joined_curves(),
        "orders": np.stack([trial.order.get_state().numpy() for trial in running]),
    }
    groups = state._asdict()
    if record.networks:
        groups["kept"] = map(torch.stack, zip(*record.networks.values(), strict=True))
    for group, members in groups.items():
        for i, tensor in enumerate(members):
            tensors[f"{group}_{i:03d}"] = tensor.cpu().numpy()
    about = {
        "identity": identity,
        "running": [[getattr(trial, name) for name in NUMBERS] for trial in running],
        "finished": record.rows,
        "kept": list(record.networks),
    }
    write_checkpoint(path, tensors, about)


def load_checkpoint(
    path: str | Path, identity: dict, device: torch.device
) -> tuple[Record, list[Trial], State] | None:
    """What a checkpoint of this training holds; None if there is none."""
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
    kept = dict(zip(about["kept"], zip(*group("kept"), strict=True), strict=True))
    for row in about["finished"]:
        record.add(row, list(kept[row["seed"]]))
    running = []
    for numbers, order in zip(about["running"], tensors["orders"], strict=True):
        trial = Trial(order=torch.Generator(), **dict(zip(NUMBERS, numbers, strict=True)))
        trial.order.set_state(torch.from_numpy(order))
        running.append(trial)
    state = State(*([t.to(device) for t in group(name)] for name in State._fields))
    oldest = max(trial.epoch for trial in running)
    log.info("resumed at epoch %d, with %d trials ended, from %s", oldest, len(record.rows), path)
    return record, running, state


def digest(*parts: np.ndarray) -> str:
    """SHA-256 of the numbers of some arrays, in hexadecimal digits."""
    total = hashlib.sha256()
    for part in parts:
        total.update(np.ascontiguousarray(part).tobytes())
    return total.hexdigest()


def remove_checkpoint(path: str | Path) -> None:
    """Remove a checkpoint, and one that a killed training did not finish."""
    Path(path).unlink(missing_ok=True)
    remove_begun(path)


def write_checkpoint(path: str | Path, tensors: dict[str, np.ndarray], about: dict) -> None:
    """Write a checkpoint; the file is the old one or the new one, never half of one."""
    write_tensors(path, tensors, about)


def read_checkpoint(path: str | Path) -> tuple[dict[str, np.ndarray], dict]:
    """Read what :func:`write_checkpoint` wrote."""
    with Tensors(path) as tensors:
        return {name: tensors[name] for name in tensors.names}, tensors.about
