"""Draw the point cloud at every layer of one network of each kind."""

import pandas as pd
from matplotlib.figure import Figure

from topodnn.analysis.rows import select
from topodnn.columns import KIND, betti_columns
from topodnn.figures.clouds import read_cloud
from topodnn.figures.points import plot_layers
from topodnn.figures.style import (
    SYMBOLS,
    activation_label,
    by_figure,
    measures_of,
    save,
    use_style,
)
from topodnn.log import job_log, progress
from topodnn.tables import read_table


def main(
    cloud_paths: list[str],
    table_path: str,
    figure_paths: list[str],
    *,
    kinds: list[dict[str, str]],
) -> None:
    """Draw the layers of each point cloud, with the Betti numbers of that network as captions."""
    table = read_table(table_path, [*KIND, "seed", "layer", "class", "beta_0"])
    paths = zip(kinds, cloud_paths, by_figure(figure_paths), strict=True)
    use_style()
    with progress("networks") as report:
        for done, (kind, cloud_path, drawn) in enumerate(paths, start=1):
            save(figure(cloud_path, table, kind), drawn)
            report(done, len(kinds), "/".join(kind.values()))


def figure(cloud_path: str, table: pd.DataFrame, kind: dict[str, str]) -> Figure:
    """The layers of one network, with a title that says what it is and what is shown."""
    layers, labels, seed, well_trained = read_cloud(cloud_path, kind)
    betti = select(table, **kind, seed=seed)
    state = "well trained" if well_trained else "not well trained"
    name = activation_label(kind["activation"])
    numbers = ", ".join(SYMBOLS[beta] for beta in betti_columns(betti))
    measures = measures_of(betti)
    of_classes = f"({numbers}) of each class"
    of_classes += f": {' | '.join(measures)}\n" if len(measures) > 1 else "; "  # as in the captions
    title = (
        f"{kind['dataset']}, {kind['network']}, {name}, {kind['protocol']}, seed {seed}, {state}\n"
        f"{of_classes}axes scaled to the box; three principal components of wider layers"
    )
    return plot_layers(layers, labels, betti, title)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.clouds,
            snakemake.input.table,
            snakemake.output,
            **snakemake.params,
        )
