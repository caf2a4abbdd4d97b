"""Draw a data set, and choose the points that training does not see."""

from topodnn.datasets.files import Data, write_data
from topodnn.datasets.generators import draw_points
from topodnn.datasets.splits import held_out_mask
from topodnn.log import job_log, log


def main(dataset: dict, data_path: str) -> None:
    """Write the data set that the configuration describes to `data_path`."""
    points, labels, true_betti = draw_points(
        dataset["generator"], dataset["parameters"], dataset["seed"]
    )
    held_out = held_out_mask(labels, dataset["held_out"], dataset["seed"])
    write_data(data_path, Data(points, labels, held_out, true_betti))
    log.info("%d points in %d features, %d of them held out", *points.shape, held_out.sum())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.params.dataset, snakemake.output.data)
