"""Draw the Betti numbers of the input for every pair of n_neighbors and scale."""

from topodnn.files import read_scale, read_table
from topodnn.plots import plot_scale, save, use_style
from topodnn.progress import job_log


def main(table_path: str, choice_path: str, pdf_path: str, png_path: str, *, title: str) -> None:
    """Draw the heat map with the block and the pair chosen."""
    table = read_table(table_path, ["n_neighbors", "scale", "class", "beta_0", "is_true"])
    use_style()
    save(plot_scale(table, read_scale(choice_path), title), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.input.choice,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
