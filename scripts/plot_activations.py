"""Draw the mean curves of the activations side by side."""

from topodnn.complexity import select
from topodnn.files import read_betti_numbers
from topodnn.plots import plot_activations, save, use_style
from topodnn.progress import job_log


def main(table_path: str, pdf_path: str, png_path: str, **panel: str) -> None:
    """Draw the networks of one panel: a data set, a network and a protocol."""
    rows = select(read_betti_numbers(table_path), **panel)
    use_style()
    save(plot_activations(rows), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.wildcards,  # noqa: F821
        )
