"""Put the trials of all jobs into one table."""

import pandas as pd

from topodnn.columns import KIND
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log
from topodnn.tables import read_job_table


def main(paths: list[str], trials_path: str) -> None:
    """Write one row for every network that was drawn."""
    columns = [*KIND, "seed", "trial", "well_trained", "counted"]
    trials = pd.concat([read_job_table(path, columns) for path in paths], ignore_index=True)
    write_job_table(trials_path, trials)
    log.info("%d trials, %d well trained", len(trials), trials["well_trained"].sum())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.input.trials, snakemake.output.trials)
