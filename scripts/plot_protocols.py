"""Draw the mean curves of the training protocols side by side."""

from topodnn.complexity import select
from topodnn.files import read_betti_numbers
from topodnn.plots import by_figure, plot_protocols, save, use_style
from topodnn.progress import job_log


def main(table_path: str, figure_paths: list[str], *, networks: list[dict[str, str]]) -> None:
    """Draw each data set and network with an activation that more than one protocol trained."""
    table = read_betti_numbers(table_path)
    use_style()
    for network, paths in zip(networks, by_figure(figure_paths), strict=True):
        save(plot_protocols(select(table, **network)), paths)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
