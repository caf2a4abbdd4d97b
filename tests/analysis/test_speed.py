"""What goes with speed: half-lives beside what the layers of the networks are like."""

import numpy as np
import pandas as pd
import pytest

from scripts.compare_activations import main as compare_activations
from tests.studies import THRESHOLDS, networks
from topodnn.analysis.curves import curve_summaries
from topodnn.analysis.speed import network_traits, speed_correlations, speed_table, speeds
from topodnn.columns import KIND

# Activation → the layer at which ω − 1 is at its half, and the share of dead units.
HALVES = {"relu": (2, 0.5), "gelu": (3, 0.4), "silu": (4, 0.3), "elu": (5, 0.2), "tanh": (6, 0.0)}


def curve(layer: int) -> list[float]:
    return [17] * layer + [9] + [1] * (10 - layer)


def study() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Curves and weights: of each activation, every second network is a layer slower."""
    table = pd.concat(
        [networks(curve(layer), curve(layer + 1), activation=name, n=10)
         for name, (layer, _) in HALVES.items()]
    )  # fmt: skip
    rows = table[[*KIND, "seed", "layer"]].drop_duplicates().query("layer > 0")
    dead = rows["activation"].map({name: dead for name, (_, dead) in HALVES.items()})
    rows = rows.assign(
        n_in=15, n_out=15, dead=dead - 0.001 * (rows["seed"] % 2), saturated=0.1,
        jacobian_rank=15 * (1 - dead), injective=True,
    )  # fmt: skip
    rows.loc[rows["layer"] == 10, ["dead", "saturated"]] = np.nan  # the output layer
    return table, rows


def found() -> pd.DataFrame:
    table, weights = study()
    curves = curve_summaries(table)
    return speeds({"half_life": curves, "persistent_half_life": curves.head(0)}, weights)


def test_traits_are_means_over_the_hidden_layers():
    weights = study()[1]
    weights.loc[weights["layer"] == 10, "injective"] = False
    weights.loc[weights["layer"] == 1, "n_in"] = 2
    weights.loc[weights["layer"] == 1, "jacobian_rank"] = 2.0
    traits = network_traits(weights).set_index(["activation", "seed"])
    assert traits.loc[("relu", 0), "dead"] == pytest.approx(0.5)
    assert traits.loc[("relu", 0), "rank"] == pytest.approx((1 + 8 * 0.5) / 9)
    assert traits["injective"].eq(1).all()  # that of the output layer does not count


def test_activations_stand_in_the_order_of_their_half_life():
    table = speed_table(found(), THRESHOLDS)
    assert table["activation"].tolist() == list(HALVES)
    assert table["half_life"].tolist() == [layer + 0.5 for layer, _ in HALVES.values()]
    assert (table["half_life_low"] <= table["half_life"]).all()
    assert table["n_networks"].eq(10).all()
    assert table["persistent_half_life"].isna().all()


def test_what_goes_with_speed_is_found_over_kinds_and_within_them():
    correlations = speed_correlations(found()).set_index(["half_life", "trait"])
    row = correlations.loc[("half_life", "dead")]
    assert row["over_kinds"] == pytest.approx(-1)
    assert row["within_kinds"] == pytest.approx(-1)
    assert (row["n_over_kinds"], row["n_within_kinds"]) == (5, 50)
    assert row["p_within_kinds"] < 0.001
    assert np.isnan(correlations.loc[("half_life", "saturated"), "over_kinds"])  # all alike
    assert np.isnan(correlations.loc[("half_life", "rank"), "within_kinds"])
    assert np.isnan(correlations.loc[("persistent_half_life", "dead"), "over_kinds"])


def test_networks_that_are_not_judged_are_left_out():
    table, weights = study()
    failed = table.assign(well_trained=table["seed"] > 0)
    curves = curve_summaries(failed)
    networks_ = speeds({"half_life": curves, "persistent_half_life": curves}, weights)
    assert set(networks_["seed"]) == set(range(1, 10))
    assert (networks_["persistent_half_life"] == networks_["half_life"]).all()


def test_the_script_writes_the_networks_and_both_tables(tmp_path):
    table, weights = study()
    curves = curve_summaries(table)
    curves.to_csv(tmp_path / "curves.csv", index=False)
    curves.head(0).to_csv(tmp_path / "persistent.csv", index=False)
    others = weights.assign(protocol="untrained", dead=1.0)
    pd.concat([weights, others]).to_csv(tmp_path / "weights.csv", index=False)
    paths = [
        [tmp_path / f"{name}.{ending}" for ending in ("csv", "md", "tex")]
        for name in ("speed", "correlations")
    ]
    compare_activations(
        [tmp_path / "curves.csv", tmp_path / "persistent.csv"], tmp_path / "weights.csv",
        tmp_path / "networks.csv", *paths, protocol="fast", thresholds=THRESHOLDS,
    )  # fmt: skip
    assert len(pd.read_csv(tmp_path / "networks.csv")) == 50
    for of_table in paths:
        text = of_table[1].read_text(encoding="utf-8")
        assert "nan" not in text.lower()
        assert len(text.splitlines()) > 7
