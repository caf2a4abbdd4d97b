"""Draw the mean curves of the training protocols side by side."""

from topodnn.analysis.rows import select
from topodnn.figures.means import plot_protocols
from topodnn.figures.style import by_figure, save, use_style
from topodnn.log import job_log
from topodnn.tables import read_betti_numbers


def main(table_path: str, figure_paths: list[str], *, networks: list[dict[str, str]]) -> None:
    """Draw each data set and network with an activation that more than one protocol trained."""
    table = read_betti_numbers(table_path)
    use_style()
    for network, paths in zip(networks, by_figure(figure_paths), strict=True):
        save(plot_protocols(select(table, **network)), paths)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
