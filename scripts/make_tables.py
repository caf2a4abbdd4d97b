"""Make the tables of topological complexity and of trained networks: CSV, Markdown, LaTeX."""

from topodnn.analysis.means import complexity_table, success_rates
from topodnn.analysis.texts import complexity_texts, success_texts
from topodnn.columns import KIND
from topodnn.log import job_log
from topodnn.tables import read_table, write_table


def main(table_path: str, complexity_paths: list[str], well_trained_paths: list[str]) -> None:
    """Write the means over the networks that count, and how many ended well trained.

    Each table goes to three paths: CSV, Markdown and LaTeX.
    """
    columns = [*KIND, "seed", "layer", "class", "omega", "well_trained", "counted", "n_trials"]
    table = read_table(table_path, columns)
    means, rates = complexity_table(table), success_rates(table)
    write_table(complexity_paths, means, complexity_texts(means))
    write_table(well_trained_paths, rates, success_texts(rates), index=True)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output.complexity,
            snakemake.output.well_trained,
        )
