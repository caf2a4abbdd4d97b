"""The claims under each protocol and at each ε, and what became of the trials."""

import re

import numpy as np
import pandas as pd
import pytest

from scripts.compare_epsilons import main as compare_epsilons
from scripts.count_trials import main as count_trials
from tests.conftest import curves, trial
from tests.studies import THRESHOLDS, networks, persisting
from topodnn.analysis.grouped import claim_texts, claims_by, verdict_texts
from topodnn.analysis.trials import trial_outcomes, trial_texts

EARLY, LATE, STUCK = [9, 5, 1, 1, 1], [9, 9, 9, 5, 1], [9, 9, 9, 9, 5]


def two_protocols() -> pd.DataFrame:
    """ReLU is faster with our protocol and slower with theirs, where tanh does not simplify."""
    return pd.concat([
        networks(EARLY, n=10, activation="relu"),
        networks(LATE, n=10, activation="tanh"),
        networks(LATE, n=10, activation="relu", protocol="paper"),
        networks(STUCK, n=10, activation="tanh", protocol="paper"),
    ])  # fmt: skip


def test_each_protocol_has_its_own_verdict():
    claims, verdicts = claims_by("protocol", two_protocols(), THRESHOLDS)
    found = verdicts.set_index(["claim", "protocol"])["verdict"]
    assert found[1, "fast"] == "replicated"
    assert found[1, "paper"] == "partly replicated"
    assert verdicts["measure"].unique().tolist() == ["one scale"]
    shares = claims[claims["claim"] == 1].set_index(["activation", "protocol"])
    assert shares["estimate"].to_dict() == {
        ("relu", "fast"): 1, ("relu", "paper"): 1, ("tanh", "fast"): 1, ("tanh", "paper"): 0,
    }  # fmt: skip
    assert claims["claim"].is_monotonic_increasing
    halves = claims[claims["claim"] == 2].set_index("protocol")
    assert halves.loc["fast", "estimate"] == pytest.approx(1 - 3)


def test_what_persists_is_judged_beside_one_scale():
    claims, verdicts = claims_by("protocol", persisting(two_protocols()), THRESHOLDS)
    assert set(verdicts["measure"]) == {"one scale", "persistent"}
    assert len(verdicts) == 2 * 2 * 2
    assert claims.groupby(["measure", "protocol"]).size().nunique() == 1


def test_a_kind_with_few_networks_is_shown_and_not_judged():
    few = curves(0, EARLY, protocol="paper", activation="relu")
    claims, verdicts = claims_by("protocol", pd.concat([networks(EARLY, n=10), few]), THRESHOLDS)
    of_paper = claims[claims["protocol"] == "paper"]
    assert of_paper["n_networks"].tolist() == [1]
    assert of_paper["holds"].isna().all()
    assert set(verdicts.loc[verdicts["protocol"] == "paper", "verdict"]) == {"not tested"}


def test_the_texts_have_a_row_for_each_and_no_nan():
    claims, verdicts = claims_by("protocol", two_protocols(), THRESHOLDS)
    for rows, texts in ((claims, claim_texts), (verdicts, verdict_texts)):
        markdown, latex = texts("protocol", rows, 0.9)
        lines = [line for line in markdown.splitlines() if line.startswith("|")]
        assert len(lines) == len(rows) + 2
        assert "nan" not in markdown + latex
        assert "paper" in markdown
        assert "90 %" in markdown


def two_scales() -> pd.DataFrame:
    """At ε = 1.5 ReLU is faster than tanh; at 2.5 ω is 1 at every layer."""
    kinds = [(EARLY, "relu"), (LATE, "tanh")]
    fine = [networks(omega, n=10, activation=name, scale=1.5) for omega, name in kinds]
    coarse = [networks([1] * 5, n=10, activation=name, scale=2.5) for _, name in kinds]
    return pd.concat(fine + coarse)


