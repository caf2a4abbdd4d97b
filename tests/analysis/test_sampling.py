"""The noise of the sample of points against the spread of the networks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import curves
from topodnn.analysis.sampling import crossed_variance_components, sampling_noise

# Six targets and four judges, of which the article says ICC(2, 1) = 0.29.
SHROUT_AND_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def drawn(networks: float, samples: float, residual: float, shape=(40, 5, 3), seed: int = 0):
    """Values of which the standard deviations of the three parts are known."""
    rng = np.random.default_rng(seed)
    n_networks, n_samples, n_columns = shape
    of_network = rng.normal(scale=networks, size=(n_networks, 1, n_columns))
    of_sample = rng.normal(scale=samples, size=(1, n_samples, n_columns))
    return of_network + of_sample + rng.normal(scale=residual, size=shape)


def components(values):
    return crossed_variance_components(np.asarray(values, float), 0.95)


def test_the_example_of_the_source_is_found():
    values = np.array(SHROUT_AND_FLEISS)[:, :, None]
    assert components(values).share == pytest.approx(0.29, abs=0.005)


def test_known_variances_are_found():
    found = components(drawn(3, 2, 1, (300, 200, 3)))
    assert found.std_networks == pytest.approx(3, rel=0.05)
    assert found.std_samples == pytest.approx(2, rel=0.1)
    assert found.std_residual == pytest.approx(1, rel=0.02)
    assert found.share == pytest.approx(9 / 14, abs=0.04)


def test_without_a_spread_of_networks_nothing_is_left_for_them():
    assert components(drawn(0, 0, 1)).share < 0.15
    assert components(drawn(0, 3, 0)).share == pytest.approx(0, abs=1e-12)
    alike = components(np.ones((5, 3, 2)))
    assert np.isnan(alike[3:]).all()
    assert alike[:3] == (0, 0, 0)


def test_at_the_edge_there_is_no_interval():
    of_residual = np.array([[0, 1], [1, 0], [0, 1], [1, 0]])[:, :, None]
    of_networks = np.array([[0, 0], [1, 1], [2, 2], [4, 4]])[:, :, None]
    for values, share in ((of_residual, 0), (of_networks, 1)):
        found = components(values)
        assert found.share == share
        assert np.isnan([found.low, found.high]).all()


@pytest.mark.parametrize("stds", [(2, 0.5, 1), (1, 0, 1), (3, 0.3, 1)], ids=str)
def test_the_interval_of_ten_networks_covers_the_truth(stds):
    truth = stds[0] ** 2 / sum(std**2 for std in stds)
    found = [components(drawn(*stds, (10, 5, 5), seed)) for seed in range(200)]
    covered = np.mean([one.low <= truth <= one.high for one in found])
    assert covered == pytest.approx(0.95, abs=0.04)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 3, allow_subnormal=False), st.floats(0.1, 3), st.integers(0, 1000))
def test_a_common_shift_of_a_sample_is_no_residual(networks, residual, seed):
    values = drawn(networks, 0, residual, (12, 4, 2), seed)
    shifted = values + np.array([0, 5, -3, 2])[None, :, None]
    one, other = components(values), components(shifted)
    assert other.std_networks == pytest.approx(one.std_networks, abs=1e-6)
    assert other.std_residual == pytest.approx(one.std_residual, abs=1e-6)
    assert other.std_samples > one.std_samples


def test_a_network_without_a_half_life_on_one_sample_is_left_out_of_it():
    rows = []
    for seed in range(5):
        for sample in range(2):
            first = 1 if (seed, sample) == (0, 1) else 17
            network = curves(seed, [first, 17 - seed + sample, 9 - seed, 1])
            rows.append(network.assign(variation=f"vary_sample_{sample}", at="middle"))
    found = sampling_noise(pd.concat(rows), 0.95).set_index("quantity")["n_networks"]
    assert (found["half_life"], found["omega"]) == (4, 5)


def test_a_table_has_a_row_for_each_quantity_and_only_well_trained_networks():
    rows = [
        curves(seed, [17, 17 - seed + sample, 9 - seed, 1], well_trained=seed != 3).assign(
            variation=f"vary_sample_{sample}", at="middle"
        )
        for seed in range(4)
        for sample in range(2)
    ]
    found = sampling_noise(pd.concat(rows), 0.95).set_index("quantity")
    assert found.index.tolist() == ["omega", "beta_0", "beta_1", "half_life"]
    assert found["n_networks"].eq(3).all()
    assert found.loc["beta_0", "std_networks"] == 0  # β0 is 1 everywhere
    assert found.loc["omega", "share"] > 0.3
