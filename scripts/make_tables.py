"""Make the tables of topological complexity and of trained networks: CSV, Markdown, LaTeX."""

from topodnn.analysis.means import complexity_table, success_rates
from topodnn.analysis.texts import complexity_texts, success_texts
from topodnn.columns import KIND
from topodnn.log import job_log
from topodnn.tables import read_table, write_texts


def main(table_path: str, complexity_paths: list[str], well_trained_paths: list[str]) -> None:
    """Write the means over the networks that count, and how many ended well trained.

    Each table goes to three paths: CSV, Markdown and LaTeX.
    """
    columns = [*KIND, "seed", "layer", "class", "omega", "well_trained", "counted", "n_trials"]
    table = read_table(table_path, columns)
    means, rates = complexity_table(table), success_rates(table)
    means.to_csv(complexity_paths[0], index=False)
    rates.to_csv(well_trained_paths[0])
    write_texts(complexity_paths[1:], complexity_texts(means))
    write_texts(well_trained_paths[1:], success_texts(rates))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output.complexity,
            snakemake.output.well_trained,
        )
