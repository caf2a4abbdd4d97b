"""Put the trials of all jobs into one table."""

import pandas as pd

from topodnn import KIND
from topodnn.files import read_table
from topodnn.progress import job_log, log


def main(paths: list[str], trials_path: str) -> None:
    """Write one row for every network that was drawn."""
    columns = [*KIND, "seed", "trial", "well_trained", "counted"]
    trials = pd.concat([read_table(path, columns) for path in paths], ignore_index=True)
    trials.to_csv(trials_path, index=False)
    log.info("%d trials, %d well trained", len(trials), trials["well_trained"].sum())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(snakemake.input.trials, snakemake.output.trials)  # noqa: F821
