"""The tables of a run as HTML pages, for the report of Snakemake."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import yaml
from markdown import markdown

STYLE = """
body { font: 15px/1.4 system-ui, "DejaVu Sans", sans-serif; color: #1a1a1a; background: #fff; margin: 1.5rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th { position: sticky; top: 0; background: #eee; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ccc; text-align: right; vertical-align: top; }
td:first-child, th:first-child { text-align: left; }
"""  # noqa: E501


def table_page(text: str, title: str) -> str:
    """An HTML page, from a text in Markdown with tables."""
    body = markdown(text, extensions=["tables"])
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def benchmarks_text(table: pd.DataFrame) -> str:
    """Time and memory of each rule and of each job, in Markdown.

    Parameters
    ----------
    table : DataFrame
        From collect_benchmarks: job, s, max_rss (MB), cpu_time (s) and more.
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
    # None where something was not measured: only None is written as missing.
    rules, jobs = (t.astype(object).where(t.notna(), None) for t in (rules, jobs))
    options = {"floatfmt": ",.1f", "missingval": "–"}
    return (
        f"{rules.to_markdown(**options)}\n\n"
        f"Seconds of all jobs together: {table['s'].sum():,.0f}; jobs ran side by side.\n\n"
        f"## Every job\n\n{jobs.to_markdown(index=False, **options)}\n"
    )


def provenance_text(provenance: Mapping[str, Any]) -> str:
    """What made the results, in Markdown, with the resolved configuration as YAML below."""
    facts: dict[str, Any] = {}
    for name, value in provenance.items():
        title = name.replace("_", " ").capitalize()
        if isinstance(value, Mapping) and name not in ("packages", "config"):
            facts |= {f"{title}, {stage}": _listed(one) for stage, one in value.items()}
        elif name not in ("packages", "config"):
            facts[title] = value
    facts |= provenance["packages"]
    table = pd.DataFrame({"": list(facts), "Value": [str(value) for value in facts.values()]})
    config = yaml.safe_dump(provenance["config"], sort_keys=False, allow_unicode=True)
    indented = "".join(f"    {line}\n" for line in config.splitlines())
    body = table.to_markdown(index=False, disable_numparse=True)
    return f"{body}\n\n## Resolved configuration\n\n{indented}"


def _listed(value: Any) -> str:
    """A value, or several with their names in one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return str(value)
