"""The resolved configuration: checked against the schema, defaults filled in, jobs expanded."""

import copy
import difflib
import inspect
import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from topodnn import KIND
from topodnn.datasets import GENERATORS, held_out_mask, load_points
from topodnn.errors import InputError

# Activations that are checked without torch, and their parameters.
KNOWN_PARAMETERS = {
    "relu": set(),
    "leaky_relu": {"negative_slope"},
    "tanh": set(),
    "sigmoid": set(),
}
GIVEN = "given"  # stands in paths and tables where networks are read instead of trained

# In JSON schema 5.0 is an integer, and nan is a number; here they are not.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
            "number": lambda _, value: _is_number(value),
        }
    ),
)


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def resolve(config: dict[str, Any], schema_path: str | Path) -> dict[str, Any]:
    """Check a configuration and fill in the defaults.

    Parameters
    ----------
    config : dict
        As read from YAML; not changed.
    schema_path : path
        JSON schema in YAML.

    Returns
    -------
    dict
        The configuration with every key of the schema that has a default.

    Raises
    ------
    InputError
        Naming the key, the value found and what is allowed.
    """
    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    config = copy.deepcopy(config)
    found = Validator(schema).iter_errors(config)
    errors = sorted(found, key=lambda error: [str(part) for part in error.path])
    if errors:
        raise InputError(_sentence(errors[0]))
    _fill_defaults(config, schema)
    _check_datasets(config)
    _check_experiments(config)
    return config


