"""Build the page in which a reader explores the results."""

from pathlib import Path

from topodnn import KIND
from topodnn.explorer import build_page, explorer_data
from topodnn.files import read_betti_numbers, read_cloud
from topodnn.progress import job_log, log


def main(
    table_path: str,
    cloud_paths: list[str],
    page_path: str,
    *,
    name: str,
    titles: dict[str, str],
    kinds: list[dict[str, str]],
) -> None:
    """Write the page of the tidy table, with the clouds of the layers of some `kinds`."""
    table = read_betti_numbers(table_path)
    clouds = [
        ({key: kind[key] for key in KIND}, *read_cloud(path))
        for kind, path in zip(kinds, cloud_paths, strict=True)
    ]
    page = build_page(explorer_data(table, clouds, titles), name)
    Path(page_path).write_text(page, encoding="utf-8")
    networks = table.drop_duplicates([*KIND, "seed"])
    size = len(page.encode()) / 1e6
    log.info("%d networks, %d clouds, %.1f MB", len(networks), len(clouds), size)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.input.clouds,  # noqa: F821
            snakemake.output[0],  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
