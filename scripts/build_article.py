"""Build the article of a run's results with Typst."""

from itertools import product
from pathlib import Path

from topodnn.analysis.texts import MEASURED, in_words
from topodnn.columns import MEASURES
from topodnn.log import job_log, log
from topodnn.networks.protocols import PROTOCOLS
from topodnn.publish.article import (
    compile_article,
    describe_data,
    describe_figure,
    group_trainings,
)


def main(
    source_path: str,
    pdf_path: str,
    *,
    tables: dict[str, str],
    figures: dict[str, list[str]],
    data: dict[str, dict],
    trainings: list[dict],
    judged: str,
    kept: bool,
) -> None:
    """Compile the article, giving Typst the paths from which it reads every number."""
    inputs = {
        "kept": kept,
        "tables": tables,
        "figures": {
            kind: [describe_figure(path) for path in paths] for kind, paths in figures.items()
        },
        "data": [describe_data(name, **about) for name, about in data.items()],
        "protocols": PROTOCOLS,
        "judged": judged,
        "trainings": trainings,
        "training_table": group_trainings(trainings),
        "measures": {s + m: in_words(s + m) for s, m in product(MEASURES.values(), MEASURED)},
    }
    compile_article(source_path, pdf_path, inputs)
    log.info("%s, %d kB", pdf_path, Path(pdf_path).stat().st_size // 1000)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.input.source, snakemake.output.pdf, **snakemake.params)
