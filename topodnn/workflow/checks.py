"""What a schema cannot say of the experiments of a configuration: names, files, activations."""

import math
import string
from itertools import pairwise
from pathlib import Path
from typing import Any

from topodnn.columns import KIND
from topodnn.errors import InputError, listed, plain, shown
from topodnn.networks.protocols import PROTOCOLS, training_name
from topodnn.workflow.data_checks import is_number
from topodnn.workflow.experiments import (
    PRETRAINED,
    batches_of,
    network_of,
    size_of,
    weight_files,
)
from topodnn.workflow.variations import check_robustness

LONGEST_REASON = 150  # characters

# Activations that are checked without torch, and their parameters.
KNOWN_PARAMETERS = {
    "relu": set(),
    "leaky_relu": {"negative_slope"},
    "tanh": set(),
    "sigmoid": set(),
}


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
    check_robustness(config)
    _check_weights(config)
    _check_residual(config)
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


def _check_residual(config: dict[str, Any]) -> None:
    for dataset, name in {(job["dataset"], job["network"]): None for job in batches_of(config)}:
        network = network_of(config, name)
        if not network["residual"]:
            continue
        features = size_of(config["datasets"][dataset], config["data_home"]).shape[1]
        widths = [features, *network["widths"]]
        if not any(one == other for one, other in pairwise(widths)):
            raise InputError(
                f"networks.{name}.residual is true, but no hidden layer is as wide as the layer "
                f"before: from the input of {dataset} on the widths are {widths}."
            )


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
    widest = max(size.shape[1], *network_of(config, network)["widths"], len(size.by_class))
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
