"""Draw the mean curves on a sample of the points beside those on all points."""

from topodnn.analysis.rows import select
from topodnn.figures.means import plot_samples
from topodnn.figures.style import by_figure, save, use_style
from topodnn.log import job_log, progress
from topodnn.tables import read_betti_numbers


def main(
    table_path: str,
    all_points_path: str,
    figure_paths: list[str],
    *,
    panels: list[dict[str, str]],
) -> None:
    """Draw the networks that both tables have of each data set, network and protocol."""
    tables = [read_betti_numbers(path) for path in (table_path, all_points_path)]
    use_style()
    with progress("samples") as report:
        for done, (panel, paths) in enumerate(
            zip(panels, by_figure(figure_paths), strict=True), start=1
        ):
            save(plot_samples(*(select(table, **panel) for table in tables)), paths)
            report(done, len(panels), "/".join(panel.values()))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.input.all_points,
            snakemake.output,
            **snakemake.params,
        )
