"""Build the page to explore the results."""

from pathlib import Path

from topodnn.columns import KIND
from topodnn.figures.clouds import read_cloud
from topodnn.figures.explorer import build_page, explorer_data
from topodnn.log import job_log, log
from topodnn.tables import read_betti_numbers


def main(
    table_path: str,
    cloud_paths: list[str],
    page_path: str,
    *,
    name: str,
    titles: dict[str, str],
    kinds: list[dict[str, str]],
) -> None:
    """Write the page from the tidy table and the point clouds of the layers of some `kinds`."""
    table = read_betti_numbers(table_path)
    names = [{key: kind[key] for key in KIND} for kind in kinds]
    clouds = [
        (kind, *read_cloud(path, kind)) for kind, path in zip(names, cloud_paths, strict=True)
    ]
    page = build_page(explorer_data(table, clouds, titles), name)
    Path(page_path).write_text(page, encoding="utf-8")
    networks = table.drop_duplicates([*KIND, "seed"])
    size = len(page.encode()) / 1e6
    log.info("%d networks, %d clouds, %.1f MB", len(networks), len(clouds), size)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.table,
            snakemake.input.clouds,
            snakemake.output[0],
            **snakemake.params,
        )
