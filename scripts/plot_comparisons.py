"""Draw curves against the layer, one column per network: depths, widths or a bottleneck."""

import pandas as pd

from topodnn.analysis.rows import select
from topodnn.figures.curves import plot_curves
from topodnn.figures.style import by_figure, save, use_style
from topodnn.log import job_log, progress
from topodnn.tables import read_betti_numbers


def main(
    table_path: str,
    figure_paths: list[str],
    *,
    comparisons: list[dict],
    protocol: str,
) -> None:
    """Draw every comparison, with its networks in the order in which it names them."""
    table = read_betti_numbers(table_path)
    use_style()
    with progress("comparisons") as report:
        for done, (comparison, paths) in enumerate(
            zip(comparisons, by_figure(figure_paths), strict=True), start=1
        ):
            networks = columns(table, comparison, protocol)
            save(plot_curves(networks, comparison["quantities"], comparison["title"]), paths)
            report(done, len(comparisons), comparison["title"])


def columns(table: pd.DataFrame, comparison: dict, protocol: str) -> list[tuple[str, pd.DataFrame]]:
    """Title and rows of each network of a comparison."""
    kind = {key: comparison[key] for key in ("dataset", "activation")} | {"protocol": protocol}
    return [(network, select(table, **kind, network=network)) for network in comparison["networks"]]


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
