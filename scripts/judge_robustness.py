"""Judge the claims under every choice that could change them, and measure the sampling noise."""

from topodnn.analysis.robustness_texts import choice_texts, noise_texts, share_texts
from topodnn.analysis.sampling import sampling_noise
from topodnn.analysis.specifications import (
    by_variation,
    one_at_a_time,
    shares,
    specifications,
)
from topodnn.analysis.tidy import with_other_protocols
from topodnn.columns import KIND
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log, progress
from topodnn.tables import read_curves, read_parquet, write_table


def main(
    table_path: str,
    varied_path: str,
    verdicts_path: str,
    answers_path: str,
    share_paths: list[str],
    choice_paths: list[str],
    noise_paths: list[str],
    *,
    beside: list[str],
    protocol: str,
    thresholds: dict,
    changes: dict[str, dict],
    clouds: list[list[str]],
    threshold_change: float,
    bootstrap_seeds: list[int],
) -> None:
    """Write the verdicts and answers of every specification as CSV, and three tables for readers.

    Each table goes to three paths: CSV, Markdown and LaTeX. `beside` are tidy tables of other
    results, whose networks by other protocols are judged too.
    """
    table = read_curves(table_path)
    for path in beside:
        table = with_other_protocols(table, read_curves(path), protocol)
    varied = read_parquet(varied_path, [*KIND, "variation", "at", "k"])
    with progress("specifications") as report:
        verdicts, answers = specifications(
            table, varied, thresholds, protocol=protocol, changes=changes, clouds=clouds,
            threshold_change=threshold_change, bootstrap_seeds=bootstrap_seeds, report=report,
        )  # fmt: skip
    write_job_table(verdicts_path, verdicts)
    write_job_table(answers_path, answers)
    found, confidence = shares(verdicts, answers), thresholds["confidence"]
    write_table(share_paths, found, share_texts(found))
    alone = one_at_a_time(verdicts)
    write_table(choice_paths, alone, choice_texts(alone, confidence))
    of_samples = [
        name for name, changed in by_variation(changes).items() if [*changed] == ["sample"]
    ]
    noise = sampling_noise(varied[varied["variation"].isin(of_samples)], confidence)
    write_table(noise_paths, noise, noise_texts(noise, confidence))
    log.info("%d specifications", verdicts["specification"].nunique())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.input.varied,
            snakemake.output.verdicts,
            snakemake.output.answers,
            snakemake.output.shares,
            snakemake.output.choices,
            snakemake.output.noise,
            beside=snakemake.input.beside,
            **snakemake.params,
        )
