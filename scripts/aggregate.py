"""Put the results of all jobs into one tidy table."""

from topodnn import KIND
from topodnn.complexity import tidy_table
from topodnn.files import read_table
from topodnn.progress import job_log, log


def main(homology_paths, trials_paths, csv_path: str, parquet_path: str, trials_path: str) -> None:
    """Write the table of Betti numbers (CSV and Parquet) and that of all trials (CSV)."""
    homology = [
        read_table(path, [*KIND, "seed", "layer", "class", "n_points", "beta_0", "input_is_true"])
        for path in homology_paths
    ]
    trials = [read_table(path, [*KIND, "seed", "trial", "well_trained"]) for path in trials_paths]
    table, all_trials = tidy_table(homology, trials)
    table.to_csv(csv_path, index=False)
    table.to_parquet(parquet_path, index=False)
    all_trials.to_csv(trials_path, index=False)
    log.info("%d rows, %d trials", len(table), len(all_trials))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.homology,  # noqa: F821
            snakemake.input.trials,  # noqa: F821
            snakemake.output.csv,  # noqa: F821
            snakemake.output.parquet,  # noqa: F821
            snakemake.output.trials,  # noqa: F821
        )
