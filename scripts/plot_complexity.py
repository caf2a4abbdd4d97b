"""Draw ω against the layer, a panel an activation."""

from topodnn.complexity import KEYS, select
from topodnn.files import read_table
from topodnn.plots import plot_complexity, save, use_style
from topodnn.progress import job_log


def main(table_path: str, pdf_path: str, png_path: str, *, dataset: str, network: str) -> None:
    """Draw the networks of one data set and architecture."""
    table = read_table(
        table_path, [*KEYS, "seed", "layer", "class", "omega", "well_trained", "counted"]
    )
    use_style()
    save(plot_complexity(select(table, dataset=dataset, network=network)), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.wildcards,  # noqa: F821
        )
