"""Two circles, and what the rules write of them at the layers of small networks."""

import numpy as np
import pandas as pd

from scripts import collect_persistence, compute_persistence
from topodnn.datasets.files import Data, write_data
from topodnn.networks.files import Networks, write_networks

HOW = {"n_neighbors": 4, "max_scale": 3.0, "max_hops": 6, "max_dimension": 1}
PERSISTENCE = {**HOW, "n_points": 40, "seed": 0, "filtration_value": 0.5, "scale": 2.5}
ENDS = {key: HOW[key] for key in ("max_scale", "max_hops", "max_dimension")}
TRAINED = {"dataset": "rings", "network": "2x3", "protocol": "notebook"}


def two_circles(n_points=40):
    angles = np.arange(n_points // 2) * 4 * np.pi / n_points
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    return np.concatenate([circle, circle + np.array([5, 0])]).astype(np.float32)


def networks_of(seeds, activation, standardised):
    rng = np.random.default_rng(len(activation))
    shapes = [(3, 2), (3, 3), (2, 3)]
    weights = [rng.normal(size=(len(seeds), *s)).astype(np.float32) for s in shapes]
    weights[1][-1] = 0  # the last network takes all points to one
    biases = [rng.normal(size=(len(seeds), s[0])).astype(np.float32) for s in shapes]
    mean = np.full(2, 5.0 if standardised else 0.0, np.float32)
    about = {"seeds": seeds, "activation": activation, "activation_parameters": {}}
    return Networks(weights, biases, mean, np.ones(1, np.float32), about)


def write_results(folder):
    """What the rules write for two activations with two networks, of which one collapses."""
    batch = Data(two_circles(), np.repeat([0, 1], 20), np.zeros(40, bool), np.eye(2, dtype=int))
    write_data(folder / "batch.npz", batch)
    trials = []
    for activation in ("relu", "tanh"):
        networks = networks_of([0, 1], activation, standardised=activation == "tanh")
        write_networks(folder / f"{activation}.safetensors", networks)
        kind = {**TRAINED, "activation": activation}
        compute_persistence.main(
            folder / "batch.npz", folder / f"{activation}.safetensors",
            *(folder / f"{activation}.{name}" for name in ("parquet", "betti.csv", "far.csv")),
            kind=kind, persistence=PERSISTENCE,
        )  # fmt: skip
        trials += [
            {**kind, "seed": s, "trial": 1, "train_error": 0.3, "held_out_error": 0.2 + s / 10,
             "well_trained": False, "counted": True}
            for s in (0, 1)
        ]  # fmt: skip
    pd.DataFrame(trials).to_csv(folder / "trials.csv", index=False)
    jobs = [
        [str(folder / f"{name}.{ending}") for name in ("relu", "tanh")]
        for ending in ("parquet", "betti.csv", "far.csv")
    ]
    collect_persistence.main(
        *jobs, folder / "trials.csv", folder / "betti.csv", folder / "distances.csv",
        folder / "curves.csv", folder / "diagrams.parquet",
        persistence={"rings": ENDS},
        diagrams_of=[{**TRAINED, "activation": name} for name in ("relu", "tanh")],
    )  # fmt: skip
