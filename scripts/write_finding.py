"""Write what the persistence of a batch shows, in words and numbers."""

from pathlib import Path

from topodnn.analysis.finding import finding, summarise
from topodnn.columns import KIND
from topodnn.datasets.files import read_data
from topodnn.log import job_log
from topodnn.tables import read_table


def main(
    betti_path: str,
    distances_path: str,
    batch_paths: list[str],
    summary_path: str,
    finding_path: str,
    *,
    persistence: dict[str, dict],
) -> None:
    """Write the summary as CSV and the finding as Markdown."""
    columns = [*KIND, "seed", "layer", "metric", "counted", "well_trained", "held_out_error"]
    betti, distances = (read_table(path, columns) for path in (betti_path, distances_path))
    summary = summarise(betti, distances)
    summary.to_csv(summary_path, index=False)
    # The classes are disjoint, so the numbers of their union are the sums.
    true_betti = {
        name: read_data(path).true_betti.sum(axis=0).tolist()
        for name, path in zip(persistence, batch_paths, strict=True)
    }
    Path(finding_path).write_text(finding(summary, true_betti, persistence), encoding="utf-8")


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.betti,
            snakemake.input.distances,
            snakemake.input.batches,
            snakemake.output.summary,
            snakemake.output.finding,
            **snakemake.params,
        )
