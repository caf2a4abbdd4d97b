"""Draw the persistence of the batch at every layer: diagrams, Betti numbers, distances."""

from collections.abc import Iterator

from matplotlib.figure import Figure

from topodnn.analysis.rows import select
from topodnn.columns import KIND
from topodnn.figures.persistence import (
    plot_betti_curves,
    plot_diagrams,
    plot_distances,
    plot_metrics,
    plot_side_by_side,
    title_of,
)
from topodnn.figures.style import by_figure, save, use_style
from topodnn.log import job_log, progress
from topodnn.tables import read_parquet, read_table


def main(
    betti_path: str,
    distances_path: str,
    curves_path: str,
    diagrams_path: str,
    figure_paths: list[str],
    *,
    diagram_panels: list[dict[str, str]],
    panels: list[dict[str, str]],
    persistence: dict[str, dict],
) -> None:
    """Draw the diagrams of some panels, three figures of each panel, and one of each data set."""
    betti = read_table(betti_path, [*KIND, "seed", "layer", "metric", "counted", "held_out_error"])
    distances = read_table(distances_path, [*KIND, "seed", "layer", "distance", "counted"])
    curves = read_table(curves_path, [*KIND, "layer", "metric", "scale", "n_networks"])
    pairs = read_parquet(diagrams_path, [*KIND, "seed", "layer", "metric"])
    paths = by_figure(figure_paths)
    use_style()

    def figures() -> Iterator[Figure]:
        for panel in diagram_panels:
            numbers = persistence[panel["dataset"]]
            rows = select(pairs, **panel, metric="euclidean")
            yield plot_diagrams(rows, numbers, f"{title_of(rows, numbers)}, first network")
        for panel in panels:
            numbers = persistence[panel["dataset"]]
            rows = select(betti, **panel)
            title = title_of(rows, numbers)
            yield plot_betti_curves(select(curves, **panel, metric="euclidean"), numbers, title)
            yield plot_metrics(rows, numbers, title)
            yield plot_distances(select(distances, **panel), title)
        for dataset, numbers in persistence.items():
            rows = select(betti, dataset=dataset)
            yield plot_side_by_side(rows, numbers, title_of(rows, numbers))

    with progress("figures") as report:
        for done, (figure, drawn) in enumerate(zip(figures(), paths, strict=True), start=1):
            save(figure, drawn)
            report(done, len(paths), drawn[0])


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.betti,
            snakemake.input.distances,
            snakemake.input.curves,
            snakemake.input.diagrams,
            snakemake.output,
            **snakemake.params,
        )
