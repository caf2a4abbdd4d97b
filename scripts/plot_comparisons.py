"""Draw ω against the layer, a column a network: depths, widths or a bottleneck."""

import pandas as pd

from topodnn.complexity import select
from topodnn.files import read_betti_numbers
from topodnn.plots import by_figure, plot_curves, save, use_style
from topodnn.progress import job_log, progress


def main(
    table_path: str,
    figure_paths: list[str],
    *,
    comparisons: list[dict],
    protocol: str,
) -> None:
    """Draw every comparison, its networks in the order of their names there."""
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
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
