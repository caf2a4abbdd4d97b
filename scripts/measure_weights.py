"""Measure every layer of every network: its weight matrix, and what it does at the points."""

import json
from functools import cache
from pathlib import Path

import pandas as pd

from topodnn.columns import KIND
from topodnn.datasets.files import Data, read_data
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log
from topodnn.networks.files import Networks, read_networks
from topodnn.networks.layers import as_seen
from topodnn.networks.processor import set_up_processor
from topodnn.networks.ranks import weight_ranks
from topodnn.networks.units import unit_measures


def main(networks_paths: list[str], data_paths: list[str], weights_path: str) -> None:
    """Write one row per network and layer.

    The files of data sets have the names of these; those of networks lie in folders that name them,
    DATASET/NETWORK/PROTOCOL/ACTIVATION.
    """
    set_up_processor()
    of_dataset = {Path(path).stem: path for path in data_paths}
    read, tables = cache(read_points), []
    for path in networks_paths:
        folders = Path(path).parts[-1 - len(KIND) : -1]
        networks = read_networks(path, dict(zip(KIND, folders, strict=True)))
        kind = networks.about | {"protocol": networks.about["protocol"]["protocol"]}
        data = read(of_dataset[kind["dataset"]], json.dumps(networks.about.get("data")))
        measures = measure(networks, data)
        tables.append(measures.assign(**{key: kind[key] for key in KIND}))
    table = pd.concat(tables, ignore_index=True)
    write_job_table(weights_path, table[[*KIND, *table.columns.drop(KIND)]])
    log.info("%d of %d weight matrices are injective", table["injective"].sum(), len(table))


def read_points(path: str, about: str) -> Data:
    """The points of a data set, which must be those that networks were trained on."""
    return read_data(path, json.loads(about))


def measure(networks: Networks, data: Data) -> pd.DataFrame:
    """The measures of the weights and of the units at the training points, side by side."""
    about = networks.about
    seeds, residual = about["seeds"], about.get("residual", False)
    # Of networks that were read from files it is not known: they are taken as those of `fast`.
    hold_out = about["protocol"].get("hold_out", True)
    trained_on = data.points[~data.held_out] if hold_out else data.points
    stack, points, activation = as_seen(trained_on, networks)
    units = unit_measures(stack, points, activation, seeds, residual)
    return weight_ranks(networks.weights, seeds, residual).merge(
        units, how="left", on=["seed", "layer"], validate="one_to_one"
    )


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.input.networks, snakemake.input.data, snakemake.output.weights)
