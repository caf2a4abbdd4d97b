"""What is read off a curve: half-lives, late shares, peaks; answers known by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import curves
from topodnn.analysis.curves import (
    above_half_again,
    curve_summaries,
    half_lives,
    last_half_lives,
    late_shares,
)
from topodnn.errors import InputError

betti_curves = st.lists(st.integers(0, 60), min_size=2, max_size=12).filter(lambda c: c[0] > 0)


@pytest.mark.parametrize(
    ("curve", "half_life"),
    [
        ([8, 6, 4, 0], 2),  # at half exactly at a layer
        ([8, 6, 2, 1], 1.5),
        ([8, 16, 12, 0], 2 + 8 / 12),  # half of the input, not of the peak
        ([8, 2, 8, 1], 4 / 6),  # the first time
        ([8, 8, 8, 4], 3),  # at the last layer
        ([8, 9, 8, 5], np.nan),  # never
        ([8, 8, 8, 8], np.nan),
        ([0, 0, 0, 0], np.nan),
        ([8, 6, np.nan, np.nan], np.nan),
        ([-1, 3, -2, -2], np.nan),  # below the lowest, as where a class has no point
    ],
)
def test_the_half_life_is_where_the_curve_first_is_at_half_of_the_input(curve, half_life):
    assert half_lives(np.array([curve], float)) == pytest.approx([half_life], nan_ok=True)


@given(betti_curves, st.integers(1, 9))
def test_at_the_half_life_the_curve_is_at_half_and_before_it_is_above(curve, factor):
    values = np.array([curve], float)
    found = half_lives(values)[0]
    layers = np.arange(len(curve))
    if np.isnan(found):
        assert min(curve) > curve[0] / 2
    else:
        assert np.interp(found, layers, curve) == pytest.approx(curve[0] / 2)
        assert all(value > curve[0] / 2 for value in curve[: int(np.ceil(found))])
    assert half_lives(factor * values) == pytest.approx([found], nan_ok=True)


@pytest.mark.parametrize(
    ("curve", "layer", "again"),
    [
        ([8, 6, 2, 1], 1.5, 0),  # the first crossing is the last
        ([8, 2, 8, 1], 2 + 4 / 7, 1),
        ([8, 16, 12, 0], 2 + 8 / 12, 0),
        ([8, 4, 8, 4], 3, 1),
        ([8, 2, 6, 8], np.nan, 1),  # above it at the output
        ([8, 9, 8, 5], np.nan, 0),
        ([0, 3, 0, 0], np.nan, np.nan),
        ([-1, 3, -2, -2], np.nan, np.nan),
        ([8, 2, np.nan, 1], np.nan, np.nan),
        ([8, 2, 1, np.nan], np.nan, np.nan),
    ],
)
def test_from_the_last_crossing_on_the_curve_stays_at_half_or_below(curve, layer, again):
    values = np.array([curve], float)
    assert last_half_lives(values) == pytest.approx([layer], nan_ok=True)
    assert above_half_again(values) == pytest.approx([again], nan_ok=True)


@given(betti_curves)
def test_after_the_last_crossing_no_layer_is_above_the_half(curve):
    values = np.array([curve], float)
    found, first = last_half_lives(values)[0], half_lives(values)[0]
    if np.isnan(found):
        assert curve[-1] > curve[0] / 2
    else:
        after = curve[int(np.ceil(found)) :]
        assert all(value <= curve[0] / 2 for value in after)
        assert np.interp(found, range(len(curve)), curve) == pytest.approx(curve[0] / 2)
        assert found >= first
        assert above_half_again(values)[0] == (found > np.ceil(first))


@pytest.mark.parametrize(
    ("curve", "share"),
    [
        ([9, 9, 9, 0], 1),
        ([9, 0, 0, 0], 0),
        ([8, 8, 8, 4, 0], 2 / 3),  # the last third begins at layer 8 / 3, where the curve is 16 / 3
        ([9, 0], 1 / 3),
        ([4, 4, 10, 1], 3),  # it enters the last third above its input
        ([9, 3, 0, 6], -2),  # it rises at the end
        ([9, 9, 9, 9], np.nan),
        ([1, 0, 0, 2], np.nan),
    ],
)
def test_the_late_share_is_that_of_the_last_third_of_the_layers(curve, share):
    assert late_shares(np.array([curve], float)) == pytest.approx([share], nan_ok=True)


@given(betti_curves)
def test_the_late_share_agrees_with_interpolation(curve):
    depth = len(curve) - 1
    start = np.interp(2 * depth / 3, range(depth + 1), curve)
    expected = (start - curve[-1]) / (curve[0] - curve[-1]) if curve[0] > curve[-1] else np.nan
    assert late_shares(np.array([curve], float)) == pytest.approx([expected], nan_ok=True)


@given(st.integers(1, 20), st.floats(1, 100))
def test_an_even_decrease_has_a_third_in_the_last_third(depth, height):
    assert late_shares(np.linspace(height, 0, depth + 1)[None]) == pytest.approx([1 / 3])


def test_the_summary_of_a_network_known_by_hand():
    rows = pd.concat([curves(3, [8, 12, 12, 2, 1], 0), curves(3, [8, 8, 7, 7, 5], 1)])
    first, second = curve_summaries(rows).to_dict("records")
    assert (first["class"], first["depth"], first["judged"]) == (0, 4, True)
    assert (first["omega_input"], first["omega_output"]) == (8, 1)
    assert first["half_life"] == pytest.approx(2.75)  # ω − 1 is at 3.5: between 11 and 1
    assert first["half_life_of_depth"] == pytest.approx(2.75 / 4)
    assert (first["last_half_life"], first["above_half_again"]) == (first["half_life"], 0)
    assert (first["minimum_layer"], first["n_rises"]) == (4, 1)
    assert (first["omega_peak"], first["omega_peak_layer"]) == (12, 1)
    assert (first["beta_1_peak"], first["beta_1_peak_layer"]) == (11, 1)
    assert (first["at_lowest"], first["decrease_reached"]) == (True, 1)
    assert np.isnan(second["half_life"])
    assert (second["at_lowest"], second["decrease_reached"]) == (False, pytest.approx(3 / 7))
    assert (second["minimum_layer"], second["n_rises"], second["omega_peak_layer"]) == (4, 0, 0)


def test_the_lowest_values_are_one_component_and_no_hole():
    rows = pd.concat(
        [
            curves(0, [9, 1]),
            curves(1, [9, 1], beta_0=0, beta_1=1),  # ω is 1, yet nothing is connected
            curves(2, [9, 1], beta_2=pd.NA),  # a dimension that was not computed
        ]
    ).astype({"beta_2": "Int64"})
    summaries = curve_summaries(rows)
    assert summaries.groupby("seed")["at_lowest"].all().tolist() == [True, False, True]
    assert summaries.loc[summaries["seed"] == 2, "beta_2_peak"].isna().all()


def test_an_input_at_the_lowest_values_has_no_decrease_to_reach():
    summary = curve_summaries(curves(0, [1, 3, 1])).iloc[0]
    missing = ["decrease_reached", "late_share", "half_life", "last_half_life", "above_half_again"]
    assert summary[missing].isna().all()


def test_a_half_life_is_that_of_what_can_be_lost():
    rows = curves(0, [3, 2, 1, 1]).assign(beta_0=lambda table: table["omega"], beta_1=0)
    summary = curve_summaries(rows).iloc[0]
    assert summary["half_life"] == summary["half_life_of_beta_0"] == 1  # from 2 to 1


def test_a_curve_that_rises_crosses_the_half_twice():
    summary = curve_summaries(curves(0, [9, 3, 13, 1])).iloc[0]
    assert summary["half_life"] == pytest.approx(4 / 6)
    assert summary["last_half_life"] == pytest.approx(2 + 8 / 12)
    assert (summary["above_half_again"], summary["omega_above_input"]) == (1, 1)


def test_a_layer_too_narrow_for_a_hole_makes_no_peak_missing():
    rows = curves(0, [5, 9, 3, 1])
    rows["beta_2"] = pd.array([pd.NA, 4, 2, pd.NA] * 2, "Int64")
    summary = curve_summaries(rows).iloc[0]
    assert (summary["beta_2_peak"], summary["beta_2_peak_layer"]) == (4, 1)
    assert summary["beta_2_above_input"] == 1  # the input has none
    assert summary["at_lowest"]
    everywhere = curve_summaries(rows.assign(beta_2=np.nan)).iloc[0]
    peaks = ["beta_2_peak", "beta_2_peak_layer", "beta_2_above_input"]
    assert everywhere[peaks].isna().all()


def test_judged_are_well_trained_networks_of_which_no_class_has_a_wrong_input():
    rows = pd.concat(
        [
            curves(0, [9, 1]),
            curves(1, [9, 1], well_trained=False),
            curves(2, [9, 1], 0),
            curves(2, [9, 1], 1, input_is_true=False),
            curves(3, [9, 1], input_is_true=None),  # not known
        ]
    )
    by_seed = curve_summaries(rows).groupby("seed")[["judged", "wrong_input"]].agg(list)
    assert by_seed["judged"].tolist() == [[True] * 2, [False] * 2, [False] * 2, [True] * 2]
    assert by_seed["wrong_input"].tolist() == [[False] * 2, [False] * 2, [True] * 2, [False] * 2]


def test_a_diverged_network_is_summarised_as_missing():
    rows = curves(0, [9, 5, 1], well_trained=False)
    rows.loc[rows["layer"] > 0, ["beta_0", "beta_1", "omega"]] = np.nan
    summary = curve_summaries(rows).iloc[0]
    missing = ["half_life", "last_half_life", "above_half_again", "late_share", "minimum_layer"]
    peaks = [name for name in summary.index if "_peak" in name or name.endswith("_above_input")]
    assert len(peaks) == 6
    assert summary[[*missing, *peaks]].isna().all()
    assert not summary["at_lowest"]


def test_networks_of_different_depth_in_any_order_of_rows():
    rows = pd.concat([curves(0, [9, 5, 1]), curves(0, [9, 9, 9, 1], network="2x9")])
    summaries = curve_summaries(rows)
    assert summaries.groupby("network")["depth"].first().to_dict() == {"2x9": 3, "9x25": 2}
    shuffled = rows.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(curve_summaries(shuffled), summaries)


def test_a_table_of_two_samples_or_with_a_layer_missing_is_refused():
    rows = curves(4, [9, 5, 1])
    with pytest.raises(
        InputError,
        match="tori 9x25 relu, seed 4, class 0 has layer 0 twice, but only one training protocol",
    ):
        curve_summaries(pd.concat([rows, rows]))
    cut = rows[(rows["class"] == 0) | (rows["layer"] < 2)]
    with pytest.raises(
        InputError, match="tori 9x25 relu, seed 4, class 1 has 2 layers, but the network has 3;"
    ):
        curve_summaries(cut)
