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
    """Title and rows of each network of a comparison, with all columns.

    Where every network diverged, a Betti number is missing and not left out.
    """
    kind = {key: comparison[key] for key in ("dataset", "activation")} | {"protocol": protocol}
    rows = {name: select(table, **kind, network=name) for name in comparison["networks"]}
    return [(name, found.reindex(columns=table.columns)) for name, found in rows.items()]


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
