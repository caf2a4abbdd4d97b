"""Compute persistence diagrams and Betti numbers of a batch of points at every layer."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from topodnn.datasets.files import Data, read_data
from topodnn.homology.persistence import (
    betti_rows,
    diameter,
    distance_rows,
    layer_diagrams,
    pair_table,
)
from topodnn.job_tables import write_job_table, write_parquet
from topodnn.log import job_log, log, progress
from topodnn.networks.files import Networks, read_networks
from topodnn.networks.layers import network_layers
from topodnn.networks.processor import set_up_processor


def main(
    batch_path: str,
    networks_path: str,
    pairs_path: str,
    betti_path: str,
    distances_path: str,
    *,
    kind: dict,
    persistence: dict,
    dataset: dict | None = None,
    wanted: dict | None = None,
) -> None:
    """Write all persistence pairs, Betti numbers, and distances between the diagrams of layers.

    `persistence` has n_neighbors, max_scale, max_hops, max_dimension, filtration_value and scale.
    The distance in the row of a layer is between its diagrams and those of the layer before.
    `dataset` is what decides the points, `wanted` what the networks must be.
    """
    set_up_processor()
    batch, networks = read_data(batch_path, dataset), read_networks(networks_path, wanted)
    how = {
        key: persistence[key] for key in ("n_neighbors", "max_scale", "max_hops", "max_dimension")
    }
    ends = {key: value for key, value in how.items() if key != "n_neighbors"}
    at_input = layer_diagrams(batch.points, **how)  # the same for all networks
    pairs, betti, distances = [], [], []
    seeds = networks.about["seeds"]
    with progress(" ".join(kind.values())) as report:
        for done, (seed, layers) in enumerate(zip(seeds, layers_of(batch, networks), strict=True)):
            before = None
            for layer, points in enumerate(layers):
                about = {**kind, "seed": seed, "layer": layer}
                diagrams = layer_diagrams(points, **how) if layer else at_input
                warn(points, seed, layer)
                pairs.append(pair_table(diagrams, **about))
                rows = betti_rows(points, diagrams, persistence, diameter(batch.points))
                betti += [{**about, **row} for row in rows]
                if layer:
                    rows = distance_rows(before, diagrams, **ends)
                    distances += [{**about, **row} for row in rows]
                before = diagrams
                report(done * len(layers) + layer + 1, len(seeds) * len(layers), f"seed {seed}")
    write_parquet(pairs_path, pd.concat(pairs, ignore_index=True))
    write_job_table(betti_path, pd.DataFrame(betti))
    write_job_table(distances_path, pd.DataFrame(distances))


def layers_of(batch: Data, networks: Networks) -> Iterator[list[np.ndarray]]:
    """The points of the batch at every layer of each network; at layer 0 as they were drawn.

    If a network standardises its input, that is part of the network and not of the data.
    """
    for layers in network_layers(batch, networks):
        yield [batch.points, *layers[1:]]


def warn(points: np.ndarray, seed: int, layer: int) -> None:
    """Warn in the log of points that are not finite, and of those that all coincide."""
    size = diameter(points)
    if np.isnan(size):
        log.warning("seed %d, layer %d: points are not finite", seed, layer)
    elif size == 0:
        log.warning("seed %d, layer %d: all points coincide", seed, layer)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.batch,
            snakemake.input.networks,
            snakemake.output.pairs,
            snakemake.output.betti,
            snakemake.output.distances,
            **snakemake.params,
        )
