"""The tables of the verdicts, in files, Markdown and LaTeX."""

import numpy as np
import pandas as pd

from scripts.judge_claims import main as judge_claims
from tests.conftest import curves
from tests.studies import EARLY, EARLY_HALF_LIFE, STUDY, THRESHOLDS, judged, networks, weights_of
from topodnn.analysis.claims import COLUMNS
from topodnn.analysis.curves import curve_summaries, rises
from topodnn.analysis.injective import changes_where_injective
from topodnn.analysis.judging import left_out
from topodnn.analysis.verdicts import (
    activation_table,
    rebound_table,
    to_latex,
    to_markdown,
    verdict_table,
)


def test_one_network_has_no_interval():
    comparisons, verdicts = judged(curves(0, EARLY))
    assert comparisons["low"].isna().all()
    assert comparisons.query("measure == 'half_life'")["estimate"].eq(EARLY_HALF_LIFE).all()
    changes = changes_where_injective(curves(0, EARLY), weights_of(curves(0, EARLY)))
    rising = rises(curves(0, EARLY), curve_summaries(curves(0, EARLY)))
    text = to_markdown(verdicts, comparisons, rising, changes, THRESHOLDS)
    assert "| 1.00          | 1.00               |" in text


def test_no_well_trained_network_at_all():
    table = networks(EARLY, well_trained=False)
    comparisons, verdicts = judged(table)
    changes = changes_where_injective(table, weights_of(table))
    rising = rises(table, curve_summaries(table))
    assert len(changes) == len(rising) == 0
    assert len(comparisons) == 0
    assert verdicts["verdict"].tolist() == ["not tested"] * 3
    assert "12 of 12 networks did not end well trained." in to_markdown(
        verdicts, comparisons, rising, changes, THRESHOLDS
    )
    assert left_out(curve_summaries(networks(EARLY)), THRESHOLDS) == ""


def test_the_script_writes_all_files(tmp_path):
    tables = ("curves", "comparisons", "rises", "injective", "verdicts")
    paths = [tmp_path / f"{name}.csv" for name in tables]
    paths += [tmp_path / "verdicts.md", tmp_path / "verdicts.tex"]
    other = STUDY.assign(protocol="paper", omega=0)  # must not be read
    pd.concat([STUDY, other]).to_csv(tmp_path / "betti_numbers.csv", index=False)
    weights_of(STUDY).to_csv(tmp_path / "weights.csv", index=False)
    tables = [tmp_path / "betti_numbers.csv", tmp_path / "weights.csv"]
    judge_claims(*tables, *paths, protocol="fast", thresholds=THRESHOLDS)
    assert len(pd.read_csv(paths[0])) == len(curve_summaries(STUDY))
    comparisons = pd.read_csv(paths[1])
    assert list(comparisons.columns) == COLUMNS
    assert set(comparisons["measure"]) >= {"at_lowest", "half_life", "late_share", "beta_1_peak"}
    assert len(pd.read_csv(paths[2])) == 2 * (10 + 10 + 3)  # classes, layers of the kinds
    assert set(pd.read_csv(paths[3])["protocol"]) == {"fast"}
    assert pd.read_csv(paths[4])["claim"].tolist() == [1, 2, 3]
    assert "## Verdicts" in paths[5].read_text(encoding="utf-8")
    assert r"\begin{longtable}" in paths[6].read_text(encoding="utf-8")


def test_a_dimension_that_was_not_computed_is_in_no_table():
    table = networks(EARLY).assign(beta_2=np.nan)
    comparisons, verdicts = judged(table)
    changes = changes_where_injective(table, weights_of(table))
    rising = rises(table, curve_summaries(table))
    text = to_markdown(verdicts, comparisons, rising, changes, THRESHOLDS)
    assert "| β1 " in text
    assert "| β2 " not in text


def test_the_answers_stand_before_the_verdict_and_both_crossings_have_a_table():
    comparisons, verdicts = judged(STUDY)
    table = verdict_table(verdicts, comparisons, THRESHOLDS)
    assert list(table) == ["Claim", "Finding", "Answers", "Verdict", "Evidence"]
    assert table["Answers"].iloc[0] == "2 yes, 1 partly, 0 no"
    first, last = (activation_table(comparisons, name) for name in ("half_life", "last_half_life"))
    assert first["Half-life"].tolist() == last["Last crossing"].tolist() == ["3.50 / 5.00"]
    assert set(first) - set(last) == {"Half-life", "Never at half", "Decides"}
    rebounds = rebound_table(comparisons)
    assert rebounds["Above the half again"].tolist() == ["0.00 [0.00, 0.00]"] * 3


def test_the_tables_read_well_in_markdown_and_latex():
    comparisons, verdicts = judged(STUDY)
    changes = changes_where_injective(STUDY, weights_of(STUDY))
    rising = rises(STUDY, curve_summaries(STUDY))
    text = to_markdown(verdicts, comparisons, rising, changes, THRESHOLDS)
    for title in ("Verdicts", "Claim 1", "Claim 2", "Claim 3", "Share of", "What the paper does"):
        assert f"## {title}" in text
    assert "| β1         | 12" in text
    assert "| 12 / 12" in text
    assert "| 5 / 5 " in text  # condition numbers
    assert "nan" not in text
    assert "Fixed beforehand: confidence 0.95, n_bootstrap 200" in text
    assert "Changed when the results were known: ω − 1 instead of ω" in text
    latex = to_latex(verdicts, comparisons, rising, changes, THRESHOLDS)
    assert latex.count(r"\begin{longtable}") == text.count("## ")
    assert r"Cliff's $\delta$" in latex
    assert not set(latex) & set("ωβδ−≥")
