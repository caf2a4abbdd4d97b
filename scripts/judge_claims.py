"""Summarise every curve, compare them, and judge the paper's claims."""

from pathlib import Path

import numpy as np

from topodnn.analysis.curves import curve_summaries, rises
from topodnn.analysis.injective import changes_where_injective
from topodnn.analysis.judging import judge
from topodnn.analysis.verdicts import to_latex, to_markdown
from topodnn.columns import KIND
from topodnn.log import job_log, log
from topodnn.tables import read_curves, read_table


def main(
    table_path: str,
    weights_path: str,
    curves_path: str,
    comparisons_path: str,
    rises_path: str,
    injective_path: str,
    verdicts_path: str,
    markdown_path: str,
    latex_path: str,
    *,
    protocol: str,
    thresholds: dict,
) -> None:
    """Write summaries, comparisons, rises, changes at injective maps; verdicts in three formats.

    Only the networks trained with `protocol` are used.
    """
    table = read_curves(table_path)
    table = table[table["protocol"] == protocol]
    weights = read_table(weights_path, [*KIND, "seed", "layer", "injective", "condition_number"])
    changes = changes_where_injective(table, weights)
    curves = curve_summaries(table)
    rising = rises(table, curves)
    comparisons, verdicts = judge(curves, thresholds, np.random.default_rng(thresholds["seed"]))
    curves.to_csv(curves_path, index=False)
    comparisons.to_csv(comparisons_path, index=False)
    verdicts.to_csv(verdicts_path, index=False)
    rising.to_csv(rises_path, index=False)
    changes.to_csv(injective_path)
    for path, write in ((markdown_path, to_markdown), (latex_path, to_latex)):
        text = write(verdicts, comparisons, rising, changes, thresholds)
        Path(path).write_text(text, encoding="utf-8")
    for row in verdicts.itertuples():
        log.info("claim %d: %s: %s", row.claim, row.answers, row.verdict)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.input.weights,
            snakemake.output.curves,
            snakemake.output.comparisons,
            snakemake.output.rises,
            snakemake.output.injective,
            snakemake.output.verdicts,
            snakemake.output.markdown,
            snakemake.output.latex,
            **snakemake.params,
        )
