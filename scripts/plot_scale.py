"""Draw the Betti numbers of the inputs for every pair of n_neighbors and scale."""

from topodnn.files import read_scale, read_table
from topodnn.plots import by_figure, plot_scale, save, use_style
from topodnn.progress import job_log, progress

COLUMNS = ["n_neighbors", "scale", "class", "beta_0", "is_true"]


def main(
    table_paths: list[str],
    choice_paths: list[str],
    figure_paths: list[str],
    *,
    titles: list[str],
) -> None:
    """Draw a heat map of each, with the block and the pair chosen."""
    use_style()
    paths = zip(table_paths, choice_paths, titles, by_figure(figure_paths), strict=True)
    with progress("choices of scale") as report:
        for done, (table_path, choice_path, title, drawn) in enumerate(paths, start=1):
            table, choice = read_table(table_path, COLUMNS), read_scale(choice_path)
            save(plot_scale(table, choice, title), drawn)
            report(done, len(titles), title)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.tables,  # noqa: F821
            snakemake.input.choices,  # noqa: F821
            snakemake.output,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
