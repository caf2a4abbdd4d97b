"""Join what was recorded of each stage."""

from pathlib import Path

import yaml

from topodnn.log import job_log
from topodnn.publish.provenance import join_stages, write_provenance


def main(stage_paths: list[str], provenance_path: str, *, config: dict) -> None:
    """Write the commit of each stage, the software and the resolved configuration."""
    stages = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in map(Path, stage_paths)
    }
    write_provenance(provenance_path, join_stages(stages, config))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.input, snakemake.output.provenance, **snakemake.params)
