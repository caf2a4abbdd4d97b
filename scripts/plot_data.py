"""Draw the data sets."""

import numpy as np

from topodnn.files import read_data
from topodnn.plots import by_figure, plot_data, save, use_style
from topodnn.progress import job_log, progress
from topodnn.projection import in_space


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
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.data,  # noqa: F821
            snakemake.output,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
