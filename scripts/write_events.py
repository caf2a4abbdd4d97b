"""Write the learning curves for TensorBoard."""

import pandas as pd

from topodnn.events import write_events
from topodnn.files import read_table
from topodnn.progress import job_log, log


def main(curves_paths: list[str], trials_paths: list[str], folder: str) -> None:
    """Write one run a network and trial into `folder`."""
    curves, trials = (
        pd.concat([read_table(path, ["seed", "trial", column]) for path in paths])
        for column, paths in (("loss", curves_paths), ("held_out_error", trials_paths))
    )
    log.info("%d runs in %s", write_events(folder, curves, trials), folder)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.curves,  # noqa: F821
            snakemake.input.trials,  # noqa: F821
            snakemake.output.folder,  # noqa: F821
        )
