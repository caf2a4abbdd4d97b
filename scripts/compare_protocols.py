"""Compare the networks of one training protocol with those of another."""

from pathlib import Path

import numpy as np

from topodnn.analysis.comparisons import protocol_differences
from topodnn.analysis.verdicts import protocol_texts
from topodnn.columns import KIND
from topodnn.log import job_log, log
from topodnn.tables import read_table


def main(table_path: str, paths: list[str], *, thresholds: dict) -> None:
    """Write the differences to three paths: CSV, Markdown and LaTeX."""
    columns = [*KIND, "seed", "layer", "class", "omega", "well_trained", "input_is_true"]
    table = read_table(table_path, columns)
    differences = protocol_differences(table, thresholds, np.random.default_rng(thresholds["seed"]))
    differences.to_csv(paths[0], index=False)
    for path, text in zip(paths[1:], protocol_texts(differences), strict=True):
        Path(path).write_text(text, encoding="utf-8")
    log.info("%d comparisons", len(differences))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
