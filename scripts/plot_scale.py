"""Draw the Betti numbers of the inputs for every pair of n_neighbors and scale."""

from topodnn.figures.scale import plot_scale
from topodnn.figures.style import by_figure, save, use_style
from topodnn.homology.files import read_scale
from topodnn.log import job_log, progress
from topodnn.tables import read_job_table

COLUMNS = ["n_neighbors", "scale", "class", "beta_0"]


def main(
    table_paths: list[str],
    choice_paths: list[str],
    figure_paths: list[str],
    *,
    titles: list[str],
) -> None:
    """Draw one heat map per table, with the block and the chosen pair."""
    use_style()
    paths = zip(table_paths, choice_paths, titles, by_figure(figure_paths), strict=True)
    with progress("choices of scale") as report:
        for done, (table_path, choice_path, title, drawn) in enumerate(paths, start=1):
            table, choice = read_job_table(table_path, COLUMNS), read_scale(choice_path)
            save(plot_scale(table, choice, title), drawn)
            report(done, len(titles), title)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.tables,
            snakemake.input.choices,
            snakemake.output,
            **snakemake.params,
        )
