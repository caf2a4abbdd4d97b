"""Draw ω against the layer, a panel an activation."""

from topodnn.complexity import select
from topodnn.files import read_betti_numbers
from topodnn.plots import by_activation, plot_curves, save, use_style
from topodnn.progress import job_log


def main(table_path: str, pdf_path: str, png_path: str, **panel: str) -> None:
    """Draw the networks of one panel: a data set, a network and a protocol."""
    rows = select(read_betti_numbers(table_path), **panel)
    use_style()
    save(plot_curves(by_activation(rows)), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.wildcards,  # noqa: F821
        )
