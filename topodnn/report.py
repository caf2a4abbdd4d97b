"""The report of Snakemake: where each result stands in it, and the tables as pages.

Snakemake shows pictures and HTML in its report, and offers everything else to be downloaded.
"""

from collections.abc import Mapping
from html import escape
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
import yaml
from markdown import markdown

CLAIMS, CURVES, LAYERS = "1. Claims", "2. Curves", "3. Layers"
DATA, TRAINING, RUN = "4. Data and scale", "5. Training", "6. The run"
ALL = "All data sets"
# The end of a file's name: its category, what it is called there, and its caption.
FIGURES = {
    "data": (DATA, "the data set", "data"),
    "scale_homology": (DATA, "the scale", "scale"),
    "scale_all_points": (DATA, "the scale, all points", "scale"),
    "activations": (CURVES, "the activations side by side", "activations"),
    "class_0": (CURVES, "every network, class 0", "class"),
    "class_1": (CURVES, "every network, class 1", "class"),
    "samples": (CURVES, "a sample and all points", "samples"),
    "protocols": (CURVES, "the protocols side by side", "protocols"),
    "layers": (LAYERS, "the points at every layer", "layers"),
    "well_trained": (TRAINING, "the trials that ended well trained", "well_trained"),
}
PAGES = {
    "claims/verdicts": (CLAIMS, "Verdicts on the paper's claims", "verdicts"),
    "tables/complexity": (CURVES, "Table of means", "complexity"),
    "tables/samples": (CURVES, "Table of samples", "samples_table"),
    "tables/protocols": (CURVES, "Table of protocols", "protocols_table"),
    "tables/well_trained": (TRAINING, "Table of networks and trials", "well_trained_table"),
    "benchmarks": (RUN, "Run times", "benchmarks"),
    "provenance": (RUN, "Configuration and versions", "provenance"),
    "explore": (CURVES, "The page to explore", "explore"),
}
STYLE = """
body { font: 15px/1.4 system-ui, "DejaVu Sans", sans-serif; color: #1a1a1a; background: #fff; margin: 1.5rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th { position: sticky; top: 0; background: #eee; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ccc; text-align: right; vertical-align: top; }
td:first-child, th:first-child { text-align: left; }
"""  # noqa: E501


def place(path: str, titles: Mapping[str, str]) -> dict[str, Any]:
    """Where the report shows a result: the arguments of Snakemake's ``report``.

    There is one label only: of two or more Snakemake makes switches, which fail where a label has
    two values and not every result has both.

    Parameters
    ----------
    path : str
        Such as ``"figures/D-I/9x15/fast/class_0.png"``, below the folder of the results.
    titles : mapping of str to str
        Of the data sets, by their names, and of the comparisons, by ``"comparisons/NAME"``.
    """
    name = PurePosixPath(path).with_suffix("")
    if str(name) in PAGES:
        category, label, caption = PAGES[str(name)]
        subcategory = ALL
    elif name.parts[1] == "comparisons":
        category, label, caption = CLAIMS, titles["/".join(name.parts[1:])], "comparison"
        subcategory = ALL
    else:
        category, text, caption = FIGURES[name.name]
        dataset, *kind = name.parts[1:-1] or [ALL]
        label = ": ".join(filter(None, [", ".join(kind), text]))
        subcategory = titles.get(dataset, dataset)
    return {
        "category": category,
        "subcategory": subcategory,
        "labels": {"Result": label[0].upper() + label[1:]},
        "caption": f"report/{caption}.rst",
    }


def page_title(path: str) -> str:
    """What a page of :data:`PAGES` is called, by its path below the folder of the results."""
    return PAGES[str(PurePosixPath(path).with_suffix(""))][1]


def table_page(text: str, title: str) -> str:
    """An HTML page of Markdown with tables."""
    body = markdown(text, extensions=["tables"])
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def benchmarks_text(table: pd.DataFrame) -> str:
    """What each rule took, and each job, in Markdown.

    Parameters
    ----------
    table : DataFrame
        Of collect_benchmarks: job, s, max_rss (MB), cpu_time (s) and more.
    """
    jobs = pd.DataFrame(
        {
            "Job": table["job"],
            "Seconds": table["s"],
            "Processor seconds": table["cpu_time"],
            "Memory, MB": table["max_rss"],
        }
    )
    by_rule = jobs.groupby(table["job"].str.split("/").str[0].rename("Rule"))
    rules = pd.DataFrame(
        {
            "Jobs": by_rule.size().astype(str),
            "Seconds, all jobs": by_rule["Seconds"].sum(),
            "Seconds, longest job": by_rule["Seconds"].max(),
            "Processor seconds": by_rule["Processor seconds"].sum(),
            "Memory, MB, at most": by_rule["Memory, MB"].max(),
        }
    )
    # None where something was not measured, which alone is written as missing.
    rules, jobs = (t.astype(object).where(t.notna(), None) for t in (rules, jobs))
    options = {"floatfmt": ",.1f", "missingval": "–"}
    return (
        f"{rules.to_markdown(**options)}\n\n"
        f"Seconds of all jobs together: {table['s'].sum():,.0f}; jobs ran side by side.\n\n"
        f"## Every job\n\n{jobs.to_markdown(index=False, **options)}\n"
    )


def provenance_text(provenance: Mapping[str, Any]) -> str:
    """What made the results, in Markdown, the resolved configuration as YAML under it."""
    facts = {
        name.replace("_", " ").capitalize(): value
        for name, value in provenance.items()
        if name not in ("packages", "config")
    } | dict(provenance["packages"])
    table = pd.DataFrame({"": list(facts), "Value": [str(value) for value in facts.values()]})
    config = yaml.safe_dump(provenance["config"], sort_keys=False, allow_unicode=True)
    indented = "".join(f"    {line}\n" for line in config.splitlines())
    body = table.to_markdown(index=False, disable_numparse=True)
    return f"{body}\n\n## Resolved configuration\n\n{indented}"
