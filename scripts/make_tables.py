"""Make the tables of topological complexity and of trained networks: CSV, Markdown, LaTeX."""

from pathlib import Path

from topodnn import KIND
from topodnn.complexity import complexity_table, success_rates
from topodnn.files import read_table
from topodnn.progress import job_log
from topodnn.tables import complexity_texts, success_texts


def main(table_path: str, complexity_paths: list[str], well_trained_paths: list[str]) -> None:
    """Write the means over the networks that count, and how many ended well trained.

    Each table goes to three paths: of the CSV, the Markdown and the LaTeX.
    """
    columns = [*KIND, "seed", "layer", "class", "omega", "well_trained", "counted", "n_trials"]
    table = read_table(table_path, columns)
    means, rates = complexity_table(table), success_rates(table)
    means.to_csv(complexity_paths[0], index=False)
    rates.to_csv(well_trained_paths[0])
    for paths, texts in (
        (complexity_paths, complexity_texts(means)),
        (well_trained_paths, success_texts(rates)),
    ):
        for path, text in zip(paths[1:], texts, strict=True):
            Path(path).write_text(text, encoding="utf-8")


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.complexity,  # noqa: F821
            snakemake.output.well_trained,  # noqa: F821
        )
