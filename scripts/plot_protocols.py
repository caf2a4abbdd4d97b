"""Draw the mean curves of the training protocols side by side."""

from topodnn.complexity import select
from topodnn.files import read_betti_numbers
from topodnn.plots import plot_protocols, save, use_style
from topodnn.progress import job_log


def main(table_path: str, pdf_path: str, png_path: str, *, dataset: str, network: str) -> None:
    """Draw the activations that more than one protocol trained."""
    rows = select(read_betti_numbers(table_path), dataset=dataset, network=network)
    use_style()
    save(plot_protocols(rows), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.wildcards,  # noqa: F821
        )
