"""Compute the barcode over k of each class at each layer of one network."""

from topodnn.analysis.shown import shown_network
from topodnn.datasets.files import read_data
from topodnn.homology.barcodes import network_barcode
from topodnn.homology.files import sampled_complex
from topodnn.homology.layers import every_qth
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log, progress
from topodnn.networks.files import read_networks
from topodnn.networks.layers import network_layers, predicted_class
from topodnn.networks.points import classes_by
from topodnn.networks.processor import set_up_processor
from topodnn.tables import read_job_table


def main(
    data_path: str,
    networks_path: str,
    trials_path: str,
    scale_path: str | None,
    table_path: str,
    *,
    kind: dict,
    homology: dict,
    class_by: str = "prediction",
    dataset: dict | None = None,
    wanted: dict | None = None,
) -> None:
    """Write the bars of the network whose layers are drawn too.

    Its points, and what all but `trials_path` say, are as in compute_homology.
    """
    set_up_processor()
    data, networks = read_data(data_path, dataset), read_networks(networks_path, wanted)
    trials = read_job_table(trials_path, ["seed", "well_trained", "train_error"])
    seed, well_trained = shown_network(trials)
    stride, numbers = sampled_complex(homology, scale_path, dataset)
    sampled = every_qth(data.labels, stride)
    layers = next(network_layers(data, networks, [networks.about["seeds"].index(seed)]))
    classes = classes_by(class_by, predicted_class(layers[-1]), data.labels)[sampled]
    with progress(" ".join(kind.values())) as report:
        points = [layer[sampled] for layer in layers]
        bars = network_barcode(points, classes, **numbers, report=report)
    wrong = sorted(set(bars.loc[bars["count"].isna(), "layer"]))
    if wrong:
        log.warning("layers %s: points are not finite", ", ".join(map(str, wrong)))
    about = {**kind, "seed": seed, "well_trained": well_trained}
    for place, (name, value) in enumerate(about.items()):
        bars.insert(place, name, value)
    write_job_table(table_path, bars)
    log.info("seed %d, well trained: %s; k %s", seed, well_trained, bars["steps"].iloc[0])


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.input.networks,
            snakemake.input.trials,
            snakemake.input.get("scale"),
            snakemake.output.table,
            **snakemake.params,
        )
