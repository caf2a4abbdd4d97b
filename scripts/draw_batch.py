"""Draw the batch of points that is looked at in every network of a data set."""

import numpy as np

from topodnn.files import read_data, write_data
from topodnn.persistence import draw_batch
from topodnn.progress import job_log, log


def main(data_path: str, batch_path: str, *, n_points: int, seed: int) -> None:
    """Write `n_points` of the training points, drawn once, in the format of a data set."""
    batch = draw_batch(read_data(data_path), n_points, seed)
    write_data(batch_path, batch)
    log.info("%d points; of each class: %s", n_points, np.bincount(batch.labels).tolist())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.data,  # noqa: F821
            snakemake.output.batch,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
