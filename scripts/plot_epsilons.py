"""Draw the mean curves of ω and of each Betti number at every ε."""

from topodnn.analysis.rows import select
from topodnn.figures.means import plot_epsilons
from topodnn.figures.style import by_figure, save, use_style
from topodnn.log import job_log, progress
from topodnn.tables import read_betti_numbers


def main(
    table_path: str,
    figure_paths: list[str],
    *,
    panels: list[dict[str, str]],
    quantities: list[str],
    scales: dict[str, float],
) -> None:
    """Draw a quantity of each data set, network and protocol.

    `scales` is the first ε of each data set.
    """
    table = read_betti_numbers(table_path)
    use_style()
    with progress("scales") as report:
        for done, (panel, quantity, paths) in enumerate(
            zip(panels, quantities, by_figure(figure_paths), strict=True), start=1
        ):
            rows, scale = select(table, **panel), scales[panel["dataset"]]
            save(plot_epsilons(rows, scale, quantity), paths)
            report(done, len(panels), "/".join([*panel.values(), quantity]))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
