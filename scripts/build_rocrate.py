"""Pack the results with the workflow that made them, as an RO-Crate."""

import os
from pathlib import Path

import yaml

from topodnn.log import job_log, log
from topodnn.publish.crate import build_crate, workflow_files
from topodnn.publish.provenance import ROOT, commits_text, git_commit


def main(result_paths: list[str], beside: list[str], provenance_path: str, crate_path: str) -> None:
    """Write the crate of the results, with the workflow and what its article shows `beside`."""
    provenance = yaml.safe_load(Path(provenance_path).read_text(encoding="utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    made, now = commits_text(provenance["git_commit"]), git_commit()
    if made != now:
        log.warning("the results were made at commit %s, the source packed is of %s", made, now)
    places = [*workflow_files(ROOT), *(os.path.relpath(path, ROOT) for path in beside)]
    workflow = {place: str(ROOT / place) for place in places}
    crate = build_crate([*result_paths, provenance_path], workflow, provenance, citation)
    crate.write_zip(crate_path)
    log.info("%d files, %.1f MB", len(crate.data_entities), Path(crate_path).stat().st_size / 1e6)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.results,
            snakemake.input.beside,
            snakemake.input.provenance,
            snakemake.output[0],
        )
