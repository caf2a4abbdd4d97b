"""Compare the variance between point clouds with that between the networks of one cloud."""

from pathlib import Path

from topodnn.analysis.comparisons import cloud_variances
from topodnn.analysis.verdicts import variance_texts
from topodnn.columns import KIND
from topodnn.log import job_log, log
from topodnn.tables import read_table


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
    columns = [*KIND, "seed", "layer", "class", "omega", "well_trained", "input_is_true"]
    table = read_table(table_path, columns)
    variances = cloud_variances(table[table["protocol"] == protocol], clouds, confidence)
    variances.to_csv(paths[0], index=False)
    for path, text in zip(paths[1:], variance_texts(variances), strict=True):
        Path(path).write_text(text, encoding="utf-8")
    log.info("%d rows", len(variances))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
