"""Compute the Betti numbers of each class at each layer of a batch of networks."""

import numpy as np
import pandas as pd

from topodnn.datasets.files import read_data
from topodnn.homology.betti import betti_numbers
from topodnn.homology.files import read_scale
from topodnn.homology.layers import every_qth, layer_betti_numbers
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
    there is one, overrides the first two. The sample is taken before the predicted classes, so that
    all layers of all networks have the same points.
    """
    data = read_data(data_path)
    if scale_path:
        choice = read_scale(scale_path)
        homology = homology | {key: choice[key] for key in ("n_neighbors", "scale")}
    stride, numbers = homology["stride"], {k: v for k, v in homology.items() if k != "stride"}
    sampled = every_qth(data.labels, stride)
    input_is_true = check_input(
        data.points[sampled], data.labels[sampled], data.true_betti, numbers
    )
    complex_ = {key: numbers[key] for key in ("n_neighbors", "scale")}
    activations = Activations(activations_path)
    n_classes = activations.about["widths"][-1]
    total, rows = len(seeds) * activations.n_layers, []
    with progress(" ".join(kind.values())) as report:
        for done, seed in enumerate(seeds):
            network = activations.about["seeds"].index(seed)
            predicted = activations.predicted(network)[sampled]
            for layer in range(activations.n_layers):
                points = activations.layer(network, layer)[sampled]
                place = {**kind, "seed": seed, "layer": layer, "width": points.shape[1]}
                for label in range(n_classes):
                    of_class = points[predicted == label]
                    found = layer_betti_numbers(of_class, **numbers)
                    if pd.isna(found["beta_0"]):
                        log.warning("seed %d, layer %d: points are not finite", seed, layer)
                    about = {"class": label, "n_points": len(of_class), **complex_}
                    rows.append({**place, **about, **found})
                report(done * activations.n_layers + layer + 1, total, f"seed {seed}")
    table = pd.DataFrame(rows)
    table["input_is_true"] = table["class"].map(input_is_true)
    table.to_csv(homology_path, index=False)


def check_input(
    points: np.ndarray, labels: np.ndarray, true_betti: np.ndarray, complex_: dict
) -> dict[int, bool | None]:
    """Compare the Betti numbers of each class of the sample, by its labels, with the true ones.

    `complex_` has the keyword arguments of :func:`topodnn.betti_numbers`.

    Returns
    -------
    dict
        Class → whether they agree; None where the true ones are not known.
    """
    classes = [int(label) for label in np.unique(labels)]
    if not len(true_betti):
        log.info("the true Betti numbers of this data set are not known: the scale is not checked")
        return dict.fromkeys(classes)
    result = {}
    for label in classes:
        found = betti_numbers(points[labels == label], **complex_).tolist()
        wanted = (true_betti[label].tolist() + [0] * len(found))[: len(found)]
        result[label] = found == wanted
        if found != wanted:
            log.warning(
                "class %d: the Betti numbers of the input are %s with n_neighbors %d and scale %s, "
                "but those of the data set are %s: choose another n_neighbors (too large fills "
                "holes, too small tears apart)",
                label, found, complex_["n_neighbors"], complex_["scale"], wanted,
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
