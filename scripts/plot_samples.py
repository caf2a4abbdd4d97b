"""Draw the mean curves on a sample of the points beside those on all points."""

from topodnn.complexity import select
from topodnn.files import read_betti_numbers
from topodnn.plots import plot_samples, save, use_style
from topodnn.progress import job_log


def main(table_path: str, all_points_path: str, pdf_path: str, png_path: str, **panel: str) -> None:
    """Draw the networks of one panel, a data set, a network and a protocol, that both have."""
    sample, all_points = (
        select(read_betti_numbers(path), **panel) for path in (table_path, all_points_path)
    )
    use_style()
    save(plot_samples(sample, all_points), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.input.all_points,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.wildcards,  # noqa: F821
        )
