"""Compute the Betti numbers of each class at each layer of a batch of networks."""

from hashlib import sha256

import numpy as np
import pandas as pd

from topodnn.datasets.files import read_data
from topodnn.homology.files import sampled_complex
from topodnn.homology.layers import (
    complex_numbers,
    every_qth,
    in_dimensions,
    layer_betti_numbers,
    shows,
)
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log, progress
from topodnn.networks.points import Activations, classes_by

# What is compared with the true Betti numbers, and the column that says whether it agrees.
CHECKS = {"beta": "input_is_true", "persistent_beta": "persistent_input_is_true"}


def main(
    data_path: str,
    activations_path: str,
    scale_path: str | None,
    homology_path: str,
    *,
    kind: dict,
    homology: dict,
    seeds: list[int],
    class_by: str = "prediction",
    dataset: dict | None = None,
    wanted: dict | None = None,
) -> None:
    """Write one row per seed, layer and class.

    `homology` has n_neighbors, scale, max_dimension and stride, and k_low and k_high if k has a
    range; of n_neighbors and scale, what is auto is the choice in `scale_path`, and its block is
    the range. The sample is taken before the predicted classes, so that
    all layers of all networks have the same points. Which of them are those of a class, `class_by`
    says, as in :func:`topodnn.networks.points.classes_by`. `dataset` is
    what decides the points, `wanted` what the networks must be.
    """
    data = read_data(data_path, dataset)
    stride, numbers = sampled_complex(homology, scale_path, dataset)
    sampled = every_qth(data.labels, stride)
    checks = check_input(data.points[sampled], data.labels[sampled], data.true_betti, numbers)
    complex_ = {key: value for key, value in numbers.items() if key != "max_dimension"}
    activations = Activations(activations_path, wanted)
    n_classes = activations.about["widths"][-1]
    total, rows = len(seeds) * activations.n_layers, []
    of_input: dict[bytes, dict] = {}  # by digest of the points of a class: networks share them
    with progress(" ".join(kind.values())) as report:
        for done, seed in enumerate(seeds):
            network = activations.about["seeds"].index(seed)
            predicted = activations.predicted(network)[sampled]
            classes = classes_by(class_by, predicted, data.labels[sampled])
            for layer in range(activations.n_layers):
                points = activations.layer(network, layer)[sampled]
                place = {**kind, "seed": seed, "layer": layer, "width": points.shape[1]}
                for label in range(n_classes):
                    of_class = points[classes == label]
                    key = sha256(of_class).digest() if layer == 0 else None
                    found = of_input.get(key) or layer_betti_numbers(of_class, **numbers)
                    if key:
                        of_input[key] = found
                    if pd.isna(found["beta_0"]):
                        log.warning("seed %d, layer %d: points are not finite", seed, layer)
                    about = {"class": label, "n_points": len(of_class), **complex_}
                    rows.append({**place, **about, **found})
                report(done * activations.n_layers + layer + 1, total, f"seed {seed}")
    table = pd.DataFrame(rows).merge(checks, on="class", how="left")
    write_job_table(homology_path, table)


def check_input(
    points: np.ndarray, labels: np.ndarray, true_betti: np.ndarray, complex_: dict
) -> pd.DataFrame:
    """Compare the Betti numbers of each class of the sample, by its labels, with the true ones.

    `complex_` has the keyword arguments of :func:`topodnn.homology.layers.layer_betti_numbers`.

    Returns
    -------
    DataFrame
        One row per class: class, input_is_true, and with a range of k persistent_input_is_true;
        missing where the true Betti numbers are not known.
    """
    names = [name for name in CHECKS if name == "beta" or "k_low" in complex_]
    if not len(true_betti):
        log.info("the true Betti numbers of this data set are not known: the scale is not checked")
    rows = []
    for label in np.unique(labels):
        row: dict[str, object] = {"class": int(label)} | {CHECKS[name]: None for name in names}
        if len(true_betti):
            found = layer_betti_numbers(points[labels == label], **complex_)
            row |= {CHECKS[n]: shows(found, true_betti[label], n) for n in names}
            for name in names:
                if not row[CHECKS[name]]:
                    warn(label, name, found, true_betti[label], complex_)
        rows.append(row)
    return pd.DataFrame(rows)


def warn(label: int, name: str, found: dict, true_betti: np.ndarray, complex_: dict) -> None:
    """Say that the Betti numbers of a class at the input are not the true ones."""
    numbers = complex_numbers(found, name)
    where = "n_neighbors {n_neighbors} and scale {scale}"
    if name != "beta":
        where = "n_neighbors from {k_low} to {k_high} and scale {scale}"
    log.warning(
        "class %d: the Betti numbers of the input are %s with %s, but those of the data set are "
        "%s: choose another n_neighbors (too large fills holes, too small tears apart)",
        label, numbers, where.format(**complex_), in_dimensions(true_betti, len(numbers)),
    )  # fmt: skip


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.input.activations,
            snakemake.input.get("scale"),
            snakemake.output.homology,
            **snakemake.params,
        )
