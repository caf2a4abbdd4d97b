"""Bootstrap and tests: against SciPy and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from tests.studies import THRESHOLDS
from topodnn.analysis.statistics import (
    compare,
    holm,
    interval,
    rank_effect,
    stratified_weights,
    variance_components,
    weighted_means,
    weighted_medians,
    wilson_interval,
)


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


@given(st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=20))
def test_holm_is_that_of_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


@given(st.integers(1, 60), st.data(), st.sampled_from([0.8, 0.95]))
def test_the_wilson_interval_is_that_of_statsmodels_and_scipy(n, data, confidence):
    n_yes = data.draw(st.integers(0, n))
    found = wilson_interval(n_yes, n, confidence)
    expected = proportion_confint(n_yes, n, alpha=1 - confidence, method="wilson")
    assert found == pytest.approx(np.array(expected), abs=1e-12)
    scipys = stats.binomtest(n_yes, n).proportion_ci(confidence, method="wilson")
    assert found == pytest.approx(np.array(scipys), abs=1e-12)


def test_wilson_intervals_of_several_shares():
    found = wilson_interval(np.array([0, 3, 0]), np.array([5, 5, 0]), 0.95)
    assert found.shape == (2, 3)
    assert found[:, 0].tolist() == pytest.approx([0, 0.4345], abs=1e-4)
    assert np.isnan(found[:, 2]).all()


def drawn_groups(rng: np.random.Generator, n_groups: int, size: int, between: float) -> np.ndarray:
    """Groups of values of which the standard deviation within a group is 1."""
    return rng.normal(size=(n_groups, size)) + between * rng.normal(size=(n_groups, 1))


def test_variances_between_and_within_are_those_of_a_mixed_model():
    groups = drawn_groups(np.random.default_rng(5), 6, 8, 1.0)
    found = variance_components(list(groups), 0.95)
    labels, values = np.repeat(range(6), 8), groups.ravel()
    model = MixedLM(values, np.ones_like(values), labels).fit(reml=True)
    assert found["std_between"] ** 2 == pytest.approx(model.cov_re[0, 0], rel=1e-3)
    assert found["std_within"] ** 2 == pytest.approx(model.scale, rel=1e-3)
    assert found["low"] < found["share"] < found["high"]


def test_groups_of_other_sizes_find_the_variances_that_were_drawn():
    rng = np.random.default_rng(6)
    groups = [row[: rng.integers(2, 13)] for row in drawn_groups(rng, 4000, 12, 2.0)]
    found = variance_components(groups, 0.95)
    assert found["std_between"] == pytest.approx(2, rel=0.03)
    assert found["std_within"] == pytest.approx(1, rel=0.02)
    assert found["share"] == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("between", [0.5, 1.0])
def test_the_interval_of_the_share_between_groups_covers_it_as_often_as_it_says(between):
    rng = np.random.default_rng(7)
    share = between**2 / (between**2 + 1)
    found = [variance_components(drawn_groups(rng, 5, 10, between), 0.9) for _ in range(1000)]
    covered = [row["low"] <= share <= row["high"] for row in found]
    assert 0.87 < np.mean(covered) < 0.93


def test_groups_that_hardly_differ_have_no_share_and_an_interval_that_begins_there():
    groups = [np.array([1.0, 2.0, 3.0]), np.array([3.5, 2.5, 1.5])]
    found = variance_components(groups, 0.95)
    assert found["share"] == found["std_between"] == found["low"] == 0
    assert found["std_within"] == 1
    assert found["high"] > 0
    assert variance_components([np.ones(3), np.zeros(3)], 0.95) == {}
