"""Choose and project the points for one picture of the layers of a network."""

import numpy as np

from topodnn.analysis.shown import shown_network
from topodnn.datasets.files import read_data
from topodnn.figures.clouds import in_space, write_cloud
from topodnn.log import job_log, log
from topodnn.networks.files import read_networks
from topodnn.networks.layers import network_layers, predicted_class
from topodnn.networks.points import classes_by
from topodnn.networks.processor import set_up_processor
from topodnn.tables import read_job_table


def main(
    data_path: str,
    networks_path: str,
    trials_path: str,
    cloud_path: str,
    *,
    kind: dict,
    n_points: int,
    class_by: str = "prediction",
    dataset: dict | None = None,
    wanted: dict | None = None,
) -> None:
    """Write coordinates of the points at every layer of the first well-trained network.

    Where no network of the file is well trained, the one with the fewest training errors is taken.
    `class_by`, `dataset` and `wanted` are as in compute_homology; points of no class are not drawn.
    """
    set_up_processor()
    trials = read_job_table(trials_path, ["seed", "well_trained", "train_error"])
    seed, well_trained = shown_network(trials)
    networks = read_networks(networks_path, wanted)
    position = networks.about["seeds"].index(seed)
    data = read_data(data_path, dataset)
    layers = next(network_layers(data, networks, [position]))
    classes = classes_by(class_by, predicted_class(layers[-1]), data.labels)
    shown = np.random.default_rng(seed).permutation(len(classes))
    shown = np.sort(shown[classes[shown] >= 0][:n_points])
    projected = [in_space(layer)[shown].astype(np.float32) for layer in layers]
    write_cloud(cloud_path, projected, classes[shown], seed, well_trained, kind)
    log.info("seed %d, well trained: %s", seed, well_trained)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.input.networks,
            snakemake.input.trials,
            snakemake.output.cloud,
            **snakemake.params,
        )
