"""Take the points that one picture of a network's layers shows."""

import numpy as np

from topodnn.complexity import kept_trials
from topodnn.files import Activations, read_table, write_cloud
from topodnn.progress import job_log, log
from topodnn.projection import principal_components


def main(activations_path: str, trials_path: str, cloud_path: str, *, n_points: int) -> None:
    """Write three principal components of every layer of the first well-trained network.

    Where no network is well trained, the one with the fewest training errors is taken.
    """
    activations = Activations(activations_path)
    kept = kept_trials(read_table(trials_path, ["seed", "well_trained", "train_error"]))
    kept = kept.sort_values(["well_trained", "train_error", "seed"], ascending=[False, True, True])
    seed, well_trained = int(kept["seed"].iloc[0]), bool(kept["well_trained"].iloc[0])
    network = activations.about["seeds"].index(seed)
    predicted = activations.predicted(network)
    rng = np.random.default_rng(seed)
    shown = np.sort(rng.permutation(len(predicted))[:n_points])
    layers = [
        principal_components(activations.layer(network, layer), 3)[shown].astype(np.float32)
        for layer in range(activations.n_layers)
    ]
    write_cloud(cloud_path, layers, predicted[shown], seed, well_trained)
    log.info("seed %d, well trained: %s", seed, well_trained)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.activations,  # noqa: F821
            snakemake.input.trials,  # noqa: F821
            snakemake.output.cloud,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
