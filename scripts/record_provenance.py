"""Record what made the results of a stage: commit, versions, machine, configuration."""

from topodnn.log import job_log, log
from topodnn.publish.provenance import describe_stage, write_provenance


def main(config: dict, provenance_path: str) -> None:
    """Write what the results of a stage were made with, once they are there."""
    description = describe_stage(config)
    if description["git_commit"] == "unknown":
        log.warning("the commit of the source is not known: no git here, or no clone")
    write_provenance(provenance_path, description)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.params.config, snakemake.output.provenance)
