"""Build the pages of the tables that the report shows."""

from pathlib import Path

import pandas as pd
import yaml

from topodnn.log import job_log, log
from topodnn.publish.pages import benchmarks_text, provenance_text, table_page
from topodnn.publish.report import page_title


def main(text_paths: list[str], benchmarks_path: str, provenance_path: str, page_paths: list[str]):
    """Write one page per text in Markdown, then those of the run times and of the provenance.

    The last page lies in the folder of the results, the others there or in folders below.
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
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.texts,
            snakemake.input.benchmarks,
            snakemake.input.provenance,
            snakemake.output,
        )
