"""Read a data set from a file, and choose the points that training does not see."""

from topodnn.datasets.files import write_data
from topodnn.datasets.readers import read_dataset
from topodnn.datasets.splits import hold_out
from topodnn.log import job_log, log


def main(dataset: dict, data_path: str) -> None:
    """Write the points of the file that the configuration names to `data_path`."""
    found = read_dataset(dataset["file"], dataset.get("label"), dataset.get("true_betti", []))
    data = hold_out(*found, dataset["held_out"], dataset["seed"])
    write_data(data_path, data)
    log.info(
        "%d points in %d features, %d of them held out", *data.points.shape, data.held_out.sum()
    )


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.params.dataset, snakemake.output.data)
