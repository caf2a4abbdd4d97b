"""The Betti numbers of a sample beside those of all points."""

import pandas as pd
import pytest

from tests.conftest import KIND, curves
from topodnn.samples import sample_agreement
from topodnn.tables import agreement_texts


def kind_of(table: pd.DataFrame) -> tuple:
    return table.loc[tuple(KIND.values())]


def test_the_same_numbers_agree_everywhere():
    table = pd.concat([curves(seed, [9, 5, 1]) for seed in range(3)])
    found = kind_of(sample_agreement(table, table))
    assert found[["n_networks", "equal", "equal_beta_0", "equal_beta_1"]].tolist() == [3, 1, 1, 1]
    assert found[["omega_difference", "omega_std"]].tolist() == [0, 0]
    assert found[["lowest_in_sample", "lowest_in_all"]].tolist() == [1, 1]


def test_what_differs_is_counted_by_network_layer_and_class():
    sample = pd.concat([curves(seed, [9, 5, 1]) for seed in range(4)])
    everything = pd.concat([curves(0, [9, 8, 1]), curves(1, [9, 5, 3])])
    sample.loc[sample["seed"] == 3, "well_trained"] = False
    found = kind_of(sample_agreement(sample.sample(frac=1, random_state=0), everything))
    assert found["n_networks"] == 2  # of both
    assert found["equal_beta_0"] == 1
    assert found["equal"] == found["equal_beta_1"] == pytest.approx(8 / 12)
    assert found["omega_difference"] == pytest.approx(2 * (3 + 2) / 12)
    assert found[["lowest_in_sample", "lowest_in_all"]].tolist() == [1, 0.5]


def test_the_table_reads_well():
    table = curves(0, [9, 5, 1])
    markdown, latex = agreement_texts(sample_agreement(table, table))
    assert " 1.00 |" in markdown
    assert "well-trained networks" in markdown
    assert r"$\beta_1$" in latex
