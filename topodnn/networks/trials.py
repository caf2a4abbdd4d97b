"""What the training of a batch keeps: the trials that run, and the results of earlier ones."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

TRIALS = [
    "seed", "trial", "epochs", "steps", "train_error", "held_out_error", "seconds",
    "well_trained", "counted",
]  # fmt: skip
CURVES = ["seed", "trial", "epoch", "loss", "train_error"]


@dataclass
class Trial:
    """One trial of one network, in training."""

    seed: int
    number: int
    order: torch.Generator  # draws the order of the points
    best: float = math.inf  # lowest training error at an evaluation so far
    epoch: int = 0
    seconds: float = 0.0


@dataclass
class Record:
    """Results so far: every trial that ended, curves, and the best network of each seed."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    curves: list[np.ndarray] = field(default_factory=list)
    best: dict[int, dict[str, Any]] = field(default_factory=dict)
    networks: dict[int, list[torch.Tensor]] = field(default_factory=dict)  # as of a State

    def add(self, row: dict[str, Any], network: list[torch.Tensor]) -> None:
        self.rows.append(row)
        seed = row["seed"]
        if seed not in self.best or _score(row) < _score(self.best[seed]):
            self.best[seed], self.networks[seed] = row, network

    def joined_curves(self) -> np.ndarray:
        """The curves in one array, which is kept as the only one."""
        self.curves = [np.concatenate([np.empty((0, len(CURVES))), *self.curves])]
        return self.curves[0]

    def counted(self) -> set[int]:
        return {seed for seed, row in self.best.items() if row["counted"]}


def _score(row: dict[str, Any]) -> tuple:
    return not row["well_trained"], row["train_error"], row["held_out_error"]


def generator(seed: int, trial: int, purpose: int) -> torch.Generator:
    entropy = np.random.SeedSequence([seed, trial, purpose]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(entropy))
