"""Put the Betti numbers under every choice that could change a verdict into one table."""

import pandas as pd

from topodnn.analysis.tidy import kept_trials, with_complexity
from topodnn.columns import KIND
from topodnn.job_tables import write_parquet
from topodnn.log import job_log, log
from topodnn.tables import read_parquet, read_table


def main(table_paths: list[str], trials_path: str, path: str) -> None:
    """Write the tables of all jobs, with what is known of the training of each network."""
    trials = read_table(trials_path, [*KIND, "seed", "trial", "well_trained", "counted"])
    kept = kept_trials(trials)[[*KIND, "seed", "well_trained", "counted"]]
    parts = [read_parquet(part, [*KIND, "variation", "at"]) for part in table_paths]
    table = with_complexity(pd.concat([part for part in parts if len(part)]))
    table = table.merge(kept, on=[*KIND, "seed"], how="left", validate="many_to_one")
    order = [*KIND, "variation", "at", "seed", "class", "layer"]
    write_parquet(path, table.sort_values(order, ignore_index=True))
    log.info("%d rows, %d variations", len(table), table["variation"].nunique())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.input.tables, snakemake.input.trials, snakemake.output[0])
