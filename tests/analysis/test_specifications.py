"""The verdicts under every choice: which specifications there are, and that each is judged anew."""

from functools import cache

import pandas as pd
import pytest

from scripts.judge_robustness import main as judge_robustness
from tests.conftest import curves
from tests.studies import EARLY, LATE, THRESHOLDS, networks, persisting
from topodnn.analysis.robustness_texts import share_texts
from topodnn.analysis.specifications import (
    CHOICES,
    DEFAULTS,
    one_at_a_time,
    shares,
    specifications,
)

HOW = {"threshold_change": 0.2, "bootstrap_seeds": [1]}
CHANGES = {"vary_default": {}, "vary_scale_1.5": {"scale": 1.5}, "vary_sample_0": {"sample": 0}}
DEFAULT = {"vary_default": {}}


def study(first=EARLY, second=LATE, **columns) -> pd.DataFrame:
    relu = networks(first, n=12, activation="relu", **columns)
    return pd.concat([relu, networks(second, n=12, activation="tanh", **columns)])


STEPS = {"middle": 30, "step 0": 10, "step 3": 34, "step 5": 50}  # what persists has no k
SAME_K = {"step 3": STEPS["middle"]}


def variation(name: str, rows: pd.DataFrame, *ks: str, **k) -> pd.DataFrame:
    found = [rows.assign(variation=name, at=at, k=(STEPS | k).get(at)) for at in ks]
    return pd.concat(found).astype({"k": float})


def judged(table, varied=None, **how) -> tuple[pd.DataFrame, pd.DataFrame]:
    if varied is None:
        varied = variation("vary_default", study(), "middle", "persistent")
    if "changes" not in how:
        names = set(varied["variation"])
        made = {name: changed for name, changed in CHANGES.items() if name in names}
        how["changes"] = {dataset: made for dataset in varied["dataset"].unique()}
    settings = {"protocol": "fast", "clouds": [], **HOW, **how}
    return specifications(table, varied, THRESHOLDS, **settings)


@cache
def of_study() -> tuple[pd.DataFrame, pd.DataFrame]:
    return judged(study())


def of(verdicts: pd.DataFrame, claim: int, **choices) -> pd.Series:
    """The verdict on a claim under the one specification with these choices and no others."""
    wanted = {**DEFAULTS, **choices}
    rows = verdicts[verdicts["claim"] == claim]
    found = rows[(rows[CHOICES] == pd.Series(wanted)).all(axis=1)]
    assert len(found) == 1
    return found.iloc[0]


def test_the_first_specification_is_the_default():
    verdicts, answers = of_study()
    assert verdicts.loc[verdicts["specification"] == 0, "n_choices"].eq(0).all()
    assert of(verdicts, 2)["verdict"] == "replicated"
    assert of(verdicts, 2)["estimate"] == pytest.approx(-5)
    default = answers[(answers["specification"] == 0) & (answers["claim"] == 2)]
    assert default["holds"].tolist() == ["yes"]


def test_no_specification_is_judged_twice_on_a_claim():
    verdicts, _ = judged(persisting(study()))
    assert not verdicts.duplicated(["claim", *CHOICES]).any()


def test_the_last_crossing_is_a_choice_of_claim_2_only():
    rebound = [17, 9, 9, 9, 17, 17, 17, 17, 9, 1, 1]
    verdicts, _ = judged(study(first=rebound))
    assert of(verdicts, 2)["verdict"] == "replicated"  # it crosses the half at layer 1
    assert of(verdicts, 2, crossing="last")["verdict"] == "not replicated"
    assert verdicts.loc[verdicts["crossing"] == "last", "claim"].unique().tolist() == [2]


def test_components_alone_are_judged_by_their_own_half_life():
    """With β0 = 1 at every layer, all that falls is β1."""
    verdicts, _ = of_study()
    assert of(verdicts, 2, quantity="beta_0")["verdict"] == "not tested"
    assert of(verdicts, 1, quantity="beta_0")["estimate"] == 1


def test_what_persists_is_a_choice_of_k():
    verdicts, _ = judged(persisting(study(second=EARLY), lost=8))
    assert of(verdicts, 2)["verdict"] == "not replicated"
    assert of(verdicts, 2, k="persistent")["verdict"] == "not replicated"
    assert (verdicts["k"] == "persistent").any()
    assert not (of_study()[0].query("networks == 'all'")["k"] == "persistent").any()


