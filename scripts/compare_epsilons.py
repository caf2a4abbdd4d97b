"""Judge claims 1 and 2 at each ε, on the same networks."""

from topodnn.analysis.grouped import claim_texts, claims_by, verdict_texts
from topodnn.analysis.rows import select
from topodnn.log import job_log, log
from topodnn.tables import read_curves, write_table


def main(
    table_path: str,
    claim_paths: list[str],
    verdict_paths: list[str],
    *,
    protocol: str,
    thresholds: dict,
) -> None:
    """Write the comparisons of the networks of one protocol at each ε, and the verdicts.

    Each table goes to three paths: CSV, Markdown and LaTeX.
    """
    table = select(read_curves(table_path), protocol=protocol)
    confidence = thresholds["confidence"]
    claims, verdicts = claims_by("scale", table, thresholds)
    write_table(claim_paths, claims, claim_texts("scale", claims, confidence))
    write_table(verdict_paths, verdicts, verdict_texts("scale", verdicts, confidence))
    log.info("%d comparisons", len(claims))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output.claims,
            snakemake.output.verdicts,
            **snakemake.params,
        )
