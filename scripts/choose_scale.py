"""Choose n_neighbors and scale of the complex by the Betti numbers of the input."""

import pandas as pd

from topodnn.columns import betti_columns
from topodnn.datasets.files import read_data
from topodnn.errors import InputError
from topodnn.homology.files import NOTHING_FITS, write_scale
from topodnn.homology.layers import sampled_points
from topodnn.homology.scale import choose_by_plateau, choose_scale, scale_table
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log, progress


def main(
    data_path: str,
    table_path: str,
    choice_path: str,
    *,
    n_neighbors: list[int],
    scales: list[float],
    stride: int,
    max_dimension: int,
    sample: int | None = None,
    required: bool = True,
    dataset: dict | None = None,
) -> None:
    """Write the Betti numbers up to `max_dimension` for every pair of the grid, and the choice.

    The points are every q-th, or a random sample with the seed `sample`. The true Betti numbers
    choose where they are known, else the longest plateau at the one scale. Where no pair fits, the
    run ends if a choice is `required`; else that is written. `dataset` is what decides the points.
    """
    data = read_data(data_path, dataset)
    sampled = sampled_points(data.labels, stride, sample)
    true_betti = data.true_betti[:, : max_dimension + 1] if len(data.true_betti) else None
    with progress("choose_scale") as report:
        table = scale_table(
            data.points[sampled], data.labels[sampled], true_betti, n_neighbors=n_neighbors,
            scales=scales, max_dimension=max_dimension, report=report,
        )  # fmt: skip
    log.info("the Betti numbers of the input are\n%s", table.to_string(index=False))
    try:
        choice = choose_by_plateau(table) if true_betti is None else choose_scale(table, true_betti)
    except InputError as error:
        if required:
            raise
        log.warning("%s", error)
        choice = NOTHING_FITS
    log.info("chosen: n_neighbors %(n_neighbors)s, scale %(scale)s, block %(block)s", choice)
    if choice["block"]["n_neighbors"][-1:] == [max(n_neighbors)]:
        log.info("the block ends where the grid ends: with larger n_neighbors it may go on")
    if true_betti is None:
        describe_plateau(table, choice)
    write_job_table(table_path, table)
    method = "plateau" if true_betti is None else "true_betti"
    points = {"stride": stride, "sample": sample, "dataset": dataset}
    write_scale(choice_path, {**choice, "method": method, **points})


def describe_plateau(table: pd.DataFrame, choice: dict) -> None:
    """Log what the plateau shows, and warn where it is no plateau or has nothing to simplify."""
    numbers = table.set_index("n_neighbors").loc[[choice["n_neighbors"]], betti_columns(table)]
    found = [tuple(row) for row in numbers.to_numpy().tolist()]
    log.info(
        "no true Betti numbers are known: n_neighbors is chosen by the longest plateau, on which "
        "the classes have the Betti numbers %s",
        ", ".join(map(str, found)),
    )
    if len(choice["block"]["n_neighbors"]) == 1 < table["n_neighbors"].nunique():
        log.warning(
            "no two neighbouring values of n_neighbors give the same Betti numbers: there is no "
            "plateau; more points are needed, or another scale"
        )
    if all(sum(row) == row[0] == 1 for row in found):
        log.warning(
            "on the plateau every class is one component and nothing else: of what persists "
            "nothing is left to simplify; another scale may show more"
        )


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.choice,
            **snakemake.params.grid,
            dataset=snakemake.params.dataset,
        )
