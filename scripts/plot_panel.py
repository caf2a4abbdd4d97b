"""Draw the curves of one panel: the activations side by side, and a page a class."""

from topodnn.complexity import betti_columns, select
from topodnn.files import read_betti_numbers
from topodnn.plots import (
    by_activation,
    panel_title,
    plot_activations,
    plot_curves,
    save,
    use_style,
)
from topodnn.progress import job_log


def main(table_path: str, side_by_side: list[str], pages: list[list[str]], **panel: str) -> None:
    """Draw a data set, network and protocol; `pages` has the paths of each class, from 0."""
    rows = select(read_betti_numbers(table_path), **panel)
    use_style()
    save(plot_activations(rows), *side_by_side)
    for label, paths in enumerate(pages):
        page = rows[rows["class"] == label]
        quantities = [*betti_columns(page), "omega"]
        save(plot_curves(by_activation(page), quantities, panel_title(page)), *paths)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.activations,  # noqa: F821
            [snakemake.output.class_0, snakemake.output.class_1],  # noqa: F821
            **snakemake.wildcards,  # noqa: F821
        )
