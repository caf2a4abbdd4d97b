"""Compare the Betti numbers of the logits at several k with what lives over the whole range."""

from topodnn.analysis.scales import read_barcode, scales_table, scales_texts
from topodnn.log import job_log
from topodnn.tables import write_table


def main(barcode_paths: list[str], paths: list[str]) -> None:
    """Write the numbers of one network of each kind to three paths: CSV, Markdown and LaTeX."""
    table = scales_table([read_barcode(path) for path in barcode_paths])
    write_table(paths, table, scales_texts(table))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.barcodes,
            snakemake.output,
        )
