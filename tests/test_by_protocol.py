"""Networks of one training protocol beside those of another."""

import numpy as np
import pandas as pd
import pytest

from scripts.compare_protocols import main as compare_protocols
from tests.conftest import curves
from topodnn.by_protocol import MEASURES, protocol_differences

THRESHOLDS = {"confidence": 0.95, "n_bootstrap": 200, "seed": 0}
FAST, SLOW = [9, 5, 1, 1, 1], [9, 9, 9, 5, 1]


def networks(omega: list[float], n: int, **columns) -> pd.DataFrame:
    return pd.concat([curves(seed, omega, **columns) for seed in range(n)])


def differences(*parts: pd.DataFrame) -> pd.DataFrame:
    found = protocol_differences(pd.concat(parts), THRESHOLDS, np.random.default_rng(0))
    return found.set_index("measure")


def test_the_first_protocol_is_compared_with_the_other():
    other = networks(SLOW, 3, protocol="paper")
    failed = curves(7, FAST, protocol="paper", well_trained=False)
    found = differences(networks(FAST, 10), other, failed)
    assert list(found.index) == MEASURES
    row = found.loc["half_life"]
    assert row[["protocol", "compared_with"]].tolist() == ["fast", "paper"]
    assert row[["n_networks", "n_compared"]].tolist() == [10, 3]
    assert row["estimate"] == row["low"] == pytest.approx(1.125 - 3.125)
    assert row["rank_effect"] == -1
    assert row["p"] < row["p_corrected"] < 0.05
    assert found.loc["at_lowest", "estimate"] == 0
    assert found.loc["half_life_of_beta_0", ["n_networks", "n_compared"]].tolist() == [0, 0]


def test_too_few_networks_are_counted_and_not_compared():
    failed = networks(SLOW, 3, protocol="paper", well_trained=False)
    row = differences(networks(FAST, 10), failed).loc["half_life"]
    assert row[["n_networks", "n_compared"]].tolist() == [10, 0]
    assert row[["estimate", "p", "p_corrected"]].isna().all()


def test_the_script_writes_the_table(tmp_path):
    table = pd.concat([networks(FAST, 10), networks(SLOW, 3, protocol="paper")])
    table.to_csv(tmp_path / "table.csv", index=False)
    paths = [tmp_path / f"protocols.{ending}" for ending in ("csv", "md", "tex")]
    compare_protocols(tmp_path / "table.csv", paths, thresholds=THRESHOLDS)
    assert len(pd.read_csv(paths[0])) == len(MEASURES)
    text = paths[1].read_text()
    assert "| fast / paper |" in text.replace("  ", "")
    assert "nan" not in text
    assert r"\caption" in paths[2].read_text()
