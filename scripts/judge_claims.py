"""Summarise every curve, compare them, and judge the paper's claims, by each measure."""

import numpy as np
import pandas as pd

from topodnn.analysis.curves import curve_summaries, rises
from topodnn.analysis.injective import changes_where_injective
from topodnn.analysis.judging import judge
from topodnn.analysis.tidy import of_measure
from topodnn.analysis.verdicts import Evidence, to_latex, to_markdown
from topodnn.columns import KIND, MEASURES
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log
from topodnn.tables import read_curves, read_table, write_table


def main(
    table_path: str,
    weights_path: str,
    one_scale_paths: list[str],
    persistent_paths: list[str],
    verdict_paths: list[str],
    *,
    protocol: str,
    thresholds: dict,
) -> None:
    """Write what is known by each measure, and the verdicts in three formats.

    Of a measure go to four paths: summaries, comparisons, rises, and changes at injective maps.
    Those of what persists have no rows where no data set has a range of k. The verdicts go to CSV,
    Markdown and LaTeX. Only the networks trained with `protocol` are used.
    """
    table = read_curves(table_path)
    table = table[table["protocol"] == protocol]
    weights = read_table(weights_path, [*KIND, "seed", "layer", "injective", "condition_number"])
    tables = {measure: of_measure(table, measure) for measure in MEASURES}
    there = {measure: rows for measure, rows in tables.items() if len(rows)}
    evidence = {measure: gathered(rows, weights, thresholds) for measure, rows in there.items()}
    nothing = Evidence(*(rows.head(0) for rows in evidence["one scale"]))
    for measure, paths in zip(MEASURES, (one_scale_paths, persistent_paths), strict=True):
        for path, rows in zip(paths, evidence.get(measure, nothing)[:4], strict=True):
            write_job_table(path, rows)
    verdicts = pd.concat(
        [found.verdicts.assign(measure=measure) for measure, found in evidence.items()]
    )
    verdicts.insert(0, "measure", verdicts.pop("measure"))
    texts = [write(evidence, thresholds) for write in (to_markdown, to_latex)]
    write_table(verdict_paths, verdicts, texts)
    for row in verdicts.itertuples():
        log.info("claim %d, %s: %s: %s", row.claim, row.measure, row.answers, row.verdict)


def gathered(table: pd.DataFrame, weights: pd.DataFrame, thresholds: dict) -> Evidence:
    """What the curves of a measure say; the bootstrap of each measure starts anew."""
    curves = curve_summaries(table)
    comparisons, verdicts = judge(curves, thresholds, np.random.default_rng(thresholds["seed"]))
    changes = changes_where_injective(table, weights).reset_index()
    return Evidence(curves, comparisons, rises(table, curves), changes, verdicts)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.input.weights,
            snakemake.output.one_scale,
            snakemake.output.persistent,
            snakemake.output.verdicts,
            **snakemake.params,
        )
