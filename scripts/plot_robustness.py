"""Draw the specification curve of each claim."""

from topodnn.figures.specifications import plot_specifications
from topodnn.figures.style import by_figure, save, use_style
from topodnn.log import job_log, progress
from topodnn.tables import read_table


def main(
    verdicts_path: str, answers_path: str, figure_paths: list[str], *, titles: dict[str, str]
) -> None:
    """Draw claim 1, 2, …, each in the formats of its paths."""
    verdicts = read_table(verdicts_path, ["specification", "claim", "n_choices", "verdict"])
    answers = read_table(answers_path, ["specification", "claim", "dataset", "holds", "estimate"])
    use_style()
    figures = by_figure(figure_paths)
    with progress("specification curves") as report:
        for claim, paths in enumerate(figures, start=1):
            save(plot_specifications(verdicts, answers, claim, titles), paths)
            report(claim, len(figures), f"claim {claim}")


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.verdicts,
            snakemake.input.answers,
            snakemake.output,
            **snakemake.params,
        )
