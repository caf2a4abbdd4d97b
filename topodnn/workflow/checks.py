"""What a schema cannot say of a configuration: names, points, files, activations."""

import inspect
import math
import string
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from topodnn.columns import KIND
from topodnn.datasets.generators import GENERATORS, LIMITS
from topodnn.datasets.splits import held_out_mask
from topodnn.errors import InputError, listed, plain, shown
from topodnn.networks.protocols import PROTOCOLS, training_name
from topodnn.workflow.experiments import (
    PRETRAINED,
    Size,
    batches_of,
    neighbors_of,
    samples,
    scale_grid,
    size_of,
    weight_files,
)

LONGEST_REASON = 150  # characters

# figures/comparisons and tensorboard/figures lie beside the folders of the data sets.
RESERVED = ("comparisons", "figures")
SOURCES = ("generator", "file", "openml", "sklearn")
# Keys of points that are not drawn.
PREPARATION = (
    "true_betti", "classes", "duplicates", "max_points_per_class", "scaling", "components",
)  # fmt: skip

# Activations that are checked without torch, and their parameters.
KNOWN_PARAMETERS = {
    "relu": set(),
    "leaky_relu": {"negative_slope"},
    "tanh": set(),
    "sigmoid": set(),
}


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; true and false are none."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value)


def check_datasets(config: dict[str, Any]) -> None:
    """Check that the points of every data set are there, and enough for its complexes.

    The points of a data set that no experiment names need not be there.

    Raises
    ------
    InputError
        Naming the key, the value found and what is allowed.
    """
    used = {name for experiment in config["experiments"] for name in experiment["datasets"]}
    for name, dataset in config["datasets"].items():
        where = f"datasets.{name}"
        if name.lower() in RESERVED:  # on some file systems the same
            raise InputError(
                f"datasets names {name!r}, but must not name {' or '.join(RESERVED)}, which are "
                "folders of the results already."
            )
        _check_source(dataset, where)
        _check_parameters(dataset, where)
        _check_other_scales(dataset["homology"], f"{where}.homology")
        if name not in used:
            continue
        try:
            size = size_of(dataset, config["data_home"])
            labels = np.repeat(np.arange(len(size.by_class)), size.by_class)
            held_out = held_out_mask(labels, dataset["held_out"], dataset["seed"])
            if "components" in dataset:
                from topodnn.datasets.preparation import check_components  # needs pandas

                check_components(size.shape[1], size.read_shape[1], (~held_out).sum())
        except (InputError, OSError) as error:
            raise InputError(f"{where}: {error}") from error
        for part, sample in samples(dataset).items():
            _check_sample(sample, size, f"{where}.{part}")
        if "persistence" in dataset:
            n_training = int((~held_out).sum())
            _check_persistence(dataset["persistence"], n_training, f"{where}.persistence")


def _check_source(dataset: dict[str, Any], where: str) -> None:
    """One source, and only keys that are for it."""
    found = [key for key in SOURCES if key in dataset]
    if len(found) != 1:
        given = " and ".join(map(repr, found)) or "none of them"
        raise InputError(
            f"{where} must have either the key 'generator' or one of 'file', 'openml' and "
            f"'sklearn', but has {given}."
        )
    if "label" in dataset and "file" not in dataset:
        hint = "; for 'openml' it is openml.label" if "openml" in dataset else ""
        raise InputError(f"{where} has the key 'label', which is for the key 'file' only{hint}.")
    for key in PREPARATION:
        if key in dataset and "generator" in dataset:
            raise InputError(
                f"{where} has the key {key!r}, which is for 'file', 'openml' and 'sklearn', but "
                "its points are those of a generator."
            )


