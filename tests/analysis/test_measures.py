"""What is measured of a network, over its classes."""

import numpy as np
import pandas as pd

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
    assert np.isnan(whole["late_share"])


def test_peaks_above_the_input_are_tested_for_a_majority():
    hill = [9, 12, 9, 1]
    comparisons, _ = judged(pd.concat([networks(hill), networks([9, 9, 1, 1], activation="tanh")]))
    rows = comparisons.query("measure == 'omega_above_input' and `class` == '0'")
    rows = rows.set_index("activation")
    assert rows["estimate"].to_dict() == {"relu": 1, "tanh": 0}
    assert rows.loc["relu", "p"] == 0.5**12
    assert rows["holds"].to_dict() == {"relu": "yes", "tanh": "no"}
