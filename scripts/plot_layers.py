"""Draw the point cloud at every layer of one network."""

from topodnn import KIND
from topodnn.complexity import betti_columns, select
from topodnn.files import read_cloud, read_table
from topodnn.plots import SYMBOLS, activation_label, plot_layers, save, use_style
from topodnn.progress import job_log


def main(
    cloud_path: str,
    table_path: str,
    pdf_path: str,
    png_path: str,
    **kind: str,
) -> None:
    """Draw the layers in `cloud_path` with the Betti numbers of that network as captions."""
    layers, labels, seed, well_trained = read_cloud(cloud_path)
    table = read_table(table_path, [*KIND, "seed", "layer", "class", "beta_0"])
    betti = select(table, **kind, seed=seed)
    state = "well trained" if well_trained else "not well trained"
    name = activation_label(kind["activation"])
    numbers = ", ".join(SYMBOLS[beta] for beta in betti_columns(betti))
    title = (
        f"{kind['dataset']}, {kind['network']}, {name}, {kind['protocol']}, seed {seed}, {state}\n"
        f"({numbers}) of each class; axes scaled to the box; "
        "three principal components of wider layers"
    )
    use_style()
    save(plot_layers(layers, labels, betti, title), pdf_path, png_path)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.cloud,  # noqa: F821
            snakemake.input.table,  # noqa: F821
            snakemake.output.pdf,  # noqa: F821
            snakemake.output.png,  # noqa: F821
            **snakemake.wildcards,  # noqa: F821
        )
