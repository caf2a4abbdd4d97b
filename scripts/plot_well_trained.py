"""Draw the share of the trials that ended well trained."""

from topodnn.complexity import success_rates
from topodnn.files import read_betti_numbers
from topodnn.plots import plot_well_trained, save, use_style
from topodnn.progress import job_log


def main(table_path: str, figure_paths: list[str], *, networks: list[str]) -> None:
    """Draw every kind of network, the networks in the order of `networks`."""
    rates = success_rates(read_betti_numbers(table_path)).reset_index()
    use_style()
    save(plot_well_trained(rates, networks), figure_paths)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
