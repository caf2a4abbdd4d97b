"""Bootstrap, tests and verdicts: against SciPy and statsmodels, and on curves made by hand."""

import gc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from scripts.judge_claims import main as judge_claims
from tests.conftest import curves
from topodnn import KIND
from topodnn.claims import (
    COLUMNS,
    compare,
    holm,
    interval,
    judge,
    left_out,
    network_values,
    rank_effect,
    stratified_weights,
    verdict,
    weighted_means,
    weighted_medians,
)
from topodnn.curves import curve_summaries, rises
from topodnn.verdicts import claim_sentence, to_latex, to_markdown
from topodnn.weights import changes_where_injective, weight_ranks

THRESHOLDS = {
    "confidence": 0.95, "n_bootstrap": 200, "alpha": 0.05, "smallest_group": 10,
    "simplified_share": 0.9, "decrease_share": 0.9, "faster_by": 0.05, "late_share": 0.5,
    "even_tolerance": 0.1667, "depth_networks": None, "seed": 0,
}  # fmt: skip
EARLY = [17, 17, 9, 5, 1, 1, 1, 1, 1, 1, 1]
EARLY_HALF_LIFE = 2 + 0.5 / 4  # 8.5 between the 9 of layer 2 and the 5 of layer 3
LATE = [17, 17, 17, 17, 17, 17, 17, 9, 5, 1, 1]
EVEN = [31, 28, 25, 22, 19, 16, 13, 10, 7, 4, 1]
AT_THE_END = [17, 17, 17, 1]


def weights_of(table: pd.DataFrame, not_injective: int = 0) -> pd.DataFrame:
    """Weights of which those of one layer are not injective."""
    maps = table[[*KIND, "seed", "layer"]].drop_duplicates().query("layer > 0")
    return maps.assign(injective=maps["layer"] != not_injective, condition_number=5.0)


@pytest.fixture(autouse=True, scope="module")
def little_garbage():
    """Statsmodels collects garbage at every correction, a third of the time of these tests."""
    gc.freeze()
    yield
    gc.unfreeze()


def networks(*omegas: list[float], n: int = 12, **columns) -> pd.DataFrame:
    """The rows of n networks of a kind, of which ω is each of the curves given in turn."""
    return pd.concat([curves(seed, omegas[seed % len(omegas)], **columns) for seed in range(n)])


