"""Draw ω against the layer, a column a network: depths, widths or a bottleneck."""

from topodnn.complexity import select
from topodnn.files import read_betti_numbers
from topodnn.plots import plot_curves, save, use_style
from topodnn.progress import job_log


def main(
    table_path: str,
    pdf_path: str,
    png_path: str,
    *,
    dataset: str,
    protocol: str,
    activation: str,
    networks: list[str],
    title: str,
) -> None:
    """Draw the networks named, in this order."""
    table = read_betti_numbers(table_path)
    kind = {"dataset": dataset, "protocol": protocol, "activation": activation}
    columns = [(network, select(table, **kind, network=network)) for network in networks]
    use_style()
    save(plot_curves(columns, title=title), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
