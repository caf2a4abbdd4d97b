"""Compare the networks of one training protocol with those of another."""

import numpy as np

from topodnn.analysis.comparisons import in_both_measures, protocol_differences
from topodnn.analysis.verdicts import protocol_texts
from topodnn.log import job_log, log
from topodnn.tables import read_curves, write_texts


def main(table_path: str, paths: list[str], *, thresholds: dict) -> None:
    """Write the differences to three paths: CSV, Markdown and LaTeX."""
    table = read_curves(table_path)
    rng = np.random.default_rng(thresholds["seed"])
    differences = in_both_measures(protocol_differences, table, thresholds, rng)
    differences.to_csv(paths[0], index=False)
    write_texts(paths[1:], protocol_texts(differences))
    log.info("%d comparisons", len(differences))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
