"""Read a data set from its source, prepare it, and choose the points that training does not see."""

from topodnn.datasets.files import write_data
from topodnn.datasets.preparation import prepare
from topodnn.log import job_log, log


def main(dataset: dict, data_path: str, data_home: str | None = None) -> None:
    """Write the points of the source that the configuration names to `data_path`."""
    data = prepare(dataset, data_home)
    write_data(data_path, data, dataset)
    log.info(
        "%d points in %d features, %d of them held out", *data.points.shape, data.held_out.sum()
    )


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.params.dataset, snakemake.output.data, snakemake.params.data_home)
