"""Put the time and memory that the jobs took into one table."""

from pathlib import Path

import pandas as pd

from topodnn.log import job_log, log


def main(paths: list[str], table_path: str) -> None:
    """Write one row per job: its name, as below `benchmarks`, and what Snakemake measured."""
    folder = Path(table_path).parent / "benchmarks"
    rows = [
        pd.read_csv(path, sep="\t").assign(
            job=Path(path).relative_to(folder).with_suffix("").as_posix()
        )
        for path in paths
    ]
    table = pd.concat(rows, ignore_index=True)
    table[["job", *table.columns.drop("job")]].to_csv(table_path, index=False)
    log.info("%d jobs, %.0f s one after the other", len(table), table["s"].sum())


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.jobs,
            snakemake.output.table,
        )
