"""Write the learning curves for TensorBoard."""

import pandas as pd

from topodnn.log import job_log, log
from topodnn.publish.tensorboard import write_events
from topodnn.tables import read_job_table, read_table


def main(curves_paths: list[str], trials_paths: list[str], folder: str) -> None:
    """Write one run per network and trial into `folder`; networks of no epoch have no curve."""
    curves = pd.concat([read_table(path, ["seed", "trial", "loss"]) for path in curves_paths])
    trials = pd.concat(
        [read_job_table(path, ["seed", "trial", "held_out_error"]) for path in trials_paths]
    )
    log.info("%d runs in %s", write_events(folder, curves, trials), folder)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.curves,
            snakemake.input.trials,
            snakemake.output.folder,
        )