def _sentence(error: ValidationError) -> str:
    """What a schema error means for somebody who wrote the configuration."""
    key = ".".join(str(part) for part in error.absolute_path)
    where, value, wanted = key or "the configuration", error.instance, error.validator_value
    if error.validator == "additionalProperties":
        allowed = list(error.schema.get("properties", {}))
        unknown = next(str(name) for name in value if name not in allowed)
        close = difflib.get_close_matches(unknown, allowed, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        return f"Unknown key {unknown!r} in {where}{hint}; allowed are {', '.join(allowed)}."
    if error.validator == "required":
        missing = [name for name in wanted if name not in value]
        return f"The key {missing[0]!r} is missing in {where}."
    phrases = {
        "type": lambda: f"of type {' or '.join(np.atleast_1d(wanted))}{_hint(value, wanted)}",
        "enum": lambda: f"one of {', '.join(map(str, wanted))}",
        "minimum": lambda: f"at least {wanted}",
        "exclusiveMaximum": lambda: f"less than {wanted}",
        "exclusiveMinimum": lambda: f"greater than {wanted}",
        "maximum": lambda: f"at most {wanted}",
        "minItems": lambda: f"a list of at least {wanted}",
        "minProperties": lambda: f"a mapping with at least {wanted} entry",
        "uniqueItems": lambda: "a list without repetitions",
        "maxLength": lambda: f"at most {wanted} characters long",
        "pattern": lambda: f"of the form {wanted}",
    }
    return f"{where} is {value!r}, but must be {phrases[error.validator]()}."


def _hint(value: Any, wanted: str | list[str]) -> str:
    """YAML reads 1e-2 as text, and the command line of snakemake true."""
    if wanted == "boolean":
        return " (on the command line True or False)"
    try:
        return f" (write {float(value)})" if isinstance(value, str) else ""
    except ValueError:
        return ""


def _fill_defaults(value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, list):
        for item in value:
            _fill_defaults(item, schema.get("items", {}))
    if isinstance(value, dict):
        for name, sub in schema.get("properties", {}).items():
            if "default" in sub and name not in value:
                value[name] = copy.deepcopy(sub["default"])
            if name in value:
                _fill_defaults(value[name], sub)
        others = schema.get("additionalProperties")
        for name in set(value) - set(schema.get("properties", {})):
            _fill_defaults(value[name], others if isinstance(others, dict) else {})


def _check_datasets(config: dict[str, Any]) -> None:
    for name, dataset in config["datasets"].items():
        where = f"datasets.{name}"
        if ("file" in dataset) == ("generator" in dataset):
            raise InputError(f"{where} must have either the key 'generator' or the key 'file'.")
        _check_parameters(dataset, where)
        for key in ("label", "true_betti"):
            if key in dataset and "file" not in dataset:
                raise InputError(f"{where} has the key {key!r}, which is for the key 'file' only.")
        try:
            _, labels, true_betti = load_points(dataset)
            held_out_mask(labels, dataset["held_out"], dataset["seed"])
        except (InputError, OSError) as error:
            raise InputError(f"{where}: {error}") from error
        for part, sample in samples(dataset).items():
            _check_sample(sample, labels, f"{where}.{part}", known=len(true_betti) > 0)
        if "persistence" in dataset:
            _check_persistence(dataset["persistence"], f"{where}.persistence")


def _check_sample(sample: dict[str, Any], labels: np.ndarray, where: str, known: bool) -> None:
    n_neighbors, _ = scale_grid(sample)
    smallest = -(-np.bincount(labels).min() // sample["every"])
    if not n_neighbors:
        raise InputError(f"{where}.grid has no values: first is larger than last.")
    if max(n_neighbors) >= smallest:
        key = "grid.last" if sample["n_neighbors"] == "auto" else "n_neighbors"
        raise InputError(
            f"{where}.{key} is {max(n_neighbors)}, but must be smaller than the number of "
            f"points of a class, {smallest} (every: {sample['every']})."
        )
    if not known and is_auto(sample):
        raise InputError(
            f"{where} must have n_neighbors and scale as numbers: of a file the true Betti numbers "
            "that would choose them are not known, unless the key 'true_betti' gives them."
        )


def _check_persistence(persistence: dict[str, Any], where: str) -> None:
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
                f"Unknown key {key!r} in {where}.parameters; "
                f"allowed are {', '.join(allowed) or 'none'}."
            )
        whole = isinstance(allowed[key], int)
        lowest = 1 if whole else 0.01 if key == "step" else 0  # a finer grid would fill the memory
        if not _is_number(value) or value < lowest or (whole and not isinstance(value, int)):
            kind = "whole number" if whole else "number"
            raise InputError(
                f"{where}.parameters.{key} is {value!r}, but must be a {kind} of at least {lowest}."
            )


def _check_experiments(config: dict[str, Any]) -> None:
    for i, experiment in enumerate(config["experiments"]):
        for kind in ("datasets", "networks"):
            for name in experiment[kind]:
                if name not in config[kind]:
                    raise InputError(
                        f"experiments.{i}.{kind} names {name!r}, but must name one of "
                        f"{', '.join(config[kind])}."
                    )
    _check_comparisons(config)
    _check_weights(config)
    used = {job["activation"] for job in jobs(config)}
    trainings = [
        config["training"],
        *(e["training"] for e in config["experiments"] if "training" in e),
    ]
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
    for job in jobs(config):
        if job["protocol"] != GIVEN:
            continue
        pattern = job["training"]["weights"]
        if job["last"] > 0 and "{seed}" not in pattern:
            raise InputError(f"weights is {pattern!r}, but for several seeds must have {{seed}}.")
        try:
            paths = weight_files(job)
        except (KeyError, IndexError, ValueError) as error:
            raise InputError(
                f"weights is {pattern!r}, but may have {{dataset}}, {{network}}, {{activation}} "
                "and {seed} in braces only."
            ) from error
        missing = [path for path in paths if not Path(path).is_file()]
        if missing:
            raise InputError(f"weights is {pattern!r}, but there is no file {missing[0]}.")


def weight_files(job: dict[str, Any]) -> list[str]:
    """The files of the networks of a job whose weights are given, one a seed."""
    named = {key: job[key] for key in KIND if key != "protocol"}
    seeds = range(int(job["first"]), int(job["last"]) + 1)
    return [job["training"]["weights"].format(**named, seed=seed) for seed in seeds]


def _check_comparisons(config: dict[str, Any]) -> None:
    protocol = config["training"]["protocol"]
    trained = {tuple(job[key] for key in KIND) for job in jobs(config)}
    for name, comparison in config["comparisons"].items():
        for network in comparison["networks"]:
            kind = (comparison["dataset"], network, protocol, comparison["activation"])
            if kind not in trained:
                raise InputError(
                    f"comparisons.{name} names {', '.join(kind)}, but no experiment trains such "
                    "networks."
                )
    if config["claims"]["depth_networks"]:
        for network in config["claims"]["depth_networks"]:
            if network not in config["networks"]:
                raise InputError(
                    f"claims.depth_networks names {network!r}, but must name one of "
                    f"{', '.join(config['networks'])}."
                )


def _check_activation(name: str, own: dict[str, str], parameters: dict[str, Any]) -> None:
    known = name in KNOWN_PARAMETERS and set(parameters) <= KNOWN_PARAMETERS[name]
    if known and name not in own and all(map(_is_number, parameters.values())):
        return  # spares the second and a half that importing torch takes
    import torch

    from topodnn.networks import ACTIVATIONS, make_activation

    if name in own and name in ACTIVATIONS:
        raise InputError(f"own_activations has {name!r}, but that is one of torch.nn already.")
    if name not in own and name not in ACTIVATIONS:
        raise InputError(
            f"activation is {name!r}, but must be one of {', '.join([*ACTIVATIONS, *own])}; others "
            "are named in own_activations."
        )
    try:
        make_activation(own.get(name, name), parameters)(torch.zeros(1))
    except (ValueError, TypeError, RuntimeError) as error:
        text = str(error).splitlines()[0].rstrip(".")
        raise InputError(f"activation {name!r}: {text}.") from error


def samples(dataset: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The samples of the points whose homology is computed.

    Returns
    -------
    dict
        ``homology``, and ``all_points`` where the data set asks for it: its settings, and
        ``networks``, how many networks of each kind.
    """
    homology = dataset["homology"]
    found = {"homology": homology | {"networks": math.inf}}
    if "all_points" in dataset:
        found["all_points"] = homology | dataset["all_points"] | {"every": 1}
    return found


def is_auto(sample: dict[str, Any]) -> bool:
    """Whether the true Betti numbers of the input are to choose something."""
    return "auto" in (sample["n_neighbors"], sample["scale"])


def scale_grid(sample: dict[str, Any]) -> tuple[list[int], list[float]]:
    """Values of n_neighbors and scale among which to choose; a number stands for itself."""
    grid, n_neighbors, scale = sample["grid"], sample["n_neighbors"], sample["scale"]
    return (
        list(range(grid["first"], grid["last"] + 1, grid["step"]))
        if n_neighbors == "auto"
        else [n_neighbors],
        grid["scales"] if scale == "auto" else [scale],
    )


def jobs(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Expand the experiments into jobs: a batch of seeds of one kind of network each.

    Returns
    -------
    list of dict
        With dataset, network, protocol, activation, first and last (the seeds of the batch),
        training, the numbers that differ from the protocol (or ``weights``, the files of networks
        that are given), and figures, what is drawn of the kind; each job once.

    Raises
    ------
    InputError
        If two experiments train the same kind of network with the same protocol and other numbers.
    """
    n_seeds: dict[tuple[str, ...], int] = {}
    trainings: dict[tuple[str, ...], dict[str, Any]] = {}
    figures: dict[tuple[str, ...], set[str]] = {}
    for i, experiment in enumerate(config["experiments"]):
        training = experiment.get("training", config["training"])
        seeds = experiment.get("seeds", config["seeds"])
        if "weights" in experiment:
            training = {"protocol": GIVEN, "weights": experiment["weights"]}
            if "{seed}" not in experiment["weights"]:
                seeds = experiment.get("seeds", 1)
        for key in product(
            experiment["datasets"],
            experiment["networks"],
            [training["protocol"]],
            experiment.get("activations", config["activations"]),
        ):
            if trainings.setdefault(key, training) != training:
                given = "weights" in training
                other = "weights has other files" if given else "training has other numbers"
                raise InputError(
                    f"experiments.{i}.{other} than another experiment for "
                    f"{', '.join(key)}; results of both would lie in the same place."
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
