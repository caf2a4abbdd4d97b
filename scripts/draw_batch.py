"""Draw the batch of points whose persistence is computed in every network of a data set."""

import numpy as np

from topodnn.datasets.files import read_data, write_data
from topodnn.datasets.splits import draw_batch
from topodnn.log import job_log, log


def main(
    data_path: str, batch_path: str, *, n_points: int, seed: int, dataset: dict | None = None
) -> None:
    """Write `n_points` of the training points, drawn once, in the format of a data set.

    `dataset` is what decides the points.
    """
    batch = draw_batch(read_data(data_path, dataset), n_points, seed)
    write_data(batch_path, batch, dataset)
    log.info("%d points; of each class: %s", n_points, np.bincount(batch.labels).tolist())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.output.batch,
            **snakemake.params.draw,
            dataset=snakemake.params.dataset,
        )
