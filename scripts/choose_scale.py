"""Choose n_neighbors and scale of the complex by the true Betti numbers of the input."""

from topodnn.datasets.files import read_data
from topodnn.errors import InputError
from topodnn.homology.files import write_scale
from topodnn.homology.scale import choose_scale, scale_table
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
) -> None:
    """Write the Betti numbers up to `max_dimension` for every pair of the grid, and the choice."""
    data = read_data(data_path)
    if not len(data.true_betti):
        raise InputError(
            f"{data_path}: n_neighbors and scale cannot be chosen, since the true Betti numbers of "
            "the data set are not known; give both as numbers"
        )
    true_betti = data.true_betti[:, : max_dimension + 1]
    with progress("choose_scale") as report:
        table = scale_table(
            data.points, data.labels, true_betti,
            n_neighbors=n_neighbors, scales=scales, stride=stride, report=report,
        )  # fmt: skip
    log.info("the Betti numbers of the input are\n%s", table.to_string(index=False))
    choice = choose_scale(table, true_betti)
    log.info("chosen: n_neighbors %(n_neighbors)d, scale %(scale)s, block %(block)s", choice)
    if choice["block"]["n_neighbors"][-1] == max(n_neighbors):
        log.info("the block ends where the grid ends: with larger n_neighbors it may go on")
    table.to_csv(table_path, index=False)
    write_scale(choice_path, {**choice, "stride": stride})


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.output.table,
            snakemake.output.choice,
            **snakemake.params.grid,
        )
