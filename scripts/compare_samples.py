"""Compare the Betti numbers of a sample of the points with those of all points."""

from topodnn.analysis.comparisons import sample_agreement
from topodnn.analysis.texts import agreement_texts
from topodnn.log import job_log, log
from topodnn.tables import read_betti_numbers, write_table


def main(table_path: str, all_points_path: str, paths: list[str]) -> None:
    """Write the agreement of each kind of network to three paths: CSV, Markdown and LaTeX."""
    agreement = sample_agreement(*map(read_betti_numbers, (table_path, all_points_path)))
    write_table(paths, agreement, agreement_texts(agreement), index=True)
    log.info("%d rows: kinds of network on both, by each measure", len(agreement))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.input.all_points,
            snakemake.output,
        )
