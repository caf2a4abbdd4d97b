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
    comparison: dict,
    protocol: str,
) -> None:
    """Draw the networks of `comparison`, in the order of their names there."""
    table = read_betti_numbers(table_path)
    kind = {key: comparison[key] for key in ("dataset", "activation")}
    columns = [
        (network, select(table, **kind, protocol=protocol, network=network))
        for network in comparison["networks"]
    ]
    use_style()
    save(plot_curves(columns, title=comparison["title"]), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
