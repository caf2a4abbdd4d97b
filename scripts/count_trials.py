"""Count how the trials of each kind of network ended."""

from topodnn.analysis.trials import trial_outcomes, trial_texts
from topodnn.columns import KIND
from topodnn.log import job_log
from topodnn.tables import read_table, write_table


def main(trials_path: str, paths: list[str]) -> None:
    """Write the counts to three paths: CSV, Markdown and LaTeX."""
    columns = [*KIND, "seed", "steps", "train_error", "well_trained"]
    outcomes = trial_outcomes(read_table(trials_path, columns))
    write_table(paths, outcomes, trial_texts(outcomes))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.input.trials, snakemake.output)
