"""Measure rank and condition number of every weight matrix of every network."""

import pandas as pd

from topodnn.columns import KIND
from topodnn.log import job_log, log
from topodnn.networks.files import read_networks
from topodnn.networks.ranks import weight_ranks


def main(networks_paths: list[str], weights_path: str) -> None:
    """Write one row per network and layer."""
    tables = []
    for path in networks_paths:
        networks = read_networks(path)
        kind = networks.about | {"protocol": networks.about["protocol"]["protocol"]}
        ranks = weight_ranks(networks.weights, networks.about["seeds"])
        tables.append(ranks.assign(**{key: kind[key] for key in KIND}))
    table = pd.concat(tables, ignore_index=True)
    table[[*KIND, *table.columns.drop(KIND)]].to_csv(weights_path, index=False)
    log.info("%d of %d weight matrices are injective", table["injective"].sum(), len(table))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.input.networks, snakemake.output.weights)
