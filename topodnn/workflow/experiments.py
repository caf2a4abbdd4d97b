"""The experiments of a configuration, expanded: batches of seeds, samples and sizes of the data."""

import json
import math
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from topodnn.columns import KIND
from topodnn.datasets.loading import load_points
from topodnn.errors import InputError
from topodnn.networks.protocols import training_name

PRETRAINED = "pretrained"  # in paths and tables, where networks are read and not trained
# The keys of a data set that decide its points.
POINTS = (
    *("generator", "parameters", "seed", "file", "label", "openml", "sklearn", "true_betti"),
    *("classes", "duplicates", "max_points_per_class", "scaling", "components"),
)


class Size(NamedTuple):
    """How large a data set is, whether its true Betti numbers are known, and what is read for it.

    shape : points and features that networks see; by_class : points of each class; read_shape :
    points and features of the source.
    """

    shape: tuple[int, int]
    by_class: tuple[int, ...]
    is_known: bool
    read_shape: tuple[int, int]


def size_of(dataset: dict[str, Any], data_home: str | None = None) -> Size:
    """The size of a data set, for which its points are drawn or read once in a process.

    They are neither scaled nor projected for it.

    Raises
    ------
    InputError, OSError
        As :func:`topodnn.datasets.loading.load_points`.
    """
    return _size_of(json.dumps({key: dataset[key] for key in POINTS if key in dataset}), data_home)


@cache
def _size_of(text: str, data_home: str | None) -> Size:
    dataset = json.loads(text)
    points, labels, true_betti, n_read = load_points(dataset, data_home)
    n_points, n_features = points.shape
    return Size(
        (n_points, dataset.get("components", n_features)),
        tuple(np.bincount(labels).tolist()),
        len(true_betti) > 0,
        (n_read, n_features),
    )


def batches_of(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Expand the experiments into batches: a batch of seeds of one kind of network each.

    Returns
    -------
    list of dict
        With dataset, network, protocol, activation, first and last (the seeds of the batch),
        training, the numbers that differ from the protocol (or ``weights``, the files of
        pretrained networks), and figures, what is drawn of the kind; each batch once.

    Raises
    ------
    InputError
        If two experiments train the same kind of network under the same name and with other
        numbers.
    """
    n_seeds: dict[tuple[str, ...], int] = {}
    trainings: dict[tuple[str, ...], dict[str, Any]] = {}
    figures: dict[tuple[str, ...], set[str]] = {}
    for i, experiment in enumerate(config["experiments"]):
        training = experiment.get("training", config["training"])
        seeds = experiment.get("seeds", config["seeds"])
        if "weights" in experiment:
            training = {"protocol": PRETRAINED, "weights": experiment["weights"]}
            if "{seed}" not in experiment["weights"]:
                seeds = experiment.get("seeds", 1)
        for key in product(
            experiment["datasets"],
            experiment["networks"],
            [training_name(training)],
            experiment.get("activations", config["activations"]),
        ):
            if trainings.setdefault(key, training) != training:
                given = "weights" in training
                other = "weights has other files" if given else "training has other numbers"
                raise InputError(
                    f"experiments.{i}.{other} than another experiment for "
                    f"{', '.join(key)}; results of both would lie in the same place, unless the "
                    "training of one has a name."
                )
            n_seeds[key] = max(n_seeds.get(key, 0), seeds)
            figures.setdefault(key, set()).update(experiment["figures"])
    size = config["seeds_per_job"]
    return [
        dict(zip(KIND, key, strict=True))
        | {"first": first, "last": min(first + size, n) - 1}
        | {"training": trainings[key], "figures": figures[key]}
        for key, n in n_seeds.items()
        for first in range(0, n, size)
    ]


def network_of(config: dict[str, Any], name: str) -> dict[str, Any]:
    """The widths of the hidden layers of a network, and whether it is residual, by these names."""
    given = config["networks"][name]
    return given if isinstance(given, dict) else {"widths": given, "residual": False}


def weight_files(batch: dict[str, Any]) -> list[str]:
    """The files of a batch of pretrained networks, one for each seed."""
    named = {key: batch[key] for key in KIND if key != "protocol"}
    seeds = range(int(batch["first"]), int(batch["last"]) + 1)
    return [batch["training"]["weights"].format(**named, seed=seed) for seed in seeds]


def clouds_of(datasets: dict[str, dict[str, Any]]) -> list[list[str]]:
    """The groups of data sets that differ in nothing but their seed, and in the title if any."""
    alike: dict[str, dict[int, str]] = {}
    for name, dataset in datasets.items():
        shared = {key: value for key, value in dataset.items() if key not in ("seed", "title")}
        shared["classes"] = list(dataset.get("classes", {}).items())  # their order numbers them
        alike.setdefault(json.dumps(shared, sort_keys=True), {}).setdefault(dataset["seed"], name)
    return [list(names.values()) for names in alike.values() if len(names) > 1]


def samples(dataset: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The samples of the points whose homology is computed.

    Returns
    -------
    dict
        ``homology``; ``scale_1.5`` and the like for each of its other scales, the same points at
        another ε; and ``all_points`` where the data set asks for it. Each has its settings,
        ``networks``, how many networks of each kind, and ``chosen_on``, the sample whose input
        chooses what is auto.
    """
    homology = dataset["homology"]
    whole = homology | {"networks": math.inf, "chosen_on": "homology"}
    found = {"homology": whole}
    found |= {f"scale_{scale:g}": whole | {"scale": scale} for scale in homology["other_scales"]}
    if "all_points" in dataset:
        own = {"stride": 1, "chosen_on": "all_points"}
        found["all_points"] = homology | dataset["all_points"] | own
    return found


def is_auto(sample: dict[str, Any]) -> bool:
    """Whether the Betti numbers of the input are to choose something."""
    return "auto" in (sample["n_neighbors"], sample["scale"])


def chosen_on_input(samples: dict[tuple[str, str], dict[str, Any]]) -> list[tuple[str, str]]:
    """The data sets and samples of which the input chooses the complex."""
    return [
        key
        for key, numbers in samples.items()
        if is_auto(numbers) and numbers["chosen_on"] == key[1]
    ]


def scale_grid(sample: dict[str, Any], is_known: bool) -> tuple[list[int], list[float]]:
    """Values of n_neighbors and scale among which to choose; a number stands for itself.

    The grid is linear where the true Betti numbers are known, else geometric.
    """
    grid, scale = sample["grid"], sample["scale"]
    scales = grid["scales"] if scale == "auto" else [scale]
    if sample["n_neighbors"] != "auto":
        return list(dict.fromkeys(neighbors_of(sample).values())), scales
    if is_known:
        return list(range(grid["first"], grid["last"] + 1, grid["step"])), scales
    from topodnn.homology.scale import geometric_grid  # with Numba, which takes a second

    return geometric_grid(grid["first"], grid["last"]), scales


def neighbors_of(sample: dict[str, Any]) -> dict[str, int]:
    """The numbers of neighbours that a configuration gives: n_neighbors, and the ends of a range.

    Of a range, n_neighbors is the middle, of two the lower: k of the Betti numbers at one scale.
    """
    given = sample["n_neighbors"]
    if not isinstance(given, dict):
        return {"n_neighbors": given}
    low, high = given["low"], given["high"]
    return {"n_neighbors": (low + high) // 2, "k_low": low, "k_high": high}
