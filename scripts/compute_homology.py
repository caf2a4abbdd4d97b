"""Compute the Betti numbers of each class at each layer of a batch of networks."""

import numpy as np
import pandas as pd

from topodnn.files import Activations, read_data
from topodnn.homology import betti_numbers
from topodnn.progress import job_log, log, progress


def main(
    data_path: str, activations_path: str, homology_path: str, *, kind: dict, homology: dict
) -> None:
    """Write one row per seed, layer and class; `homology` are the settings of the data set."""
    true_betti = read_data(data_path).true_betti
    activations = Activations(activations_path)
    seeds, n_classes = activations.about["seeds"], activations.about["widths"][-1]
    total, rows = len(seeds) * activations.n_layers, []
    with progress(" ".join(kind.values())) as report:
        for network, seed in enumerate(seeds):
            predicted = activations.predicted(network)
            for layer in range(activations.n_layers):
                points = activations.layer(network, layer)
                for label in range(n_classes):
                    found = class_betti_numbers(points[predicted == label], **homology)
                    rows.append({**kind, "seed": seed, "layer": layer, "class": label, **found})
                report(network * activations.n_layers + layer + 1, total, f"seed {seed}")
    table = pd.DataFrame(rows)
    table["input_is_true"] = check_input(table, true_betti, homology)
    table.to_csv(homology_path, index=False)


def class_betti_numbers(
    points: np.ndarray, *, n_neighbors: int, scale: float, max_dimension: int, every: int
) -> dict:
    """Betti numbers of every q-th point; all zero where the network predicts the class nowhere."""
    sample = points[::every]
    betti = np.zeros(max_dimension + 1, dtype=np.int64)
    if len(sample):
        betti = betti_numbers(
            sample, n_neighbors=n_neighbors, scale=scale, max_dimension=max_dimension
        )
    numbers = {f"beta_{dimension}": number for dimension, number in enumerate(betti)}
    return {"n_points": len(sample), "n_neighbors": n_neighbors, "scale": scale, **numbers}


def check_input(table: pd.DataFrame, true_betti, homology: dict) -> pd.Series:
    """Compare layer 0 with the truth: True or False there, missing elsewhere or if unknown."""
    betti = [c for c in table.columns if c.startswith("beta_")]
    result = pd.Series(pd.NA, index=table.index, dtype="boolean")
    if not len(true_betti):
        log.info("the true Betti numbers of this data set are not known: the scale is not checked")
        return result
    for row in table.index[table["layer"] == 0]:
        found = table.loc[row, betti].tolist()
        wanted = true_betti[table.loc[row, "class"]].tolist()
        wanted = (wanted + [0] * len(found))[: len(found)]
        result[row] = found == wanted
        if found != wanted:
            log.warning(
                "seed %d, class %d: the Betti numbers of the input are %s with n_neighbors %d, "
                "scale %s and every %d, but those of the data set are %s: either the scale is "
                "wrong (too large fills holes, too small tears apart) or the network misclassifies",
                *table.loc[row, ["seed", "class"]], found, homology["n_neighbors"],
                homology["scale"], homology["every"], wanted,
            )  # fmt: skip
    return result


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.data,  # noqa: F821
            snakemake.input.activations,  # noqa: F821
            snakemake.output.homology,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
