"""Record what made the results: configuration, versions, commit, machine."""

from topodnn.progress import job_log
from topodnn.provenance import describe_run, write_provenance


def main(config: dict, provenance_path: str) -> None:
    """Write the resolved configuration and the software beside the results."""
    write_provenance(provenance_path, describe_run(config))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(snakemake.params.config, snakemake.output.provenance)  # noqa: F821