def test_each_threshold_is_moved_for_the_claims_that_it_decides():
    verdicts, _ = judged(study(), threshold_change=0.5)
    moved = verdicts[verdicts["threshold"] != "default"]
    claims = moved.groupby(moved["threshold"].str.split().str[0])["claim"].unique().map(list)
    assert claims.to_dict() == {
        "alpha": [2, 3], "simplified_share": [1], "decrease_share": [1], "faster_by": [2],
        "late_share": [3], "even_tolerance": [3],
    }  # fmt: skip
    assert "simplified_share 1" in set(moved["threshold"])  # and not 1.35
    assert set(verdicts.loc[verdicts["bootstrap"] != "default", "claim"]) == {1}


def test_a_higher_threshold_changes_the_answer():
    slower = [17, 17, 8, 5, 1, 1, 1, 1, 1, 1, 1]  # its half-life is a ninth of a layer shorter
    table = study(first=slower, second=EARLY)
    assert of(judged(table)[0], 2)["n_partly"] == 1
    verdicts, _ = judged(table, threshold_change=0.9)
    assert of(verdicts, 2, threshold="faster_by 0.005")["n_yes"] == 1


def test_another_protocol_and_another_cloud_take_the_place_of_the_default():
    parts = [study(), study(LATE, EARLY, protocol="paper"), study(LATE, LATE, dataset="other")]
    verdicts, answers = judged(pd.concat(parts), clouds=[["tori", "other"]])
    assert of(verdicts, 2)["n_comparisons"] == 1
    assert of(verdicts, 2, protocol="paper")["estimate"] == pytest.approx(5)
    assert of(verdicts, 2, cloud="other")["verdict"] == "not replicated"
    assert set(answers["dataset"]) == {"tori"}


def test_a_verdict_over_all_data_needs_every_data_set_of_the_default():
    both = pd.concat([study(), study(dataset="other")])
    table = pd.concat([both, study(LATE, EARLY, protocol="paper")])
    verdicts, answers = judged(table, variation("vary_default", both, "middle"))
    assert of(verdicts, 2)["n_comparisons"] == 2
    row = of(verdicts, 2, protocol="paper")
    assert row["verdict"] == "not tested"  # one data set only, of which the mean would be
    assert row[["estimate", "low", "high"]].isna().all()
    found = shares(verdicts, answers).set_index(["claim", "dataset", "activation"])
    assert found.loc[(2, "tori", "relu"), "highest"] == pytest.approx(5)
    n_untested = found.loc[2, "untested"] * found.loc[2, "n_specifications"]
    assert n_untested["all", ""] == pytest.approx(n_untested["tori", "relu"] + 1)


def test_another_cloud_of_one_data_set_says_nothing_new_of_the_others():
    parts = [study(), study(dataset="other"), study(LATE, LATE, dataset="again")]
    verdicts, answers = judged(pd.concat(parts), clouds=[["tori", "again"]])
    row = of(verdicts, 2, cloud="again")
    assert (row["datasets"], row["n_comparisons"]) == ("tori", 2)
    of_cloud = answers[(answers["specification"] == row["specification"]) & (answers["claim"] == 2)]
    assert of_cloud["dataset"].tolist() == ["tori"]
    found = shares(verdicts, answers).set_index(["claim", "dataset", "activation"])
    n_tori, n_other = (
        found.loc[(2, name, "relu"), "n_specifications"] for name in ("tori", "other")
    )
    assert n_tori > n_other


def test_a_value_that_is_a_data_sets_own_default_is_no_other_specification_of_it():
    both = pd.concat([study(), study(dataset="other")])
    varied = [
        variation("vary_default", both, "middle", "persistent", "step 0"),
        variation("vary_stride_1", study(LATE, EARLY), "middle", "persistent"),
    ]
    changes = {"tori": {**DEFAULT, "vary_stride_1": {"stride": 1}}, "other": DEFAULT}
    verdicts, answers = judged(both, pd.concat(varied), changes=changes)
    row = of(verdicts, 2, networks="first", stride="1")
    assert (row["datasets"], row["n_comparisons"], row["n_yes"]) == ("tori", 2, 1)
    own = answers[(answers["specification"] == row["specification"]) & (answers["claim"] == 2)]
    assert own["dataset"].tolist() == ["tori"]
    found = shares(verdicts, answers).set_index(["claim", "dataset", "activation"])
    numbers = found.loc[2, "n_specifications"]
    assert numbers["tori", "relu"] == numbers["other", "relu"] + 2 == numbers["all", ""]


