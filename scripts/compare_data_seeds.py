"""Compare the variance between point clouds with that between the networks of one cloud."""

from topodnn.analysis.comparisons import cloud_variances, in_both_measures
from topodnn.analysis.verdicts import variance_texts
from topodnn.log import job_log, log
from topodnn.tables import read_curves, write_table


def main(
    table_path: str,
    paths: list[str],
    *,
    clouds: list[list[str]],
    protocol: str,
    confidence: float,
) -> None:
    """Write the variances to three paths: CSV, Markdown and LaTeX.

    Only the networks trained with `protocol` are used.
    """
    table = read_curves(table_path)
    table = table[table["protocol"] == protocol]
    variances = in_both_measures(cloud_variances, table, clouds, confidence)
    write_table(paths, variances, variance_texts(variances))
    log.info("%d rows", len(variances))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
