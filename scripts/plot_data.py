"""Draw a data set."""

import numpy as np

from topodnn.files import read_data
from topodnn.plots import plot_data, save, use_style
from topodnn.progress import job_log
from topodnn.projection import in_space


def main(data_path: str, pdf_path: str, png_path: str, *, title: str, n_points: int) -> None:
    """Draw at most `n_points` points; more than three features by principal components."""
    data = read_data(data_path)
    points = in_space(data.points)
    shown = np.random.default_rng(0).permutation(len(points))[:n_points]
    use_style()
    save(plot_data(points[shown], data.labels[shown], title, data.true_betti), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.data,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
