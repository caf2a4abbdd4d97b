"""Write the figures of the persistence for TensorBoard."""

from topodnn.events import write_images
from topodnn.progress import job_log, log


def main(image_paths: list[str], folder: str, *, tags: list[str]) -> None:
    """Write the images into `folder`, each with its tag."""
    write_images(folder, dict(zip(tags, image_paths, strict=True)))
    log.info("%d images in %s", len(tags), folder)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.images,  # noqa: F821
            snakemake.output.folder,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
