"""Record the points at every layer of a batch of networks."""

from topodnn.datasets.files import read_data
from topodnn.log import job_log, log, progress
from topodnn.networks.files import read_networks
from topodnn.networks.layers import network_layers, predicted_class
from topodnn.networks.points import write_activations
from topodnn.networks.processor import set_up_processor


def main(
    data_path: str, networks_path: str, activations_path: str, *, dataset: dict, wanted: dict
) -> None:
    """Write the layers of all networks for all points, with true and predicted class.

    `dataset` is what decides the points, `wanted` what the networks must be.
    """
    set_up_processor()
    data, networks = read_data(data_path, dataset), read_networks(networks_path, wanted)
    about, layers = networks.about, []
    with progress("layers") as report:
        for network in network_layers(data, networks):
            layers.append(network)
            report(len(layers), len(about["seeds"]), "networks")
    predicted = [predicted_class(network[-1]) for network in layers]
    write_activations(activations_path, layers, predicted, data.labels, about)
    for seed, classes in zip(about["seeds"], predicted, strict=True):
        log.info("seed %d: %d points misclassified", seed, (classes != data.labels).sum())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.input.networks,
            snakemake.output.activations,
            **snakemake.params,
        )
