"""Draw the barcode over k of the layers of one network of each kind."""

import pandas as pd

from topodnn.analysis.scales import read_barcode
from topodnn.figures.barcodes import FEW, plot_barcode
from topodnn.figures.style import activation_label, by_figure, save, use_style
from topodnn.log import job_log, progress


def main(barcode_paths: list[str], figure_paths: list[str]) -> None:
    """Draw the bars of each network, with a title that says which it is."""
    use_style()
    with progress("networks") as report:
        paths = zip(barcode_paths, by_figure(figure_paths), strict=True)
        for done, (path, drawn) in enumerate(paths, start=1):
            bars = read_barcode(path)
            save(plot_barcode(bars, title_of(bars)), drawn)
            report(done, len(barcode_paths), path)


def title_of(bars: pd.DataFrame) -> str:
    """Which network it is, and what is shown of it."""
    about = bars.iloc[0]
    state = "well trained" if about["well_trained"] else "not well trained"
    kind = f"{about['dataset']}, {about['network']}, {activation_label(about['activation'])}"
    return (
        f"{kind}, {about['protocol']}, seed {about['seed']}, {state}\n"
        "classes of homology, each a bar over the $k$ at which it is alive; "
        f"their number where more than {FEW} are"
    )


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.barcodes,
            snakemake.output,
        )
