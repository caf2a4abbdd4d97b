"""Networks of one protocol beside another, of several clouds, of a sample beside all points."""

import numpy as np
import pandas as pd
import pytest

from scripts.compare_data_seeds import main as compare_data_seeds
from scripts.compare_protocols import main as compare_protocols
from tests.conftest import KIND, curves
from tests.studies import THRESHOLDS, networks, persisting
from topodnn.analysis.comparisons import (
    COMPARED,
    VARYING,
    cloud_variances,
    in_both_measures,
    protocol_differences,
    sample_agreement,
)
from topodnn.analysis.verdicts import protocol_texts

FAST, SLOW = [9, 5, 1, 1, 1], [9, 9, 9, 5, 1]


def differences(*parts: pd.DataFrame) -> pd.DataFrame:
    found = protocol_differences(pd.concat(parts), THRESHOLDS, np.random.default_rng(0))
    return found.set_index("measure")


def test_the_first_protocol_is_compared_with_the_other():
    other = networks(SLOW, n=3, protocol="paper")
    failed = curves(7, FAST, protocol="paper", well_trained=False)
    found = differences(networks(FAST, n=10), other, failed)
    assert list(found.index) == COMPARED
    row = found.loc["half_life"]
    assert row[["protocol", "compared_with"]].tolist() == ["fast", "paper"]
    assert row[["n_networks", "n_compared"]].tolist() == [10, 3]
    assert row["estimate"] == row["low"] == pytest.approx(1 - 3)
    assert row["rank_effect"] == -1
    assert row["p"] < row["p_corrected"] < 0.05
    assert found.loc["at_lowest", "estimate"] == 0
    assert found.loc["half_life_of_beta_0", ["n_networks", "n_compared"]].tolist() == [0, 0]


def test_shares_of_networks_are_compared_as_shares():
    alike = networks(FAST, n=10).assign(protocol="paper")
    above = alike["seed"].lt(3) & alike["layer"].eq(alike["layer"].max())
    alike.loc[above, ["beta_0", "omega"]] += 1  # 7 of 10 end at the lowest
    row = differences(networks(FAST, n=10), alike).loc["at_lowest"]
    assert row[["mean", "mean_compared", "estimate"]].tolist() == pytest.approx([1, 0.7, 0.3])
    assert row["low"] < 0.3 < row["high"] < 0.8
    text = protocol_texts(differences(networks(FAST, n=10), alike).reset_index())[0]
    (line,) = (line for line in text.splitlines() if "at the lowest" in line)
    assert "1.00 / 0.70 |" in line
    assert "| 0.30 [" in line


def test_too_few_networks_are_counted_and_not_compared():
    failed = networks(SLOW, n=3, protocol="paper", well_trained=False)
    row = differences(networks(FAST, n=10), failed).loc["half_life"]
    assert row[["n_networks", "n_compared"]].tolist() == [10, 0]
    assert row[["estimate", "p", "p_corrected"]].isna().all()


def test_the_script_writes_the_table(tmp_path):
    table = pd.concat([networks(FAST, n=10), networks(SLOW, n=3, protocol="paper")])
    table.to_csv(tmp_path / "table.csv", index=False)
    paths, *others = (
        [tmp_path / f"{name}.{ending}" for ending in ("csv", "md", "tex")]
        for name in ("protocols", "claims", "verdicts")
    )
    compare_protocols(tmp_path / "table.csv", paths, *others, thresholds=THRESHOLDS)
    assert len(pd.read_csv(paths[0])) == len(COMPARED)
    text = paths[1].read_text()
    assert "| fast / paper |" in text.replace("  ", "")
    assert "nan" not in text
    assert r"\caption" in paths[2].read_text()


CLOUDS = [["rings", "rings-1", "rings-2"], ["discs", "discs-1"]]


def on_clouds(shifts: dict[str, float]) -> pd.DataFrame:
    """Networks on several clouds whose half-life is 2, 2.5 or 3, and later by a shift."""
    parts = [
        curves(seed, [17, 17, *np.clip(17 - 8 * (np.arange(1, 9) - late - shift), 1, 17)],
               dataset=cloud)
        for cloud, shift in shifts.items()
        for seed, late in enumerate([0, 0.5, 1])
    ]  # fmt: skip
    return pd.concat(parts)


