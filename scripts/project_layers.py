"""Choose and project the points for one picture of the layers of a network."""

import numpy as np

from topodnn.analysis.shown import shown_network
from topodnn.datasets.files import read_data
from topodnn.figures.clouds import in_space, write_cloud
from topodnn.log import job_log, log
from topodnn.networks.files import read_networks
from topodnn.networks.layers import network_layers, predicted_class
from topodnn.networks.processor import set_up_processor
from topodnn.tables import read_job_table


def main(
    data_path: str, networks_path: str, trials_path: str, cloud_path: str, *, n_points: int
) -> None:
    """Write coordinates of the points at every layer of the first well-trained network.

    Where no network of the file is well trained, the one with the fewest training errors is taken.
    """
    set_up_processor()
    trials = read_job_table(trials_path, ["seed", "well_trained", "train_error"])
    seed, well_trained = shown_network(trials)
    networks = read_networks(networks_path)
    position = networks.about["seeds"].index(seed)
    layers = next(network_layers(read_data(data_path), networks, [position]))
    predicted = predicted_class(layers[-1])
    shown = np.sort(np.random.default_rng(seed).permutation(len(predicted))[:n_points])
    projected = [in_space(layer)[shown].astype(np.float32) for layer in layers]
    write_cloud(cloud_path, projected, predicted[shown], seed, well_trained)
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