def judged(*parts: pd.DataFrame, **thresholds) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Comparisons, and verdicts indexed by claim."""
    settings = {**THRESHOLDS, **thresholds}
    summaries = curve_summaries(pd.concat(parts))
    comparisons, verdicts = judge(summaries, settings, np.random.default_rng(0))
    return comparisons, verdicts.set_index("claim", drop=False)


def sentence(claim: int, comparisons: pd.DataFrame, verdicts: pd.DataFrame) -> str:
    return claim_sentence(verdicts.loc[claim].to_dict(), comparisons, THRESHOLDS)


# Statistics


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=20), st.integers(0, 9))
def test_every_group_is_resampled_to_its_own_size(groups, seed):
    groups = np.array(groups)
    weights = stratified_weights(groups, 7, np.random.default_rng(seed))
    assert weights.shape == (7, len(groups))
    assert (weights >= 0).all()
    for group in np.unique(groups):
        assert (weights[:, groups == group].sum(axis=1) == (groups == group).sum()).all()


def test_every_network_is_drawn_as_often_as_the_others():
    weights = stratified_weights(np.zeros(5), 20_000, np.random.default_rng(0))
    assert weights.mean(axis=0) == pytest.approx(np.ones(5), abs=0.03)
    assert weights.var(axis=0) == pytest.approx(np.full(5, 0.8), abs=0.04)  # of a multinomial


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 3)), min_size=1, max_size=12).filter(
        lambda pairs: any(weight for _, weight in pairs)
    )
)
def test_weighted_statistics_are_those_of_the_values_repeated(pairs):
    values, weights = np.array(pairs).T
    repeated = np.repeat(values, weights)
    row = weights[None].astype(float)
    assert weighted_medians(values, row) == pytest.approx([np.median(repeated)])
    assert weighted_means(values[:, None], row) == pytest.approx(repeated.mean(keepdims=True)[None])


def test_missing_values_are_left_out_of_the_means():
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, 5.0]])
    means = weighted_means(values, np.array([[1.0, 3.0, 2.0], [1.0, 0.0, 0.0]]))
    np.testing.assert_array_equal(means, [[2.5, 5.0], [1.0, np.nan]])


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=2, max_size=15).filter(
        lambda pairs: len({group for group, _ in pairs}) > 1
    )
)
def test_the_rank_effect_is_somers_d_and_of_two_groups_cliffs_delta(pairs):
    groups, values = np.array(pairs).T
    effect = rank_effect(values, groups, np.ones((1, len(values))))[0]
    if len(np.unique(values)) > 1:
        assert effect == pytest.approx(stats.somersd(groups, values).statistic)
    last, first = values[groups == groups.max()], values[groups == groups.min()]
    two = np.concatenate([first, last])
    number = np.repeat([0, 1], [len(first), len(last)])
    delta = np.mean([np.sign(a - b) for a in last for b in first])
    assert rank_effect(two, number, np.ones((1, len(two))))[0] == pytest.approx(delta)


def test_the_rank_effect_of_a_resample_is_that_of_the_networks_drawn():
    rng = np.random.default_rng(1)
    values, groups = rng.normal(size=30), np.repeat([3, 4, 10], 10)
    weights = stratified_weights(groups, 5, rng)
    expected = [
        stats.somersd(np.repeat(groups, row), np.repeat(values, row)).statistic
        for row in weights.astype(int)
    ]
    assert rank_effect(values, groups, weights) == pytest.approx(expected)


def test_intervals_agree_with_those_of_scipy():
    rng = np.random.default_rng(2)
    first, last = rng.gamma(2, size=25), 1 + rng.gamma(2, size=40)

    def difference(last, first, axis):
        return np.median(last, axis=axis) - np.median(first, axis=axis)

    def delta(last, first, axis):
        return np.sign(last[..., :, None] - first[..., None, :]).mean(axis=(-2, -1))

    settings = {**THRESHOLDS, "n_bootstrap": 20_000}
    row, _ = compare(np.concatenate([first, last]), np.repeat([0, 1], [25, 40]), settings, rng)
    for statistic, names in (
        (difference, ("low", "high")),
        (delta, ("rank_low", "rank_high")),
    ):
        reference = stats.bootstrap(
            (last, first), statistic, n_resamples=5000, batch=500, method="percentile", rng=rng
        ).confidence_interval
        assert [row[name] for name in names] == pytest.approx(list(reference), abs=0.03)


def test_the_interval_of_a_mean_agrees_with_that_of_scipy():
    rng = np.random.default_rng(3)
    values = rng.exponential(size=30)
    weights = stratified_weights(np.zeros(30), 20_000, rng)
    found = interval(weighted_means(values[:, None], weights)[:, 0], 0.9)
    reference = stats.bootstrap(
        (values,), np.mean, confidence_level=0.9, n_resamples=20_000, method="percentile", rng=rng
    ).confidence_interval
    assert list(found) == pytest.approx(list(reference), abs=0.02)


def test_an_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(4)
    groups = np.repeat([0, 1], 30)
    rows = [
        compare(rng.normal(size=60) + groups, groups, {**THRESHOLDS, "n_bootstrap": 500}, rng)[0]
        for _ in range(400)
    ]
    table = pd.DataFrame(rows)
    delta = 2 * stats.norm.cdf(1 / np.sqrt(2)) - 1
    assert 0.92 < ((table["low"] <= 1) & (table["high"] >= 1)).mean() < 0.98
    covered = (table["rank_low"] <= delta) & (table["rank_high"] >= delta)
    assert 0.91 < covered.mean() < 0.98


def test_holm_multiplies_the_smallest_p_by_the_number_of_tests():
    p = [0.01, 0.04, 0.03, 0.5]
    assert holm(p) == pytest.approx([0.04, 0.09, 0.09, 0.5])
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert holm([0.01, np.nan]) == pytest.approx([0.02, 1])
    assert len(holm([])) == 0


# Verdicts


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["yes", "yes"], "replicated"),
        (["no"], "not replicated"),
        (["yes", "no"], "partly replicated"),
        (["partly"], "partly replicated"),
        ([], "not tested"),
    ],
)
def test_a_verdict_follows_from_the_answers(answers, expected):
    assert verdict(answers) == expected


def test_claim_1_holds_in_part_where_the_lowest_values_are_missed_narrowly():
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
        "of ω which is reached 0.81; 1 of 3 kinds of network have a share of 0.90 or more "
        "(smallest corrected p against that: < 0.001). In part: nearly 9x25 relu. "
        "Not: no 9x25 relu."
    )


def test_claim_1_counts_a_network_whose_classes_all_end_there():
    both = networks([17, 1], n=12)
    both.loc[(both["seed"] < 3) & (both["class"] == 1) & (both["layer"] == 1), "beta_1"] = 1
    rows = judged(both)[0].query("measure == 'at_lowest'").set_index("class")
    assert rows["estimate"].to_dict() == {"0": 1, "1": 0.75, "all": 0.75}
    assert rows.loc["all", "p"] == pytest.approx(stats.binom.cdf(9, 12, 0.9))
    assert rows["decides"].to_dict() == {"0": False, "1": False, "all": True}
    assert rows.loc["all", "low"] < 0.75 < rows.loc["all", "high"]
    assert rows["n_networks"].tolist() == [12, 12, 12]


def test_claim_2_holds_where_relu_is_faster():
    comparisons, verdicts = judged(
        networks(EARLY, activation="relu"), networks(LATE, activation="tanh")
    )
    assert verdicts.loc[2, "verdict"] == "replicated"
    assert sentence(2, comparisons, verdicts) == (
        "The half-life of ω with ReLU less that with tanh is −5.00 layers (95% interval −5.00 to "
        "−5.00; 24 networks in 1 comparison; Cliff's δ −1.00; largest corrected p < 0.001)."
    )


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
    assert verdicts.loc[2, "verdict"] == "partly replicated"
    assert verdicts.loc[2, "where_partly"] == "tori 9x25 relu"
    row = comparisons[comparisons["compared_with"] == "tanh"].iloc[0]
    assert row["estimate"] == pytest.approx(EARLY_HALF_LIFE - (2 + 1 / 4.5))
    assert row["p_corrected"] < 0.001


def test_claim_2_names_where_it_does_not_hold():
    comparisons, verdicts = judged(
        networks(EARLY, activation="relu"),
        networks(LATE, activation="tanh"),
        networks(LATE, activation="relu", dataset="rings"),
        networks(EARLY, activation="tanh", dataset="rings"),
    )
    assert verdicts.loc[2, "verdict"] == "partly replicated"
    assert sentence(2, comparisons, verdicts).endswith(
        "48 networks in 2 comparisons; Cliff's δ −1.00 to 1.00; largest corrected p < 0.001). "
        "Not: rings 9x25 relu."
    )


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
    rows = comparisons.query("claim == 2 and compared_with.notna()")
    columns = ["network", "activation", "compared_with", "decides", "holds"]
    assert rows[columns].to_numpy().tolist() == [
        ["10x25", "leaky_relu", "tanh", False, "no"],
        ["2x25", "relu", "tanh", False, "no"],
        ["9x25", "relu", "tanh", True, "yes"],
        ["9x25", "leaky_relu", "tanh", False, "no"],
        ["9x25", "relu", "leaky_relu", False, "yes"],
    ]


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
    rows = judged(*parts)[0].query("claim == 2 and compared_with.notna()")
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
    assert verdicts.loc[3, "verdict"] == "partly replicated"
    assert sentence(3, comparisons, verdicts).endswith(" In part: tori relu.")


def test_claim_3_holds_in_part_where_the_shallowest_do_not_change_late():
    _, verdicts = judged(networks([17, 8, 7, 1], network="2x9"), networks(EVEN, network="9x9"))
    assert verdicts.loc[3, "verdict"] == "partly replicated"


@pytest.mark.parametrize("deep", [LATE, EVEN])
def test_claim_3_does_not_hold_where_the_share_rises_or_is_constant(deep):
    even = networks([16, 11, 6, 1], network="2x9")
    comparisons, verdicts = judged(even, networks(deep, network="9x9"))
    assert verdicts.loc[3, "verdict"] == "not replicated"
    assert sentence(3, comparisons, verdicts).endswith(" Not: tori relu.")


def test_claim_3_is_tested_on_the_networks_named_only():
    wide = networks([17] * 10 + [1], network="9x50")
    assert judged(*DEPTHS, wide)[1].loc[3, "verdict"] == "partly replicated"
    named = judged(*DEPTHS, wide, depth_networks=["2x9", "4x9", "9x9"])[1]
    assert named.loc[3, "verdict"] == "replicated"
    assert named.loc[3, "n_networks"] == 36


def test_what_there_is_no_comparison_for_is_not_tested():
    comparisons, verdicts = judged(networks(EARLY))
    assert verdicts["verdict"].tolist() == ["replicated", "not tested", "not tested"]
    assert sentence(2, comparisons, verdicts) == "Nothing to test it on."
    assert verdicts.loc[2, ["estimate", "low", "largest_p"]].isna().all()


# What is left out


def test_a_wrong_input_decides_nothing_and_is_named():
    good = [networks(EARLY, activation="relu"), networks(LATE, activation="tanh")]
    wrong = [
        networks(LATE, activation="relu", dataset="rings", input_is_true=False),
        networks(EARLY, activation="tanh", dataset="rings", input_is_true=False),
    ]
    comparisons, verdicts = judged(*good)
    with_wrong, found = judged(*good, *wrong)
    pd.testing.assert_frame_equal(with_wrong, comparisons)
    shared = [name for name in verdicts.columns if name != "left_out"]
    pd.testing.assert_frame_equal(found[shared], verdicts[shared])
    text = found.loc[1, "left_out"]
    assert "The input of rings does not show the true Betti numbers: its 24 well-trained" in text
    assert judged(*wrong)[1]["verdict"].tolist() == ["not tested"] * 3


def test_one_class_with_a_wrong_input_leaves_the_network_out():
    parts = [curves(seed, EARLY, label, input_is_true=label == 0)
             for seed in range(12) for label in (0, 1)]  # fmt: skip
    assert judged(*parts)[1]["verdict"].tolist() == ["not tested"] * 3


def test_failed_networks_are_counted_and_not_used():
    good = [networks(EARLY, activation="relu"), networks(LATE, activation="tanh")]
    failed = [curves(seed, LATE, activation="relu", well_trained=False) for seed in range(100, 120)]
    comparisons = judged(*good)[0]
    with_failed, found = judged(*good, *failed)
    estimates = ["estimate", "low", "high", "p", "n_networks"]
    pd.testing.assert_frame_equal(with_failed[estimates], comparisons[estimates])
    row = with_failed[with_failed["compared_with"] == "tanh"].iloc[0]
    assert (row["n_failed"], row["n_failed_compared"]) == (20, 0)
    assert (found.loc[2, "n_networks"], found.loc[2, "n_failed"]) == (24, 20)
    assert found.loc[1, "left_out"] == "20 of 44 networks did not end well trained."


def test_too_few_networks_are_described_and_decide_nothing():
    comparisons, verdicts = judged(
        networks(LATE, activation="relu", n=9), networks(EARLY, activation="tanh", n=9)
    )
    assert verdicts["verdict"].tolist() == ["not tested"] * 3
    assert comparisons["estimate"].notna().all()
    assert verdicts.loc[1, "left_out"] == (
        "Fewer than 10 networks to judge: tori 9x25 relu (9), tori 9x25 tanh (9)."
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
    assert row["median"] == pytest.approx(2 / 3)
    assert row["median_compared"] == pytest.approx(1 + 2 / 3)
    assert (row["holds"], row["decides"]) == ("yes", False)
    assert verdicts.loc[2, "verdict"] == "not replicated"  # ω falls alike
    assert verdicts.loc[2, "n_comparisons"] == 1


def test_a_network_is_judged_by_all_its_classes():
    one_never = pd.concat(
        [curves(0, EARLY, label=0), curves(0, [3, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], label=1)]
    )
    whole = network_values(curve_summaries(one_never)).query("`class` == 'all'").iloc[0]
    assert (whole["half_life"], whole["never_half"]) == (11, 1)
    assert np.isnan(whole["late_share"])


def test_peaks_above_the_input_are_tested_for_a_majority():
    hill = [9, 12, 9, 1]
    comparisons, _ = judged(pd.concat([networks(hill), networks([9, 9, 1, 1], activation="tanh")]))
    rows = comparisons.query("measure == 'omega_above_input' and `class` == '0'")
    rows = rows.set_index("activation")
    assert rows["estimate"].to_dict() == {"relu": 1, "tanh": 0}
    assert rows.loc["relu", "p"] == 0.5**12
    assert rows["holds"].to_dict() == {"relu": "yes", "tanh": "no"}


# Invariances, files, tables

STUDY = pd.concat(
    [
        networks(EARLY, EVEN, activation="relu"),
        networks(LATE, EVEN, EARLY, activation="tanh"),
        networks(AT_THE_END, [17, 9, 5, 2], activation="tanh", network="2x25"),
    ]
)


def test_the_order_of_the_rows_does_not_matter():
    for found, expected in zip(
        judged(STUDY.sample(frac=1, random_state=0)), judged(STUDY), strict=True
    ):
        pd.testing.assert_frame_equal(found, expected)


def test_the_names_of_the_seeds_matter_to_the_resamples_only():
    renamed = STUDY.assign(seed=1000 - STUDY["seed"])
    found, expected = (judged(table, n_bootstrap=5000)[0] for table in (renamed, STUDY))
    exact = [name for name in COLUMNS if not name.endswith(("low", "high"))]
    pd.testing.assert_frame_equal(found[exact], expected[exact])
    means = found["compared_with"].isna()  # of medians of so few values, a resample more may jump
    for end in ("low", "high"):
        np.testing.assert_allclose(found[end][means], expected[end][means], rtol=0.05, atol=0.1)


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
    latex = to_latex(verdicts, comparisons, rising, changes, THRESHOLDS)
    assert latex.count(r"\begin{longtable}") == text.count("## ")
    assert r"Cliff's $\delta$" in latex
    assert not set(latex) & set("ωβδ−≥")


# Injectivity


def test_ranks_and_condition_numbers_of_weights():
    first = np.zeros((2, 4, 3), dtype=np.float32)
    first[0, :3] = np.diag([4, 2, 1])
    first[1, :2, :2] = np.eye(2)  # of rank 2 only
    second = np.stack([np.eye(2, 4), 3 * np.eye(2, 4)]).astype(np.float32)
    ranks = weight_ranks([first, second], seeds=[7, 5])
    assert ranks[["seed", "layer", "n_in", "n_out", "rank"]].to_numpy().tolist() == [
        [5, 1, 3, 4, 2], [5, 2, 4, 2, 2], [7, 1, 3, 4, 3], [7, 2, 4, 2, 2],
    ]  # fmt: skip
    assert ranks["injective"].tolist() == [False, False, True, False]
    assert ranks["condition_number"].tolist() == pytest.approx([np.inf, 1, 4, 1])


def test_a_network_that_diverged_has_no_ranks():
    weights = [np.ones((2, 3, 3), dtype=np.float32) for _ in range(2)]
    weights[1][0, 1, 1] = np.nan
    assert weight_ranks(weights, seeds=[0, 1])["seed"].tolist() == [1, 1]


def test_changes_count_only_where_the_weights_are_injective():
    table = pd.concat(
        [
            curves(0, [9, 9, 4, 1]),
            curves(1, [9, 9, 9, 1]),
            curves(2, [9, 1, 1, 1], well_trained=False),
        ]
    )
    everywhere = changes_where_injective(table, weights_of(table)).iloc[0]
    assert everywhere[["n_networks", "n_maps", "n_injective"]].tolist() == [2, 6, 6]
    assert everywhere["share_changed"] == 3 / 6
    assert everywhere["share_of_decrease"] == 1
    found = changes_where_injective(table, weights_of(table, not_injective=3)).iloc[0]
    assert found[["n_maps", "n_injective", "share_changed"]].tolist() == [6, 4, 1 / 4]
    assert found["share_of_decrease"] == pytest.approx(5 / 16)
    assert found["largest_condition"] == 5
