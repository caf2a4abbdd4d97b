"""What a schema cannot say of the data sets of a configuration: points, samples, parameters."""

import inspect
import math
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from topodnn.datasets.generators import GENERATORS, LIMITS
from topodnn.datasets.splits import held_out_mask
from topodnn.errors import InputError, shown
from topodnn.workflow.experiments import Size, neighbors_of, samples, scale_grid, size_of

# figures/comparisons and tensorboard/figures lie beside the folders of the data sets.
RESERVED = ("comparisons", "figures")
SOURCES = ("generator", "file", "openml", "sklearn")
# Keys of points that are not drawn.
PREPARATION = (
    "true_betti", "classes", "duplicates", "max_points_per_class", "scaling", "components",
)  # fmt: skip


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
