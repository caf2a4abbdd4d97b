"""Draw the share of the trials that ended well trained."""

from topodnn.analysis.means import success_rates
from topodnn.figures.style import save, use_style
from topodnn.figures.training import plot_well_trained
from topodnn.log import job_log
from topodnn.tables import read_betti_numbers


def main(table_path: str, figure_paths: list[str], *, networks: list[str]) -> None:
    """Draw every kind of network, with the networks in the order of `networks`."""
    rates = success_rates(read_betti_numbers(table_path)).reset_index()
    use_style()
    save(plot_well_trained(rates, networks), figure_paths)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
