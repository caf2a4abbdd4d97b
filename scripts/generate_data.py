"""Draw a data set, and choose the points that training does not see."""

from topodnn.datasets.files import write_data
from topodnn.datasets.generators import draw_points
from topodnn.datasets.splits import hold_out
from topodnn.log import job_log, log


def main(dataset: dict, data_path: str) -> None:
    """Write the data set that the configuration describes to `data_path`."""
    drawn = draw_points(dataset["generator"], dataset["parameters"], dataset["seed"])
    data = hold_out(*drawn, dataset["held_out"], dataset["seed"])
    write_data(data_path, data, dataset)
    log.info(
        "%d points in %d features, %d of them held out", *data.points.shape, data.held_out.sum()
    )


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.params.dataset, snakemake.output.data)