def test_where_no_k_fits_any_data_set_the_choice_is_untested():
    varied = variation("vary_default", study(), "middle", "persistent", "step 0")
    changes = {"tori": {**DEFAULT, "vary_scale_1.5": {"scale": 1.5}}}
    verdicts, answers = judged(study(), varied, changes=changes)
    row = of(verdicts, 2, networks="first", scale="1.5")
    assert row["verdict"] == "not tested"
    found = shares(verdicts, answers).set_index(["claim", "dataset", "activation"])
    without = judged(study(), varied)
    before = shares(*without).set_index(["claim", "dataset", "activation"]).loc[(2, "tori", "relu")]
    after = found.loc[(2, "tori", "relu")]
    assert after["n_specifications"] == before["n_specifications"] + 1
    n_untested = [row["untested"] * row["n_specifications"] for row in (before, after)]
    assert n_untested[1] == pytest.approx(n_untested[0] + 1)


def test_without_a_range_what_persists_is_no_other_specification():
    ks = dict.fromkeys([*STEPS, "persistent"], 30) | {"next": 31}
    varied = [
        variation("vary_default", study(), *STEPS, "next", "persistent", **ks),
        variation("vary_sample_0", study(), "middle", "persistent", **ks),
    ]
    verdicts, _ = judged(study(), pd.concat(varied))
    of_first = verdicts[verdicts["networks"] == "first"].groupby("sample")["k"].unique().map(list)
    assert of_first.to_dict() == {"default": ["middle", "next"], "0": ["middle"]}


def test_over_a_range_of_two_k_what_persists_is_another_specification():
    ks = {"middle": 30, "step 0": 30, "step 3": 31, "step 5": 31}
    varied = variation("vary_default", study(), *ks, "persistent", **ks)
    verdicts, _ = judged(study(), varied)
    of_first = verdicts[verdicts["networks"] == "first"]
    assert set(of_first["k"]) == {"middle", "step 3", "persistent"}


def test_variations_with_many_k_are_combined_with_quantity_and_crossing():
    varied = [
        variation("vary_default", study(), "middle", "persistent", "step 0"),
        variation("vary_scale_1.5", study(LATE, EARLY), "middle", "persistent", "step 0"),
        variation("vary_sample_0", study(), "middle", "persistent"),
    ]
    verdicts, _ = judged(study(), pd.concat(varied))
    first = verdicts[(verdicts["networks"] == "first") & (verdicts["claim"] == 2)]
    assert first.groupby(["scale", "sample"]).size().to_dict() == {
        ("default", "default"): 12, ("1.5", "default"): 12, ("default", "0"): 2,
    }  # fmt: skip
    turned = {"networks": "first", "scale": "1.5", "k": "step 0", "crossing": "last"}
    assert of(verdicts, 2, **turned)["verdict"] == "not replicated"


def test_a_step_with_the_k_of_another_is_no_other_specification_of_the_data_set():
    both = pd.concat([study(), study(dataset="other")])
    varied = [
        variation("vary_default", study(), "middle", "step 0", "step 3"),
        variation("vary_default", study(dataset="other"), "middle", "step 0", "step 3", **SAME_K),
    ]
    verdicts, answers = judged(both, pd.concat(varied))
    row = of(verdicts, 2, networks="first", k="step 3")
    assert (row["datasets"], row["n_comparisons"]) == ("tori", 2)
    of_step = answers[(answers["specification"] == row["specification"]) & (answers["claim"] == 2)]
    assert of_step["dataset"].tolist() == ["tori"]
    alone, _ = judged(study(), variation("vary_default", study(), *STEPS, **SAME_K))
    assert "step 3" not in set(alone["k"])
    assert {"middle", "step 0", "step 5"} <= set(alone["k"])


def test_components_that_persist_are_those_at_the_largest_k_and_count_once():
    varied = variation("vary_default", study(), *STEPS, "persistent")
    verdicts, _ = judged(study(), varied)
    first = verdicts[(verdicts["networks"] == "first") & (verdicts["quantity"] == "beta_0")]
    assert set(first["k"]) == set(STEPS)
    omega = verdicts[(verdicts["networks"] == "first") & (verdicts["quantity"] == "omega")]
    assert set(omega["k"]) == {*STEPS, "persistent"}


