"""Write the learning curves for TensorBoard."""

import pandas as pd

from topodnn.log import job_log, log
from topodnn.publish.tensorboard import write_events
from topodnn.tables import read_job_table


def main(curves_paths: list[str], trials_paths: list[str], folder: str) -> None:
    """Write one run per network and trial into `folder`."""
    curves, trials = (
        pd.concat([read_job_table(path, ["seed", "trial", column]) for path in paths])
        for column, paths in (("loss", curves_paths), ("held_out_error", trials_paths))
    )
    log.info("%d runs in %s", write_events(folder, curves, trials), folder)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.curves,
            snakemake.input.trials,
            snakemake.output.folder,
        )
