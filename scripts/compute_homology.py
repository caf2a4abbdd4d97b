"""Compute the Betti numbers of each class at each layer of a batch of networks."""

import numpy as np
import pandas as pd

from topodnn.columns import betti_columns
from topodnn.datasets.files import Data, read_data
from topodnn.homology.betti import betti_numbers
from topodnn.homology.files import read_scale
from topodnn.log import job_log, log, progress
from topodnn.networks.points import Activations


def main(
    data_path: str,
    activations_path: str,
    scale_path: str | None,
    homology_path: str,
    *,
    kind: dict,
    homology: dict,
    seeds: list[int],
) -> None:
    """Write one row per seed, layer and class.

    `homology` has n_neighbors, scale, max_dimension and stride; the choice in `scale_path`, if
    there is one, overrides the first two.
    """
    data = read_data(data_path)
    if scale_path:
        choice = read_scale(scale_path)
        homology = homology | {key: choice[key] for key in ("n_neighbors", "scale")}
    input_is_true = check_input(data, homology)
    activations = Activations(activations_path)
    n_classes = activations.about["widths"][-1]
    total, rows = len(seeds) * activations.n_layers, []
    with progress(" ".join(kind.values())) as report:
        for done, seed in enumerate(seeds):
            network = activations.about["seeds"].index(seed)
            predicted = activations.predicted(network)
            for layer in range(activations.n_layers):
                points = activations.layer(network, layer)
                for label in range(n_classes):
                    found = class_betti_numbers(points[predicted == label], **homology)
                    if pd.isna(found["beta_0"]):
                        log.warning("seed %d, layer %d: points are not finite", seed, layer)
                    rows.append({**kind, "seed": seed, "layer": layer, "class": label, **found})
                report(done * activations.n_layers + layer + 1, total, f"seed {seed}")
    table = pd.DataFrame(rows)
    table["input_is_true"] = table["class"].map(input_is_true)
    table.to_csv(homology_path, index=False)


def class_betti_numbers(
    points: np.ndarray, *, n_neighbors: int, scale: float, max_dimension: int, stride: int
) -> dict:
    """Betti numbers of every q-th point of a class.

    All are zero where the network predicts the class nowhere, and missing where it diverged.
    """
    sample = points[::stride]
    betti = [0] * (max_dimension + 1)
    if not np.isfinite(sample).all():
        betti = [pd.NA] * (max_dimension + 1)
    elif len(sample):
        betti = betti_numbers(
            sample, n_neighbors=n_neighbors, scale=scale, max_dimension=max_dimension
        )
    numbers = {f"beta_{dimension}": number for dimension, number in enumerate(betti)}
    return {"n_points": len(sample), "n_neighbors": n_neighbors, "scale": scale, **numbers}


def check_input(data: Data, homology: dict) -> dict[int, bool | None]:
    """Compare the Betti numbers of each class of the data set, by its labels, with the true ones.

    Returns
    -------
    dict
        Class → whether they agree; None where the true ones are not known.
    """
    classes = [int(label) for label in np.unique(data.labels)]
    if not len(data.true_betti):
        log.info("the true Betti numbers of this data set are not known: the scale is not checked")
        return dict.fromkeys(classes)
    result = {}
    for label in classes:
        row = class_betti_numbers(data.points[data.labels == label], **homology)
        found = [row[name] for name in betti_columns(row)]
        wanted = (data.true_betti[label].tolist() + [0] * len(found))[: len(found)]
        result[label] = found == wanted
        if found != wanted:
            log.warning(
                "class %d: the Betti numbers of the input are %s with n_neighbors %d, scale %s and "
                "stride %d, but those of the data set are %s: choose another n_neighbors (too "
                "large fills holes, too small tears apart)",
                label, [int(n) for n in found], homology["n_neighbors"], homology["scale"],
                homology["stride"], wanted,
            )  # fmt: skip
    return result


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.input.activations,
            snakemake.input.get("scale"),
            snakemake.output.homology,
            **snakemake.params,
        )
