"""Draw the mean curves on a sample of the points beside those on all points."""

from topodnn.complexity import select
from topodnn.files import read_betti_numbers
from topodnn.plots import by_figure, plot_samples, save, use_style
from topodnn.progress import job_log, progress


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
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.input.all_points,  # noqa: F821
            snakemake.output,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
