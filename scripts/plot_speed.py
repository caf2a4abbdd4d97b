"""Draw the half-lives of every activation beside what the layers of its networks are like."""

from topodnn.analysis.rows import select
from topodnn.figures.speed import plot_speed
from topodnn.figures.style import by_figure, save, use_style
from topodnn.log import job_log, progress
from topodnn.tables import read_table

COLUMNS = ["dataset", "network", "activation", "half_life", "dead"]


def main(
    networks_path: str,
    table_path: str,
    figure_paths: list[str],
    *,
    datasets: list[str],
    titles: dict[str, str],
) -> None:
    """Draw each of `datasets`, in the formats of its paths."""
    networks, table = (read_table(path, COLUMNS) for path in (networks_path, table_path))
    use_style()
    with progress("speed") as report:
        figures = by_figure(figure_paths)
        for done, (name, paths) in enumerate(zip(datasets, figures, strict=True), start=1):
            chosen = [select(rows, dataset=name) for rows in (networks, table)]
            save(plot_speed(*chosen, titles[name]), paths)
            report(done, len(datasets), name)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.networks,
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
