"""Draw the data sets."""

import numpy as np

from topodnn.datasets.files import read_data
from topodnn.figures.clouds import in_space
from topodnn.figures.points import plot_data
from topodnn.figures.style import by_figure, save, use_style
from topodnn.log import job_log, progress


def main(
    data_paths: list[str],
    figure_paths: list[str],
    *,
    titles: list[str],
    n_points: int,
) -> None:
    """Draw at most `n_points` points of each; more than three features by principal components."""
    use_style()
    with progress("data sets") as report:
        for done, (path, title, drawn) in enumerate(
            zip(data_paths, titles, by_figure(figure_paths), strict=True), start=1
        ):
            data = read_data(path)
            points = in_space(data.points)
            shown = np.random.default_rng(0).permutation(len(points))[:n_points]
            save(plot_data(points[shown], data.labels[shown], title, data.true_betti), drawn)
            report(done, len(titles), title)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.output,
            **snakemake.params,
        )
