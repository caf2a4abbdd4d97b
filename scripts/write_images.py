"""Write the figures of the persistence for TensorBoard."""

from topodnn.log import job_log, log
from topodnn.publish.tensorboard import write_images


def main(image_paths: list[str], folder: str, *, tags: list[str]) -> None:
    """Write the images into `folder`, each with its tag."""
    write_images(folder, dict(zip(tags, image_paths, strict=True)))
    log.info("%d images in %s", len(tags), folder)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.images,
            snakemake.output.folder,
            **snakemake.params,
        )
