"""The claims of the paper, on curves made by hand: comparisons, answers, sentences."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from tests.conftest import curves
from tests.studies import (
    AT_THE_END,
    EARLY,
    EARLY_HALF_LIFE,
    EVEN,
    LATE,
    THRESHOLDS,
    judged,
    networks,
    sentence,
)
from topodnn.analysis.claims import simplification_answers
from topodnn.analysis.statistics import wilson_interval


def test_claim_1_holds_in_part_where_nearly_all_of_the_decrease_is_reached():
    parts = [
        networks([17, 5, 1], dataset="yes"),
        networks([17, 5, 2], dataset="nearly"),
        networks([17, 5, 9], dataset="no"),
    ]
    comparisons, verdicts = judged(*parts)
    found = verdicts.loc[1]
    assert found["verdict"] == "partly replicated"
    assert (found["n_yes"], found["n_partly"], found["n_no"]) == (1, 1, 1)
    assert found["where_partly"] == "nearly 9x25 relu"
    assert found["where_not"] == "no 9x25 relu"
    assert found["estimate"] == pytest.approx(1 / 3)
    assert sentence(1, comparisons, verdicts) == (
        "The share of well-trained networks in which every class ends at β0 = 1 and βk = 0 is 0.33 "
        "(95% interval 0.33 to 0.33; 36 networks in 3 comparisons), that of the possible decrease "
        "of ω which is reached 0.81; in 1 of 3 kinds of network the share is 0.90 or more, in 0 it "
        "is less but its interval reaches that (smallest corrected p against it: < 0.001). "
        "In part: nearly 9x25 relu. Not: no 9x25 relu."
    )


def test_claim_1_counts_a_network_whose_classes_all_end_there():
    both = networks([17, 1], n=12)
    both.loc[(both["seed"] < 3) & (both["class"] == 1) & (both["layer"] == 1), "beta_1"] = 1
    rows = judged(both)[0].query("measure == 'at_lowest'").set_index("class")
    assert rows["estimate"].to_dict() == {"0": 1, "1": 0.75, "all": 0.75}
    assert rows.loc["all", "p"] == pytest.approx(stats.binom.cdf(9, 12, 0.9))
    assert rows["decides"].to_dict() == {"0": False, "1": False, "all": True}
    low, high = stats.binomtest(9, 12).proportion_ci(method="wilson")
    assert rows.loc["all", ["low", "high"]].tolist() == pytest.approx([low, high])
    assert rows.loc["all", "holds"] == "partly"  # the interval reaches 0.9
    assert rows["n_networks"].tolist() == [12, 12, 12]


def test_claim_2_holds_where_relu_is_faster():
    comparisons, verdicts = judged(
        networks(EARLY, activation="relu"), networks(LATE, activation="tanh")
    )
    assert verdicts.loc[2, "verdict"] == "replicated"
    assert sentence(2, comparisons, verdicts) == (
        "The half-life of ω − 1 with ReLU less that with tanh is −5.00 layers (95% interval −5.00 "
        "to −5.00; 24 networks in 1 comparison; Cliff's δ −1.00; largest corrected p < 0.001). It "
        "holds in 1 of 1 with the first crossing of the half and in 1 of 1 with the last. Of the "
        "curves of tori, 0.00 rise above their input and 0.00 are above the half again after the "
        "first crossing."
    )


def test_the_last_crossing_is_beside_claim_2_and_does_not_decide_it():
    back = [17, 1, 1, 1, 1, 1, 1, 1, 19, 1, 1]
    comparisons, verdicts = judged(
        networks(back, EARLY, activation="relu"),
        networks(EARLY, activation="tanh"),
        networks(EARLY, activation="relu", dataset="rings"),
        networks(LATE, activation="tanh", dataset="rings"),
        faster_by=0,
    )
    rows = comparisons.query("measure == 'last_half_life' and compared_with == 'tanh'")
    assert rows["decides"].tolist() == [False, False]
    assert dict(zip(rows["dataset"], rows["holds"], strict=True)) == {"rings": "yes", "tori": "no"}
    assert rows.set_index("dataset").loc["tori", "mean"] == pytest.approx((8 + 10 / 18 + 2) / 2)
    found = verdicts.loc[2]
    assert (found["verdict"], found["n_yes"], found["n_yes_last"]) == ("replicated", 2, 1)
    text = sentence(2, comparisons, verdicts)
    assert "It holds in 2 of 2 with the first crossing of the half and in 1 of 2 with" in text
    assert "Of the curves of rings, 0.00 rise above their input and 0.00 are above" in text
    assert "Of the curves of tori, 0.25 rise above their input and 0.25 are above" in text


@pytest.mark.parametrize("relu", [EARLY, LATE])
def test_claim_2_does_not_hold_where_tanh_is_as_fast_or_faster(relu):
    comparisons, verdicts = judged(
        networks(relu, activation="relu"), networks(EARLY, activation="tanh")
    )
    assert verdicts.loc[2, "verdict"] == "not replicated"
    assert sentence(2, comparisons, verdicts).endswith(" Not: tori 9x25 relu.")


def test_claim_2_holds_in_part_where_the_difference_is_small():
    a_little_later = [17, 17, 9.5, 5, 1, 1, 1, 1, 1, 1, 1]
    comparisons, verdicts = judged(
        networks(EARLY, activation="relu"), networks(a_little_later, activation="tanh")
    )
    assert verdicts.loc[2, ["verdict", "answers"]].tolist() == [
        "not replicated", "0 yes, 1 partly, 0 no",
    ]  # fmt: skip
    assert verdicts.loc[2, "where_partly"] == "tori 9x25 relu"
    row = comparisons[comparisons["compared_with"] == "tanh"].iloc[0]
    assert row["estimate"] == pytest.approx(EARLY_HALF_LIFE - (2 + 0.5 / 4.5))
    assert row["p_corrected"] < 0.001


def test_claim_2_names_where_it_does_not_hold():
    comparisons, verdicts = judged(
        networks(EARLY, activation="relu"),
        networks(LATE, activation="tanh"),
        networks(LATE, activation="relu", dataset="rings"),
        networks(EARLY, activation="tanh", dataset="rings"),
    )
    assert verdicts.loc[2, "verdict"] == "partly replicated"
    text = sentence(2, comparisons, verdicts)
    assert "; 48 networks in 2 comparisons; Cliff's δ −1.00 to 1.00; largest corrected p" in text
    assert text.endswith(" Not: rings 9x25 relu.")


def test_claim_2_is_decided_by_relu_and_tanh_on_the_deepest_networks():
    comparisons, verdicts = judged(
        networks(EARLY, activation="relu"),
        networks(LATE, activation="tanh"),
        networks(LATE, activation="leaky_relu"),
        networks(AT_THE_END, activation="relu", network="2x25"),
        networks(AT_THE_END, activation="tanh", network="2x25"),
        networks([*LATE, 1], activation="leaky_relu", network="10x25"),
        networks([*LATE, 1], activation="tanh", network="10x25"),
    )
    assert verdicts.loc[2, "verdict"] == "replicated"
    rows = comparisons.query("measure == 'half_life' and compared_with.notna()")
    columns = ["network", "activation", "compared_with", "decides", "holds"]
    assert rows[columns].to_numpy().tolist() == [
        ["10x25", "leaky_relu", "tanh", False, "no"],
        ["2x25", "relu", "tanh", False, "no"],
        ["9x25", "relu", "tanh", True, "yes"],
        ["9x25", "leaky_relu", "tanh", False, "no"],
        ["9x25", "relu", "leaky_relu", False, "yes"],
    ]


def test_claim_2_is_not_decided_by_shallower_networks_where_the_deepest_are_too_few():
    parts = [
        networks(EARLY, activation="relu", n=9),
        networks(LATE, activation="tanh"),
        networks(AT_THE_END, activation="relu", network="2x25"),
        networks(AT_THE_END, activation="tanh", network="2x25"),
    ]
    assert judged(*parts)[1].loc[2, "verdict"] == "not tested"


def test_claim_2_is_not_decided_where_no_network_gets_down_to_the_half():
    never, once = [17] * 11, [17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 1]
    nothing, found = judged(networks(never, activation="relu"), networks(never, activation="tanh"))
    assert found.loc[2, "verdict"] == "not tested"
    rows = nothing.query("measure == 'half_life' and compared_with.notna()")
    assert (rows["estimate"].tolist(), rows["decides"].tolist()) == ([0], [False])
    one = networks(once, *[never] * 11, activation="relu")
    _, found = judged(one, networks(never, activation="tanh"))
    assert found.loc[2, "verdict"] == "not replicated"


def test_claim_2_is_tested_on_the_means_over_the_classes_as_scipy_does():
    rng = np.random.default_rng(5)
    parts, means = [], {}
    for activation in ("relu", "tanh", "leaky_relu"):
        later = rng.integers(0, 6, size=(15, 2))
        means[activation] = (later + EARLY_HALF_LIFE).mean(axis=1)
        for seed, shifts in enumerate(later):
            for label, shift in enumerate(shifts):
                omega = ([17] * shift + EARLY)[:11]
                parts.append(curves(seed, omega, label, activation=activation))
    rows = judged(*parts)[0].query("measure == 'half_life' and compared_with.notna()")
    rows = rows.set_index(["activation", "compared_with"])
    for (name, other), row in rows.iterrows():
        assert row["p"] == pytest.approx(stats.mannwhitneyu(means[name], means[other]).pvalue)
        medians = [np.median(means[name]), np.median(means[other])]
        assert row[["median", "median_compared"]].tolist() == pytest.approx(medians)
        assert row["estimate"] == pytest.approx(medians[0] - medians[1])
        assert row["mean"] == pytest.approx(means[name].mean())
        assert row["low"] <= row["estimate"] <= row["high"]
    corrected = multipletests(rows["p"], method="holm")[1]
    assert rows["p_corrected"].tolist() == pytest.approx(corrected)


def test_the_corrected_p_decides():
    parts = [
        networks(omega, activation=name, dataset=dataset)
        for dataset in ("rings", "tori")
        for name, omega in (("relu", EARLY), ("tanh", LATE))
    ]
    p = stats.mannwhitneyu([1] * 12, [2] * 12).pvalue
    for alpha, expected in ((1.9 * p, "not replicated"), (2.1 * p, "replicated")):
        assert judged(*parts, alpha=alpha)[1].loc[2, "verdict"] == expected


def test_a_half_life_that_is_never_reached_is_the_largest():
    never = [17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 16]
    comparisons, verdicts = judged(
        networks(LATE, activation="relu"), networks(never, activation="tanh")
    )
    assert verdicts.loc[2, "verdict"] == "replicated"
    rows = comparisons[comparisons["class"] == "all"].query("compared_with.isna()")
    rows = rows.set_index(["measure", "activation"])
    assert rows.loc[("never_half", "tanh"), "estimate"] == 1
    assert rows.loc[("half_life", "tanh"), "median"] == 11


DEPTHS = [
    networks(AT_THE_END, network="2x9"),
    networks([17, 17, 17, 9, 1, 1], network="4x9"),
    networks(EVEN, network="9x9"),
]


def test_claim_3_holds_where_the_late_share_falls_from_most_to_a_third():
    comparisons, verdicts = judged(*DEPTHS)
    assert verdicts.loc[3, "verdict"] == "replicated"
    row = comparisons[(comparisons["claim"] == 3) & comparisons["compared_with"].notna()].iloc[0]
    shares, depths = np.repeat([1, 11 / 24, 1 / 3], 12), np.repeat([3, 5, 10], 12)
    assert row["p"] == pytest.approx(stats.kendalltau(depths, shares).pvalue)
    assert row["rank_effect"] == -1
    assert (row["depth"], row["compared_with"], row["n_networks"]) == (10, "3", 36)
    assert (row["median"], row["median_compared"]) == (pytest.approx(1 / 3), 1)
    assert sentence(3, comparisons, verdicts) == (
        "The share of the decrease of ω in the last third of the layers goes from 1.00 in the "
        "shallowest networks to 0.33 in the deepest, where an even spread has 0.33: by −0.67 (95% "
        "interval −0.67 to −0.67; 36 networks in 1 comparison; rank trend, Somers' D, −1.00; "
        "largest corrected p < 0.001)."
    )


@pytest.mark.parametrize("deep", [EARLY, LATE])
def test_claim_3_holds_in_part_where_the_deepest_are_not_even(deep):
    comparisons, verdicts = judged(DEPTHS[0], networks(deep, network="9x9"))
    assert verdicts.loc[3, "answers"] == "0 yes, 1 partly, 0 no"
    assert sentence(3, comparisons, verdicts).endswith(" In part: tori relu.")


def test_claim_3_holds_in_part_where_the_shallowest_do_not_change_late():
    _, verdicts = judged(networks([17, 8, 7, 1], network="2x9"), networks(EVEN, network="9x9"))
    assert verdicts.loc[3, "answers"] == "0 yes, 1 partly, 0 no"


@pytest.mark.parametrize("deep", [LATE, EVEN])
def test_claim_3_does_not_hold_where_the_share_rises_or_is_constant(deep):
    even = networks([16, 11, 6, 1], network="2x9")
    comparisons, verdicts = judged(even, networks(deep, network="9x9"))
    assert verdicts.loc[3, "verdict"] == "not replicated"
    assert sentence(3, comparisons, verdicts).endswith(" Not: tori relu.")


def test_claim_3_is_tested_on_the_networks_named_only():
    wide = networks([17] * 10 + [1], network="9x50")
    assert judged(*DEPTHS, wide)[1].loc[3, "answers"] == "0 yes, 1 partly, 0 no"
    named = judged(*DEPTHS, wide, depth_networks=["2x9", "4x9", "9x9"])[1]
    assert named.loc[3, "verdict"] == "replicated"
    assert named.loc[3, "n_networks"] == 36


def test_a_network_without_a_decrease_is_left_out_of_claim_3_and_counted():
    up = [3, 3, 3, 17]
    few = networks(*[up] * 11, AT_THE_END, network="2x25")
    comparisons, verdicts = judged(pd.concat([few, networks(EVEN)]))
    assert not len(comparisons.query("claim == 3 and compared_with.notna()"))
    assert "11 of 24 networks have a class of which ω ends no lower" in verdicts["left_out"].iloc[0]
    some = networks(*[up] * 2, *[AT_THE_END] * 10, network="2x25")
    row = judged(pd.concat([some, networks(EVEN)]))[0].query("claim == 3").iloc[0]
    assert row[["n_networks", "n_without_decrease"]].tolist() == [22, 2]


def test_components_are_compared_beside_claim_2_and_do_not_decide_it():
    fast = networks([9, 9, 9, 1]).assign(
        beta_0=lambda rows: rows["layer"].map([8, 2, 1, 1].__getitem__)
    )
    slow = networks([9, 9, 9, 1], activation="tanh")
    slow = slow.assign(beta_0=slow["layer"].map([8, 8, 2, 1].__getitem__))
    slow.loc[slow["class"] == 1, "beta_0"] = 1  # nothing to lose
    comparisons, verdicts = judged(fast, slow)
    row = comparisons.query("measure == 'half_life_of_beta_0' and compared_with == 'tanh'").iloc[0]
    assert row["median"] == pytest.approx(3.5 / 6)  # β0 − 1 goes from 7 to 1
    assert row["median_compared"] == pytest.approx(1 + 3.5 / 6)
    assert (row["holds"], row["decides"]) == ("yes", False)
    assert verdicts.loc[2, "verdict"] == "not replicated"  # ω falls alike
    assert verdicts.loc[2, "n_comparisons"] == 1


def one_answer(n_yes: int, n: int, reached_low: float = 0.5) -> str:
    return simplification_answers(
        np.array([n_yes / n]), np.array([n]), np.array([reached_low]), THRESHOLDS
    )[0]


@pytest.mark.parametrize(
    ("n_yes", "n", "answer"),
    [
        (9, 10, "yes"),  # the smallest group
        (8, 10, "partly"),  # less, but the interval reaches 0.9
        (7, 10, "no"),
        (27, 30, "yes"),
        (24, 30, "partly"),
        (23, 30, "no"),
        (0, 30, "no"),
    ],
)
def test_claim_1_is_decided_by_the_interval_of_the_share(n_yes, n, answer):
    assert one_answer(n_yes, n) == answer
    assert one_answer(n_yes, n, reached_low=0.9) == ("yes" if answer == "yes" else "partly")


def test_claim_1_would_need_35_networks_if_the_lower_end_decided():
    assert wilson_interval(34, 34, 0.95)[0] < 0.9 <= wilson_interval(35, 35, 0.95)[0]


@given(st.integers(0, 20), st.integers(1, 20), st.floats(0.8, 1))
def test_more_networks_with_the_same_share_do_not_strengthen_an_answer(n_yes, times, reached):
    order = ["no", "partly", "yes"]
    few, many = (one_answer(n_yes * m, 20 * m, reached) for m in (times, times + 1))
    assert order.index(many) <= order.index(few)


def test_claim_1_holds_in_part_only_where_the_interval_of_the_decrease_lies_above():
    sure = networks([101, 8], dataset="sure")
    unsure = networks(*[[101, 1]] * 5, [101, 98], *[[101, 2]] * 6, dataset="unsure")
    rows = judged(sure, unsure)[0].query("`class` == 'all' and claim == 1")
    rows = rows.set_index(["measure", "dataset"])
    reached = rows.loc["decrease_reached"]
    assert reached.loc["unsure", "low"] < 0.9 < reached.loc["unsure", "estimate"]
    assert rows.loc["at_lowest", "holds"].to_dict() == {"sure": "partly", "unsure": "no"}