def _check_sample(sample: dict[str, Any], size: Size, where: str) -> None:
    n_neighbors, scales = scale_grid(sample, size.is_known)
    smallest = math.ceil(min(size.by_class) / sample["stride"])
    ends = neighbors_of(sample)
    if ends.get("k_low", 0) > ends.get("k_high", 0):
        raise InputError(
            f"{where}.n_neighbors.low is {ends['k_low']}, but must be at most high, "
            f"{ends['k_high']}."
        )
    if "k_low" in ends and sample["scale"] == "auto":
        raise InputError(
            f"{where}.scale is 'auto', but must be a number where n_neighbors is a range."
        )
    if not n_neighbors:
        raise InputError(f"{where}.grid has no values: first is larger than last.")
    if max(n_neighbors) >= smallest:
        key = "grid.last" if sample["n_neighbors"] == "auto" else "n_neighbors"
        key += ".high" if "k_high" in ends else ""
        raise InputError(
            f"{where}.{key} is {max(n_neighbors)}, but must be smaller than the number of "
            f"points of a class, {smallest} (stride: {sample['stride']})."
        )
    for k in sample["barcode_at"]:
        if k >= smallest:
            raise InputError(
                f"{where}.barcode_at has {k}, but must be smaller than the number of points of a "
                f"class, {smallest} (stride: {sample['stride']})."
            )
    for one, other in pairwise(sorted(scales)):
        if int(one) == int(other):
            raise InputError(
                f"{where}.grid.scales has {one} and {other}, but must have only one of them: "
                f"distances are whole numbers of hops, and both scales are {int(one)}."
            )
    if not size.is_known and sample["scale"] == "auto":
        raise InputError(
            f"{where}.scale is 'auto', but must be a number: of a file or a public data set the "
            "true Betti numbers that would choose it are not known, unless the key 'true_betti' "
            "gives them."
        )


def _check_other_scales(homology: dict[str, Any], where: str) -> None:
    scale, others = homology["scale"], homology["other_scales"]
    if others and scale == "auto":
        raise InputError(
            f"{where}.scale is 'auto', but must be a number where there are other_scales."
        )
    for one, other in combinations([scale, *others], 2):
        if int(one) == int(other):
            raise InputError(
                f"{where}.other_scales has {other} beside {one}, but must have only scales of "
                f"other hops: distances are whole numbers of hops, and both scales are {int(one)}."
            )


def _check_persistence(persistence: dict[str, Any], n_training: int, where: str) -> None:
    if persistence["n_points"] > n_training:
        raise InputError(
            f"{where}.n_points is {persistence['n_points']}, but must be at most {n_training}, the "
            "number of points that are not held out."
        )
    for key, limit in (
        ("filtration_value", "max_scale"),
        ("scale", "max_hops"),
        ("n_neighbors", "n_points"),
    ):
        if persistence[key] > persistence[limit]:
            raise InputError(
                f"{where}.{key} is {persistence[key]}, but must be at most {limit}, "
                f"{persistence[limit]}."
            )


def _check_parameters(dataset: dict[str, Any], where: str) -> None:
    allowed = {}
    if "generator" in dataset:
        known = inspect.signature(GENERATORS[dataset["generator"]].draw).parameters
        allowed = {name: p.default for name, p in known.items() if name != "rng"}
    for key, value in dataset["parameters"].items():
        if key not in allowed:
            raise InputError(
                f"Unknown key {shown(key)} in {where}.parameters; "
                f"allowed are {', '.join(allowed) or 'none'}."
            )
        if isinstance(allowed[key], bool):
            if not isinstance(value, bool):
                raise InputError(
                    f"{where}.parameters.{key} is {shown(value)}, but must be true or false."
                )
            continue
        whole, (lowest, highest) = isinstance(allowed[key], int), LIMITS[key]
        is_allowed = is_number(value) and lowest <= value <= highest
        if not is_allowed or (whole and not isinstance(value, int)):
            kind = "whole number" if whole else "number"
            raise InputError(
                f"{where}.parameters.{key} is {shown(value)}, but must be a {kind} of at least "
                f"{lowest} and at most {highest}."
            )


def check_experiments(config: dict[str, Any]) -> None:
    """Check that what experiments and comparisons name is there: data, networks, activations.

    Raises
    ------
    InputError
        Naming the key, the value found and what is allowed.
    """
    for i, experiment in enumerate(config["experiments"]):
        for kind in ("datasets", "networks"):
            for name in experiment[kind]:
                if name not in config[kind]:
                    raise InputError(
                        f"experiments.{i}.{kind} names {shown(name)}, but must name one of "
                        f"{listed(config[kind])}."
                    )
    _check_comparisons(config)
    _check_weights(config)
    used = {job["activation"] for job in batches_of(config)}
    trainings = [
        config["training"],
        *(e["training"] for e in config["experiments"] if "training" in e),
    ]
    for training in trainings:
        name = training_name(training)
        if name != training["protocol"] and name in (*PROTOCOLS, PRETRAINED):
            raise InputError(f"training.name is {name!r}, which is the name of another protocol.")
    changed = {name for training in trainings for name in training["by_activation"]}
    own = config["own_activations"]
    for name in sorted(used | changed | set(config["activation_parameters"]) | set(own)):
        _check_activation(name, own, config["activation_parameters"].get(name, {}))