def test_each_scale_has_its_own_verdict():
    claims, verdicts = claims_by("scale", two_scales(), THRESHOLDS)
    found = verdicts.set_index(["claim", "scale"])["verdict"]
    assert found.to_dict() == {
        (1, 1.5): "replicated", (1, 2.5): "replicated",
        (2, 1.5): "replicated", (2, 2.5): "not tested",
    }  # fmt: skip
    halves = claims[claims["claim"] == 2]
    assert halves["scale"].tolist() == [1.5, 2.5]
    assert halves["estimate"].iloc[0] == pytest.approx(1 - 3)
    assert halves[["n_networks", "estimate", "holds"]].iloc[1].isna().all()


def test_where_omega_starts_at_its_lowest_at_every_scale_a_row_still_says_so():
    coarse = two_scales().query("scale == 2.5")
    claims, _ = claims_by("scale", coarse, THRESHOLDS)
    (row,) = claims[claims["claim"] == 2].to_dict("records")
    assert (row["activation"], row["compared_with"], row["scale"]) == ("relu", "tanh", 2.5)
    markdown, _ = claim_texts("scale", claims, 0.95)
    (line,) = [line for line in markdown.splitlines() if line.startswith("|       2 |")]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[4:7] == ["tanh", "one scale", "2.5"]
    assert set(cells[7:]) == {"–"}
    assert "where ω starts at 1 in all classes, a network has none" in markdown


def test_the_job_judges_the_networks_of_one_protocol_at_each_scale(tmp_path):
    other = two_scales().query("scale == 1.5").assign(protocol="paper", scale=3.5)
    pd.concat([two_scales(), other]).to_csv(tmp_path / "table.csv", index=False)
    paths = [[str(tmp_path / f"{n}.{e}") for e in ("csv", "md", "tex")] for n in ("a", "b")]
    compare_epsilons(str(tmp_path / "table.csv"), *paths, protocol="fast", thresholds=THRESHOLDS)
    claims, verdicts = (pd.read_csv(csv) for csv, _, _ in paths)
    assert set(claims["scale"]) == {1.5, 2.5}
    assert len(verdicts) == 2 * 2
    for _, md, tex in paths:
        assert "| 2.5 |" in re.sub(" +", " ", (tmp_path / md).read_text())
        assert r"$\varepsilon$" in (tmp_path / tex).read_text()


def trials() -> pd.DataFrame:
    rows = [trial(seed, 1, 0.0, True) for seed in range(3)]
    rows += [trial(3, number, error, False) for number, error in enumerate([0.005, 0.05, 0.5], 1)]
    table = pd.DataFrame(rows)
    return table.assign(steps=np.arange(1000, 7000, 1000))


def test_trials_are_counted_by_how_they_ended():
    (row,) = trial_outcomes(trials()).to_dict("records")
    assert (row["n_networks"], row["n_trials"], row["n_well_trained"]) == (4, 6, 3)
    assert (row["n_near"], row["n_between"], row["n_far"]) == (1, 1, 1)
    assert row["low"] < row["share"] == 0.5 < row["high"]
    assert row["median_steps"] == 3500


def test_networks_that_were_read_are_no_trials():
    read = pd.DataFrame([trial(0, 1, 0.0, True, protocol="pretrained")]).assign(steps=np.nan)
    found = trial_outcomes(pd.concat([trials(), read]))
    assert found["protocol"].tolist() == ["fast"]


def test_without_a_well_trained_network_the_share_is_0(tmp_path):
    failed = trials().query("seed == 3")
    failed.to_csv(tmp_path / "trials.csv", index=False)
    paths = [tmp_path / f"trials.{ending}" for ending in ("csv", "md", "tex")]
    count_trials(tmp_path / "trials.csv", [*map(str, paths)])
    (row,) = pd.read_csv(paths[0]).to_dict("records")
    assert (row["share"], row["low"]) == pytest.approx((0, 0))
    assert row["high"] > 0.4
    text = paths[1].read_text()
    assert "1, 1, 1 |" in text
    assert "nan" not in text + trial_texts(trial_outcomes(failed))[1]
