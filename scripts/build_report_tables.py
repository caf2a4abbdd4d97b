"""Build the pages of the tables that the report shows."""

from pathlib import Path

import pandas as pd
import yaml

from topodnn.progress import job_log, log
from topodnn.report import benchmarks_text, page_title, provenance_text, table_page


def main(text_paths: list[str], benchmarks_path: str, provenance_path: str, page_paths: list[str]):
    """Write a page for each text in Markdown, then those of the run times and of what made them.

    The pages lie in the folder of the results, or in one in it; the last one in the folder itself.
    """
    texts = [Path(path).read_text(encoding="utf-8") for path in text_paths]
    texts.append(benchmarks_text(pd.read_csv(benchmarks_path, na_values=["-", "NA"])))
    texts.append(provenance_text(yaml.safe_load(Path(provenance_path).read_text(encoding="utf-8"))))
    folder = Path(page_paths[-1]).parent
    for text, path in zip(texts, map(Path, page_paths), strict=True):
        page = table_page(text, page_title(path.relative_to(folder).as_posix()))
        path.write_text(page, encoding="utf-8")
    log.info("%d pages", len(page_paths))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.texts,  # noqa: F821
            snakemake.input.benchmarks,  # noqa: F821
            snakemake.input.provenance,  # noqa: F821
            snakemake.output,  # noqa: F821
        )
