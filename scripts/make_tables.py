"""Make the topological-complexity table as CSV, Markdown and LaTeX."""

from pathlib import Path

from topodnn import KIND
from topodnn.complexity import complexity_table
from topodnn.files import read_table
from topodnn.progress import job_log
from topodnn.tables import to_latex, to_markdown


def main(table_path: str, csv_path: str, markdown_path: str, latex_path: str) -> None:
    """Write the means over the well-trained networks, with their number and success rate."""
    columns = [*KIND, "seed", "layer", "class", "omega", "well_trained", "counted", "n_trials"]
    table = complexity_table(read_table(table_path, columns))
    table.to_csv(csv_path, index=False)
    Path(markdown_path).write_text(to_markdown(table), encoding="utf-8")
    Path(latex_path).write_text(to_latex(table), encoding="utf-8")


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.table,  # noqa: F821
            snakemake.output.csv,  # noqa: F821
            snakemake.output.markdown,  # noqa: F821
            snakemake.output.latex,  # noqa: F821
        )
