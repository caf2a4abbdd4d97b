"""Draw the point cloud at every layer of one network."""

from topodnn import KIND
from topodnn.complexity import select
from topodnn.files import read_cloud, read_table
from topodnn.plots import activation_label, plot_layers, save, use_style
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
    title = (
        f"{name}, {kind['network']}, {kind['protocol']}, seed {seed}, {state}\n"
        "three principal components, each scaled to the box; (β0, β1, …) of each class"
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