def _check_weights(config: dict[str, Any]) -> None:
    for i, experiment in enumerate(config["experiments"]):
        if "weights" in experiment and "training" in experiment:
            raise InputError(
                f"experiments.{i} has the keys 'weights' and 'training', but networks are either "
                "read or trained."
            )
    for job in batches_of(config):
        if job["protocol"] != PRETRAINED:
            continue
        pattern = job["training"]["weights"]
        if job["last"] > 0 and "{seed}" not in pattern:
            raise InputError(
                f"weights is {shown(pattern)}, but for several seeds must have {{seed}}."
            )
        if not _names_files(pattern):
            raise InputError(
                f"weights is {shown(pattern)}, but may have {{dataset}}, {{network}}, "
                "{activation} and {seed} in braces only."
            )
        missing = [path for path in weight_files(job) if not Path(path).is_file()]
        if missing and not config["kept"]:
            where = plain(missing[0])
            raise InputError(f"weights is {shown(pattern)}, but there is no file {where}.")


def _names_files(pattern: str) -> bool:
    """Whether a pattern has plain names in braces: a width or an attribute is none."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        return False
    fields = [part[1:] for part in parts if part[1] is not None]
    allowed = {"dataset", "network", "activation", "seed"}
    return all(name in allowed and not (spec or how) for name, spec, how in fields)


def _check_comparisons(config: dict[str, Any]) -> None:
    protocol = training_name(config["training"])
    trained = {tuple(job[key] for key in KIND) for job in batches_of(config)}
    for name, comparison in config["comparisons"].items():
        for network in comparison["networks"]:
            kind = (comparison["dataset"], network, protocol, comparison["activation"])
            if kind not in trained:
                raise InputError(
                    f"comparisons.{name} names {listed(kind)}, but no experiment trains such "
                    "networks."
                )
            _check_quantities(config, name, network)
    if config["claims"]["depth_networks"]:
        for network in config["claims"]["depth_networks"]:
            if network not in config["networks"]:
                raise InputError(
                    f"claims.depth_networks names {shown(network)}, but must name one of "
                    f"{listed(config['networks'])}."
                )


def _check_quantities(config: dict[str, Any], name: str, network: str) -> None:
    """A layer of w neurons has no βk for k ≥ w: topodnn.homology.layers has the reason."""
    comparison = config["comparisons"][name]
    dataset = config["datasets"][comparison["dataset"]]
    highest = dataset["homology"]["max_dimension"]
    size = size_of(dataset, config["data_home"])
    widest = max(size.shape[1], *config["networks"][network], len(size.by_class))
    allowed = ["omega", *(f"beta_{k}" for k in range(min(highest + 1, widest)))]
    for quantity in comparison["quantities"]:
        if quantity not in allowed:
            raise InputError(
                f"comparisons.{name}.quantities has {quantity!r}, but for {comparison['dataset']}, "
                f"{network} must be of {', '.join(allowed)} (homology.max_dimension is {highest}, "
                f"and the widest layer has {widest} neurons)."
            )


def _check_activation(name: str, own: dict[str, str], parameters: dict[str, Any]) -> None:
    known = name in KNOWN_PARAMETERS and set(parameters) <= KNOWN_PARAMETERS[name]
    if known and name not in own and all(map(is_number, parameters.values())):
        return  # spares the second and a half that importing torch takes
    for key, value in parameters.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"activation_parameters.{name}.{key} is {value}, but must be finite.")
    import torch

    from topodnn.networks.activations import ACTIVATIONS, make_activation

    if name in own and name in ACTIVATIONS:
        raise InputError(f"own_activations has {name!r}, but that is one of torch.nn already.")
    if name not in own and name not in ACTIVATIONS:
        raise InputError(
            f"activation is {shown(name)}, but must be one of {listed([*ACTIVATIONS, *own])}; "
            "others are named in own_activations."
        )
    try:
        make_activation(own.get(name, name), parameters)(torch.zeros(1))
    except Exception as error:  # of any kind: the class and its module may be the user's own
        text = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        text = text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}…"
        raise InputError(f"activation {shown(name)}: {text}.") from error
