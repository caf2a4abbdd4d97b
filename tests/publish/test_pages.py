"""The tables as pages of the report."""

import pandas as pd

from scripts.build_report_tables import main
from topodnn.publish.pages import benchmarks_text, provenance_text, table_page

BENCHMARKS = pd.DataFrame(
    {
        "job": ["train/a", "train/b", "generate_data/a"],
        "s": [1200.0, 2.5, 1.0],
        "max_rss": [300.0, 400.0, None],
        "cpu_time": [1190.0, 2.0, 0.5],
    }
)
PROVENANCE = {
    "git_commit": {"networks": "abc", "figures": "def-dirty"},
    "other_versions": {"figures": {"torch": "2.14"}},
    "packages": {"torch": "2.13"},
    "config": {"name": "<b>tiny</b>", "networks": {"2x3": [3, 3]}},
}


def test_run_times_by_rule_and_by_job():
    text = benchmarks_text(BENCHMARKS)
    rules, jobs = text.split("## Every job")
    assert "| train         |      2 |             1,202.5 |" in rules
    assert "all jobs together: 1,204;" in rules
    assert "| generate_data/a |" in jobs
    assert "–" in jobs  # memory that was not measured


def test_pages_of_tables_are_html_and_escape_names(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/complexity.md").write_text("| ω |\n|--:|\n| 8.4 ± 1.1 |\n\nMean < 9.\n")
    BENCHMARKS.to_csv(tmp_path / "benchmarks.csv", index=False)
    (tmp_path / "provenance.yaml").write_text(str(PROVENANCE))
    names = ("tables/complexity", "benchmarks", "provenance")
    pages = [tmp_path / f"{name}.html" for name in names]
    main(
        [tmp_path / "tables/complexity.md"],
        tmp_path / "benchmarks.csv",
        tmp_path / "provenance.yaml",
        pages,
    )
    complexity, benchmarks, provenance = (page.read_text(encoding="utf-8") for page in pages)
    assert '<td style="text-align: right;">8.4 ± 1.1</td>' in complexity
    assert "<h1>Table of means</h1>" in complexity
    assert "Mean &lt; 9." in complexity
    assert "<h1>Run times</h1>" in benchmarks
    assert "&lt;b&gt;tiny&lt;/b&gt;" in provenance
    assert "<b>" not in provenance


def test_provenance_names_the_commit_of_every_stage():
    text = provenance_text(PROVENANCE)
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    assert ["Git commit, networks", "abc"] in lines
    assert ["Git commit, figures", "def-dirty"] in lines
    assert ["Other versions, figures", "torch 2.14"] in lines


def test_provenance_names_versions_and_the_whole_configuration():
    page = table_page(provenance_text(PROVENANCE), "Provenance")
    assert "2.13" in page
    assert "networks:\n  2x3:" in page
