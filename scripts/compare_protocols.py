"""Compare the networks of one training protocol with those of another, and judge each."""

import numpy as np

from topodnn.analysis.comparisons import in_both_measures, protocol_differences
from topodnn.analysis.grouped import claim_texts, claims_by, verdict_texts
from topodnn.analysis.verdicts import protocol_texts
from topodnn.log import job_log, log
from topodnn.tables import read_curves, write_table


def main(
    table_path: str,
    difference_paths: list[str],
    claim_paths: list[str],
    verdict_paths: list[str],
    *,
    thresholds: dict,
) -> None:
    """Write the differences between protocols, and claims 1 and 2 under each of them.

    Each table goes to three paths: CSV, Markdown and LaTeX.
    """
    table = read_curves(table_path)
    rng = np.random.default_rng(thresholds["seed"])
    differences = in_both_measures(protocol_differences, table, thresholds, rng)
    confidence = thresholds["confidence"]
    claims, verdicts = claims_by("protocol", table, thresholds)
    write_table(difference_paths, differences, protocol_texts(differences))
    write_table(claim_paths, claims, claim_texts("protocol", claims, confidence))
    write_table(verdict_paths, verdicts, verdict_texts("protocol", verdicts, confidence))
    log.info("%d comparisons", len(differences))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output.differences,
            snakemake.output.claims,
            snakemake.output.verdicts,
            **snakemake.params,
        )
