"""Put the Betti numbers, curves, diagrams and distances of the batches into tables."""

import pandas as pd

from topodnn.analysis.tidy import kept_trials, with_trials
from topodnn.columns import KIND
from topodnn.homology.persistence import mean_betti_curves
from topodnn.job_tables import write_job_table, write_parquet
from topodnn.log import job_log, log, progress
from topodnn.tables import read_job_table, read_parquet, read_table

NETWORK = [*KIND, "seed"]


def main(
    pair_paths: list[str],
    betti_paths: list[str],
    distance_paths: list[str],
    trials_path: str,
    betti_path: str,
    distances_path: str,
    curves_path: str,
    diagrams_path: str,
    *,
    persistence: dict[str, dict],
    diagrams_of: list[dict[str, str]],
) -> None:
    """Write four tables; the diagrams are those of the first network of each kind that is drawn.

    `persistence` has max_scale, max_hops and max_dimension for each data set.
    """
    kept = kept_trials(read_table(trials_path, [*NETWORK, "trial", "well_trained", "counted"]))
    betti = [read_job_table(path, [*NETWORK, "layer", "metric", "beta_0"]) for path in betti_paths]
    distances = [read_job_table(path, [*NETWORK, "layer", "distance"]) for path in distance_paths]
    betti = with_trials(betti, kept)
    write_job_table(betti_path, betti)
    write_job_table(distances_path, with_trials(distances, kept))
    curves, drawn = [], []
    kinds = pd.concat(
        [read_parquet(path, [*NETWORK, "layer", "metric"]) for path in pair_paths]
    ).groupby(KIND)
    with progress("Betti curves") as report:
        for done, (kind, pairs) in enumerate(kinds, start=1):
            about = dict(zip(KIND, kind, strict=True))
            if about in diagrams_of:
                drawn.append(pairs[pairs["seed"] == pairs["seed"].min()])
            counted = pairs.merge(kept.loc[kept["counted"], NETWORK])
            curves.append(mean_betti_curves(counted, **persistence[about["dataset"]]))
            curves[-1] = curves[-1].assign(**about)
            report(done, len(kinds), "/".join(kind))
    write_job_table(curves_path, pd.concat(curves)[[*KIND, *curves[0].columns.drop(KIND)]])
    drawn = pd.concat(drawn) if drawn else pairs[:0]
    write_parquet(diagrams_path, drawn)
    log.info("%d rows of Betti numbers", len(betti))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.pairs,
            snakemake.input.betti,
            snakemake.input.distances,
            snakemake.input.trials,
            snakemake.output.betti,
            snakemake.output.distances,
            snakemake.output.curves,
            snakemake.output.diagrams,
            **snakemake.params,
        )
