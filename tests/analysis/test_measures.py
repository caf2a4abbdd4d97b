"""What is measured of a network, over its classes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.conftest import curves
from tests.studies import EARLY, judged, networks
from topodnn.analysis.curves import curve_summaries
from topodnn.analysis.measures import network_values


def test_a_network_is_judged_by_all_its_classes():
    one_never = pd.concat(
        [curves(0, EARLY, label=0), curves(0, [3, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], label=1)]
    )
    whole = network_values(curve_summaries(one_never)).query("`class` == 'all'").iloc[0]
    assert (whole["half_life"], whole["never_half"]) == (11, 1)
    assert whole["last_half_life"] == 11
    assert np.isnan(whole["late_share"])


def test_a_network_of_which_no_class_can_lose_anything_has_no_half_life():
    found = network_values(curve_summaries(curves(0, [1, 2, 1])))
    names = ["half_life", "last_half_life", "half_life_of_beta_0", "never_half", "above_half_again"]
    assert found[names].isna().all(axis=None)


def test_shares_of_networks_have_wilson_intervals():
    study = pd.concat([networks(EARLY), networks([9, 3, 13, 3, 1], network="4x9")])
    study.loc[(study["seed"] < 3) & (study["class"] == 0) & (study["layer"] == 0), "beta_1"] = 99
    rows = judged(study)[0].query("network == '4x9'").set_index(["measure", "class"])
    n_yes = {
        ("at_lowest", "all"): 12,
        ("at_lowest", "0"): 12,
        ("never_half", "all"): 0,
        ("above_half_again", "0"): 12,
        ("beta_1_above_input", "0"): 9,
    }
    for row, yes in n_yes.items():
        low, high = stats.binomtest(yes, 12).proportion_ci(method="wilson")
        assert rows.loc[row, ["estimate", "low", "high"]].tolist() == pytest.approx(
            [yes / 12, low, high]
        )
    means = rows.loc[[("beta_1_above_input", "all"), ("above_half_again", "all")]]
    assert means["estimate"].tolist() == [21 / 24, 1]
    assert means["low"].iloc[1] == means["high"].iloc[1] == 1  # bootstrap of a mean over classes


def test_peaks_are_counted_among_the_networks_that_have_them():
    study = networks([9, 12, 1], n=20)
    unknown = (study["seed"] >= 12) & (study["class"] == 0)
    study["beta_2"] = study["layer"].map({0: 0, 1: 1, 2: 0}).where(~unknown)
    rows = judged(study)[0].query("measure == 'beta_2_above_input'").set_index("class")
    assert rows["n_networks"].tolist() == [20] * 3
    assert rows["n_known"].to_dict() == {"0": 12, "1": 20, "all": 20}
    assert rows["p"].dropna().to_dict() == {"0": 0.5**12, "1": 0.5**20}
    study.loc[(study["seed"] >= 9) & (study["class"] == 0), "beta_2"] = np.nan
    rows = judged(study)[0].query("measure == 'beta_2_above_input'").set_index("class")
    assert rows["n_known"].to_dict() == {"0": 9, "1": 20, "all": 20}
    assert np.isnan(rows.loc["0", "p"])


def test_peaks_above_the_input_are_tested_for_a_majority():
    hill = [9, 12, 9, 1]
    comparisons, _ = judged(pd.concat([networks(hill), networks([9, 9, 1, 1], activation="tanh")]))
    rows = comparisons.query("measure == 'omega_above_input' and `class` == '0'")
    rows = rows.set_index("activation")
    assert rows["estimate"].to_dict() == {"relu": 1, "tanh": 0}
    assert rows.loc["relu", "p"] == 0.5**12
    assert rows["holds"].to_dict() == {"relu": "yes", "tanh": "no"}
