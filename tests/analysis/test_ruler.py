"""The noise of the sample of points against the spread of the networks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import curves
from tests.studies import THRESHOLDS
from topodnn.analysis.ruler import components, sampling_noise
from topodnn.analysis.statistics import variance_components


def drawn(between: float, within: float, shape=(40, 5, 3), seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    networks = rng.normal(scale=between, size=(shape[0], 1, shape[2]))
    return networks + rng.normal(scale=within, size=shape)


def test_known_variances_are_found():
    found = components(drawn(3, 1, (400, 5, 3)), THRESHOLDS, np.random.default_rng(0))
    assert found.std_between == pytest.approx(3, rel=0.1)
    assert found.std_within == pytest.approx(1, rel=0.1)
    assert found.share == pytest.approx(0.9, abs=0.03)
    assert found.low < found.share < found.high


def test_without_a_spread_of_networks_nothing_is_left_for_them():
    found = components(drawn(0, 1), THRESHOLDS, np.random.default_rng(0))
    assert found.share < 0.15
    alike = components(np.ones((5, 3, 2)), THRESHOLDS, np.random.default_rng(0))
    assert np.isnan(alike[2:]).all()
    assert alike[:2] == (0, 0)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 3, allow_subnormal=False), st.floats(0.1, 3), st.integers(0, 1000))
def test_of_one_column_it_is_the_intraclass_correlation(between, within, seed):
    values = drawn(between, within, (12, 4, 1), seed)
    found = components(values, THRESHOLDS, np.random.default_rng(0))
    known = variance_components([*values[:, :, 0]], 0.95)
    assert found.share == pytest.approx(known["share"], abs=1e-9)
    assert found.std_between == pytest.approx(known["std_between"], abs=1e-9)
    assert found.std_within == pytest.approx(known["std_within"])


def test_a_table_has_a_row_for_each_quantity_and_only_well_trained_networks():
    rows = [
        curves(seed, [17, 17 - seed + sample, 9 - seed, 1], well_trained=seed != 3).assign(
            variation=f"vary_sample_{sample}", at="middle"
        )
        for seed in range(4)
        for sample in range(2)
    ]
    found = sampling_noise(pd.concat(rows), THRESHOLDS).set_index("quantity")
    assert found.index.tolist() == ["omega", "beta_0", "beta_1", "half_life"]
    assert found["n_networks"].eq(3).all()
    assert found.loc["beta_0", "std_between"] == 0  # β0 is 1 everywhere
    assert found.loc["omega", "share"] > 0.3