def test_the_variance_of_half_lives_is_split_into_clouds_and_networks():
    table = on_clouds({"rings": 0, "rings-1": 2, "rings-2": 4, "discs": 1, "discs-1": 1})
    failed = curves(7, [17] * 10, dataset="discs", well_trained=False)
    found = cloud_variances(pd.concat([table, failed]), CLOUDS, 0.95)
    assert found["dataset"].tolist() == ["rings", "rings", "discs", "discs"]
    assert found["measure"].tolist() == VARYING * 2
    rings, _, discs, _ = found.to_dict("records")
    assert (rings["n_clouds"], rings["n_networks"]) == (3, 9)
    assert (discs["n_clouds"], discs["n_networks"]) == (2, 6)
    assert rings["highest_mean"] - rings["lowest_mean"] == pytest.approx(4)
    assert rings["mean"] == pytest.approx((rings["highest_mean"] + rings["lowest_mean"]) / 2)
    assert rings["std_within"] == discs["std_within"] == pytest.approx(0.5)
    assert rings["std_between"] == pytest.approx(np.sqrt(4 - 0.25 / 3))
    assert rings["share"] > 0.9 > 0.01 > discs["share"]
    no_components = found.loc[found["measure"] == "half_life_of_beta_0"]
    assert (no_components["n_clouds"] == 0).all()
    assert no_components["share"].isna().all()


def test_a_cloud_of_one_network_does_not_count():
    table = on_clouds({"rings": 0, "rings-1": 2, "rings-2": 4})
    table = table[(table["dataset"] != "rings-1") | (table["seed"] == 0)]
    found = cloud_variances(table, CLOUDS[:1], 0.95).iloc[0]
    assert (found["n_clouds"], found["n_networks"]) == (2, 6)
    found = cloud_variances(table[table["dataset"] != "rings"], CLOUDS[:1], 0.95).iloc[0]
    assert (found["n_clouds"], found["n_networks"]) == (1, 3)
    assert np.isnan(found["mean"])


def test_the_script_writes_the_table_of_data_seeds(tmp_path):
    table = on_clouds({"rings": 0, "rings-1": 2, "discs": 1})
    pd.concat([table, table.assign(protocol="paper")]).to_csv(tmp_path / "a.csv", index=False)
    paths = [tmp_path / f"data_seeds.{ending}" for ending in ("csv", "md", "tex")]
    options = {"clouds": CLOUDS, "protocol": "fast", "confidence": 0.9}
    compare_data_seeds(tmp_path / "a.csv", paths, **options)
    assert pd.read_csv(paths[0])["n_networks"].tolist() == [6, 0, 3, 0]
    text = paths[1].read_text(encoding="utf-8")
    assert "half-life of ω − 1" in text
    assert "nan" not in text
    assert r"\caption" in paths[2].read_text(encoding="utf-8")


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


def test_a_betti_number_that_a_layer_cannot_have_is_not_counted_as_equal():
    sample = pd.concat([curves(seed, [9, 5, 1]) for seed in range(3)])
    sample.loc[sample["layer"] == 2, "beta_1"] = np.nan
    other = sample.assign(beta_1=sample["beta_1"] + sample["layer"].eq(1))
    found = kind_of(sample_agreement(sample, other))
    assert found["equal_beta_1"] == pytest.approx(1 / 2)  # of the layers 0 and 1
    assert found["equal"] == pytest.approx(2 / 3)


def test_what_persists_is_compared_beside_one_scale():
    sample = persisting(pd.concat([curves(seed, [9, 5, 3]) for seed in range(2)]), lost=4)
    everything = persisting(pd.concat([curves(seed, [9, 6, 5]) for seed in range(2)]), lost=4)
    found = sample_agreement(sample, everything).set_index("measure")
    assert found["equal"].to_dict() == {"one scale": 1 / 3, "persistent": 2 / 3}
    assert found["lowest_in_all"].to_dict() == {"one scale": 0, "persistent": 1}
    assert sample_agreement(sample, curves(0, [9, 6, 5]))["measure"].tolist() == ["one scale"]


def test_protocols_are_compared_by_both_measures():
    table = pd.concat([networks(FAST, n=10), networks(SLOW, n=10, protocol="paper")])
    rng = np.random.default_rng(0)
    found = in_both_measures(protocol_differences, persisting(table, lost=4), THRESHOLDS, rng)
    assert found["measure"].tolist() == [*COMPARED, *(f"persistent_{name}" for name in COMPARED)]
    by_measure = found.set_index("measure")["median"]
    assert by_measure["half_life"] == 1  # [9, 5, 1, 1, 1]
    assert by_measure["persistent_half_life"] == 0.5  # [5, 1, 1, 1, 1]
    text = protocol_texts(found)[0]
    assert "persistent half-life of ω − 1" in text
    plain = in_both_measures(protocol_differences, table, THRESHOLDS, rng)
    assert plain["measure"].tolist() == COMPARED


def test_clouds_are_compared_by_both_measures():
    table = persisting(on_clouds({"rings": 0, "rings-1": 2}), lost=8)
    found = in_both_measures(cloud_variances, table, CLOUDS[:1], 0.95)
    assert found["measure"].tolist() == [*VARYING, *(f"persistent_{name}" for name in VARYING)]
    assert found["mean"].iloc[2] < found["mean"].iloc[0]
