"""Put the Betti numbers of all jobs into one tidy table."""

from topodnn.analysis.tidy import tidy_table
from topodnn.columns import KIND
from topodnn.job_tables import write_job_table, write_parquet
from topodnn.log import job_log, log
from topodnn.tables import read_job_table, read_table

COLUMNS = [*KIND, "seed", "layer", "class", "n_points", "beta_0", "input_is_true"]


def main(homology_paths: list[str], trials_path: str, csv_path: str, parquet_path: str) -> None:
    """Write the table of Betti numbers as CSV and Parquet."""
    trials = read_table(trials_path, [*KIND, "seed", "trial", "well_trained", "counted"])
    table = tidy_table([read_job_table(path, COLUMNS) for path in homology_paths], trials)
    write_job_table(csv_path, table)
    write_parquet(parquet_path, table)
    log.info("%d rows", len(table))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.homology,
            snakemake.input.trials,
            snakemake.output.csv,
            snakemake.output.parquet,
        )
