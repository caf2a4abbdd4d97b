"""The tables of the verdicts, in files, Markdown and LaTeX."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scripts.judge_claims import gathered
from scripts.judge_claims import main as judge_claims
from tests.conftest import curves
from tests.studies import (
    EARLY,
    EARLY_HALF_LIFE,
    STUDY,
    THRESHOLDS,
    evidence_of,
    judged,
    networks,
    persisting,
    weights_of,
)
from topodnn.analysis.claims import COLUMNS
from topodnn.analysis.curves import curve_summaries
from topodnn.analysis.judging import left_out
from topodnn.analysis.tidy import of_measure
from topodnn.analysis.verdicts import (
    activation_table,
    rebound_table,
    to_latex,
    to_markdown,
    verdict_table,
)
from topodnn.columns import MEASURES
from topodnn.tables import read_table


def test_one_network_has_no_interval():
    evidence = evidence_of(curves(0, EARLY))
    comparisons = evidence["one scale"].comparisons
    assert comparisons["low"].isna().all()
    assert comparisons.query("measure == 'half_life'")["estimate"].eq(EARLY_HALF_LIFE).all()
    text = to_markdown(evidence, THRESHOLDS)
    assert "| 1.00          | 1.00               |" in text


def test_no_well_trained_network_at_all():
    evidence = evidence_of(networks(EARLY, well_trained=False))
    found = evidence["one scale"]
    assert len(found.injective) == len(found.rises) == len(found.comparisons) == 0
    assert found.verdicts["verdict"].tolist() == ["not tested"] * 3
    assert "12 of 12 networks did not end well trained." in to_markdown(evidence, THRESHOLDS)
    assert left_out(curve_summaries(networks(EARLY)), THRESHOLDS) == ""


SUMMARIES = ["curves", "comparisons", "rises", "injective"]


def run_script(table: pd.DataFrame, folder: Path) -> dict[str, Path]:
    """The files that the script makes of a table, by name."""
    weights_of(STUDY).to_csv(folder / "weights.csv", index=False)
    table.to_csv(folder / "betti_numbers.csv", index=False)
    one_scale, persistent = (
        [folder / f"{start}{name}.csv" for name in SUMMARIES] for start in ("", "persistent_")
    )
    verdicts = [folder / f"verdicts.{ending}" for ending in ("csv", "md", "tex")]
    judge_claims(
        folder / "betti_numbers.csv", folder / "weights.csv", one_scale, persistent, verdicts,
        protocol="fast", thresholds=THRESHOLDS,
    )  # fmt: skip
    return {path.name: path for path in (*one_scale, *persistent, *verdicts)}


def test_the_script_judges_by_both_measures(tmp_path):
    study = persisting(STUDY, lost=1)
    other = study.assign(protocol="paper", omega=0)  # must not be read
    made = run_script(pd.concat([study, other]), tmp_path)
    assert len(read_table(made["curves.csv"], [])) == len(curve_summaries(STUDY))
    comparisons = read_table(made["comparisons.csv"], [])
    assert list(comparisons.columns) == COLUMNS
    assert set(comparisons["measure"]) >= {"at_lowest", "half_life", "late_share", "beta_1_peak"}
    assert len(read_table(made["rises.csv"], [])) == 2 * (
        10 + 10 + 3
    )  # classes, layers of the kinds
    assert set(read_table(made["injective.csv"], [])["protocol"]) == {"fast"}
    persistent = read_table(made["persistent_comparisons.csv"], [])
    shares = [
        table.query("measure == 'at_lowest' and `class` == 'all' and network == '2x25'")
        for table in (comparisons, persistent)
    ]
    assert [share["estimate"].item() for share in shares] == [0.5, 1]  # [17, 9, 5, 2] ends at 1
    verdicts = read_table(made["verdicts.csv"], [])
    assert verdicts["measure"].tolist() == ["one scale"] * 3 + ["persistent"] * 3
    assert verdicts["claim"].tolist() == [1, 2, 3] * 2
    assert verdicts["n_yes"].tolist()[::3] == [2, 3]
    text = made["verdicts.md"].read_text(encoding="utf-8")
    assert text.count("## Persistent. ") == text.count("\n## ") / 2
    assert text.index("| one scale") < text.index("| persistent")
    assert r"\begin{longtable}" in made["verdicts.tex"].read_text(encoding="utf-8")


@pytest.mark.parametrize("ranged", [True, False])
def test_without_a_range_there_is_one_measure(ranged, tmp_path):
    table = persisting(STUDY).assign(k_low=None) if ranged else STUDY
    made = run_script(table, tmp_path)
    assert read_table(made["verdicts.csv"], [])["measure"].tolist() == ["one scale"] * 3
    for name in SUMMARIES:
        there, nothing = (
            read_table(made[f"{start}{name}.csv"], []) for start in ("", "persistent_")
        )
        assert len(nothing) == 0 < len(there)
        assert list(nothing.columns) == list(there.columns)
    assert "## Persistent" not in made["verdicts.md"].read_text(encoding="utf-8")


def test_a_wrong_range_leaves_out_what_persists_only():
    table = persisting(STUDY).assign(persistent_input_is_true=False)
    evidence = {
        measure: gathered(of_measure(table, measure), weights_of(table), THRESHOLDS)
        for measure in MEASURES
    }
    wrong = evidence["persistent"].verdicts
    assert wrong["verdict"].tolist() == ["not tested"] * 3
    assert "not tested" not in evidence["one scale"].verdicts["verdict"].iloc[0]
    text = to_markdown(evidence, THRESHOLDS)
    assert "Persistent: The input of tori does not show the true Betti numbers" in text


def test_a_dimension_that_was_not_computed_is_in_no_table():
    text = to_markdown(evidence_of(networks(EARLY).assign(beta_2=np.nan)), THRESHOLDS)
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
    evidence = evidence_of(STUDY)
    text = to_markdown(evidence, THRESHOLDS)
    for title in ("Verdicts", "Claim 1", "Claim 2", "Claim 3", "Share of", "What the paper does"):
        assert f"## {title}" in text
    assert "| β1         | 12" in text
    assert "| 12 / 12" in text
    assert "| 5 / 5 " in text  # condition numbers
    assert "nan" not in text
    assert "Fixed beforehand: confidence 0.95, n_bootstrap 200" in text
    assert "Changed when the results were known: ω − 1 instead of ω" in text
    latex = to_latex(evidence, THRESHOLDS)
    assert latex.count(r"\begin{longtable}") == text.count("## ")
    assert r"Cliff's $\delta$" in latex
    assert not set(latex) & set("ωβδ−≥")
