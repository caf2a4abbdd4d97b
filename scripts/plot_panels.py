"""Draw the curves of every panel: the activations side by side, and one page per class."""

from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure

from topodnn.analysis.rows import select
from topodnn.columns import betti_columns
from topodnn.figures.curves import plot_curves
from topodnn.figures.means import plot_activations
from topodnn.figures.style import by_activation, by_figure, panel_title, save, use_style
from topodnn.log import job_log, progress
from topodnn.tables import read_betti_numbers


def main(table_path: str, figure_paths: list[str], *, panels: list[dict[str, str]]) -> None:
    """Draw each data set, network and protocol; the paths are in the order of :func:`figures`."""
    table = read_betti_numbers(table_path)
    paths = iter(by_figure(figure_paths))
    use_style()
    with progress("panels") as report:
        for done, panel in enumerate(panels, start=1):
            for figure, drawn in zip(figures(select(table, **panel)), paths):  # noqa: B905
                save(figure, drawn)
            report(done, len(panels), "/".join(panel.values()))


def figures(rows: pd.DataFrame) -> Iterator[Figure]:
    """The activations side by side, then a page for the first class and one for the second."""
    yield plot_activations(rows)
    for label in (0, 1):
        page = rows[rows["class"] == label]
        quantities = [*betti_columns(page), "omega"]
        yield plot_curves(by_activation(page), quantities, panel_title(page))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