def test_shares_are_given_of_each_quantity_too():
    found = shares(*of_study()).set_index(["claim", "dataset", "activation"])
    row = found.loc[(2, "tori", "relu")]
    assert row["n_omega"] + row["n_beta_0"] == row["n_specifications"]
    assert (row["yes_omega"], row["yes_beta_0"], row["untested_beta_0"]) == (1, 0, 1)
    text = share_texts(shares(*of_study()))[0]
    assert f"100, 0, 0 % of {row['n_omega']}" in text
    assert f"0, 0, 0 % of {row['n_beta_0']}" in text


def test_where_the_input_is_wrong_nothing_is_judged_and_the_share_says_so():
    rows = study().assign(input_is_true=False)
    wrong = variation("vary_scale_1.5", rows, "middle", "step 0", "persistent")
    varied = pd.concat([variation("vary_default", study(), "middle", "persistent"), wrong])
    verdicts, answers = judged(study(), varied)
    assert verdicts.loc[verdicts["scale"] == "1.5", "verdict"].eq("not tested").all()
    untested = verdicts[verdicts["verdict"] == "not tested"]
    found = shares(verdicts, answers).set_index(["claim", "dataset", "activation"])
    for claim in (1, 2):
        n = (verdicts["claim"] == claim).sum()
        expected = (untested["claim"] == claim).sum() / n
        assert found.loc[(claim, "all", ""), "untested"] == pytest.approx(expected)
    answered = found[["yes", "partly", "no", "untested"]].sum(axis=1)
    assert answered.to_numpy() == pytest.approx(1)
    assert found.loc[(2, "tori", "relu"), "default"] == "yes"
    assert found.loc[(2, "tori", "relu"), "lowest"] <= -5


def test_a_data_set_that_is_not_varied_is_counted_where_it_is_looked_at():
    table = pd.concat([study(), study(dataset="other")])
    verdicts, answers = judged(table)  # only the tori are varied
    found = shares(verdicts, answers).set_index(["claim", "dataset", "activation"])
    assert found.loc[(2, "tori", "relu"), "varied"]
    assert not found.loc[(2, "other", "relu"), "varied"]
    n_all = ((verdicts["claim"] == 2) & (verdicts["networks"] == "all")).sum()
    assert found.loc[(2, "other", "relu"), "n_specifications"] == n_all
    assert found.loc[(2, "tori", "relu"), "n_specifications"] == (verdicts["claim"] == 2).sum()


def test_one_choice_at_a_time_counts_the_first_networks_as_none():
    varied = [
        variation("vary_default", study(), "middle", "persistent"),
        variation("vary_sample_0", study(), "middle", "persistent"),
    ]
    alone = one_at_a_time(judged(study(), pd.concat(varied))[0])
    assert set(alone.loc[alone["sample"] == "0", "k"]) == {"middle"}
    assert (alone["n_choices"] <= 2).all()


def test_the_script_writes_every_table(tmp_path):
    table = persisting(study()).assign(counted=True)
    table.to_csv(tmp_path / "table.csv", index=False)
    samples = pd.concat(
        [variation(f"vary_sample_{i}", study([17, 9 + i, 1], [9, 9 - i, 1]), "middle")
         for i in range(3)] + [variation("vary_default", study(), "middle", "persistent")]
    )  # fmt: skip
    samples.assign(counted=True).to_parquet(tmp_path / "varied.parquet")
    changes = {"vary_default": {}, **{f"vary_sample_{i}": {"sample": i} for i in range(3)}}
    paths = [
        [tmp_path / f"{name}.{ending}" for ending in ("csv", "md", "tex")]
        for name in ("shares", "choices", "noise")
    ]
    judge_robustness(
        tmp_path / "table.csv", tmp_path / "varied.parquet", tmp_path / "verdicts.csv",
        tmp_path / "answers.csv", *paths, beside=[], protocol="fast", thresholds=THRESHOLDS,
        changes={"tori": changes}, clouds=[], **HOW,
    )  # fmt: skip
    texts = [paths_of[1].read_text(encoding="utf-8") for paths_of in paths]
    assert all("nan" not in text.lower() for text in texts)
    assert "random sample" in texts[1]
    noise = pd.read_csv(paths[2][0])
    assert noise["n_samples"].eq(3).all()
    assert noise["n_networks"].eq(12).all()


def test_networks_of_other_names_than_numbers_are_kept_apart():
    """A data set may be called 1.5, a network 15: both are texts."""
    table = pd.concat([study(dataset="15"), study(dataset="1.5")])
    _, answers = judged(table, variation("vary_default", table, "middle", "persistent"))
    assert set(answers["dataset"]) == {"15", "1.5"}
    assert curves(0, EARLY)["dataset"].iloc[0] == "tori"
