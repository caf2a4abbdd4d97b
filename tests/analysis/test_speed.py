"""What goes with speed: half-lives beside what the layers of the networks are like."""

import numpy as np
import pandas as pd
import pytest

from scripts.compare_activations import main as compare_activations
from tests.studies import THRESHOLDS, networks
from topodnn.analysis.curves import curve_summaries
from topodnn.analysis.speed import network_traits, speed_correlations, speed_table, speeds
from topodnn.analysis.speed_texts import correlation_texts, speed_texts
from topodnn.columns import KIND

# Activation → the layer at which ω − 1 is at its half, and the share of dead units.
HALVES = {"relu": (2, 0.5), "gelu": (3, 0.4), "silu": (4, 0.3), "elu": (5, 0.2), "tanh": (6, 0.0)}
INJECTIVE = {"relu": False, "gelu": False, "silu": False, "elu": True, "tanh": True}


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
        n_in=15, n_out=15, rank=15, dead=dead - 0.001 * (rows["seed"] % 2), saturated=0.1,
        jacobian_rank=15 * (1 - dead), injective=True,
    )  # fmt: skip
    rows.loc[rows["layer"] == 10, ["dead", "saturated"]] = np.nan  # the output layer
    return table, rows


def found() -> pd.DataFrame:
    table, weights = study()
    curves = curve_summaries(table)
    curves_of = {"half_life": curves, "persistent_half_life": curves.head(0)}
    return speeds(curves_of, weights, INJECTIVE)


def test_traits_are_means_over_the_hidden_layers():
    weights = study()[1]
    weights.loc[weights["layer"] == 1, ["n_in", "rank"]] = 2
    weights.loc[weights["layer"] == 1, "jacobian_rank"] = 2.0
    traits = network_traits(weights, INJECTIVE).set_index(["activation", "seed"])
    assert traits.loc[("relu", 0), "dead"] == pytest.approx(0.5)
    assert traits.loc[("relu", 0), "rank"] == pytest.approx((1 + 8 * 0.5) / 9)


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
    assert (row["n_over_kinds"], row["n_within_kinds"], row["n_kinds_within"]) == (5, 50, 5)
    assert row["largest_over_kinds"] == pytest.approx(1)
    assert row["p_within_kinds"] < 0.001
    assert np.isnan(correlations.loc[("half_life", "saturated"), "over_kinds"])  # all alike
    assert np.isnan(correlations.loc[("half_life", "rank"), "within_kinds"])
    assert np.isnan(correlations.loc[("persistent_half_life", "dead"), "over_kinds"])


def test_kinds_of_which_a_trait_is_constant_do_not_dilute_it():
    networks_ = found()
    constant = networks_["activation"].isin(["gelu", "silu", "elu"])
    networks_.loc[constant, "dead"] = 0.0
    row = speed_correlations(networks_).set_index(["half_life", "trait"]).loc[("half_life", "dead")]
    assert (row["n_kinds_within"], row["n_within_kinds"]) == (2, 20)
    assert row["within_kinds"] == pytest.approx(-1)
    assert row["n_over_kinds"] == 5


def test_ties_bound_the_correlation_over_kinds():
    networks_ = found()
    networks_.loc[networks_["activation"] != "relu", "dead"] = 0.0  # four kinds of five
    row = speed_correlations(networks_).set_index(["half_life", "trait"]).loc[("half_life", "dead")]
    assert row["largest_over_kinds"] == pytest.approx(np.sqrt(0.5))
    assert row["over_kinds"] == pytest.approx(-np.sqrt(0.5))
    assert row["p_over_kinds"] > 0.35  # two of the five places that relu may have are as far out


def test_a_rank_that_goes_with_nothing_is_seldom_significant():
    """The p of networks within their kinds is one of the pooled ranks: uniform under chance."""
    rng = np.random.default_rng(0)
    study_ = found()
    p = []
    for _ in range(50):
        random = study_.assign(saturated=rng.random(len(study_)), dead=0.0, rank=1.0)
        rows = speed_correlations(random).set_index(["half_life", "trait"])
        p.append(rows.loc[("half_life", "saturated"), "p_within_kinds"])
    assert np.mean(np.array(p) < 0.1) == pytest.approx(0.1, abs=0.07)


def test_whether_an_activation_is_injective_is_a_trait_of_plain_networks():
    weights = study()[1]
    weights.loc[weights["layer"] == 10, "injective"] = False  # the output layer does not count
    residual = (weights["activation"] == "tanh") & (weights["layer"] > 1)
    weights.loc[residual, "injective"] = False  # though the rank is full
    known = {name: found for name, found in INJECTIVE.items() if name != "silu"}
    traits = network_traits(weights, known).groupby("activation")["injective_activation"].mean()
    assert traits[["relu", "gelu", "elu"]].tolist() == [0, 0, 1]
    assert traits[["tanh", "silu"]].isna().all()


def test_whether_half_lives_are_longer_with_injective_activations_is_tested_exactly():
    networks_ = found()
    rows = speed_correlations(networks_).set_index(["half_life", "trait"])
    row = rows.loc[("half_life", "injective_activation")]
    assert row["p_one_sided"] == pytest.approx(1 / 10)  # two of five, and they are the last two
    assert rows["p_one_sided"].notna().sum() == 1
    networks_["half_life"] *= -1
    turned = speed_correlations(networks_).set_index(["half_life", "trait"])
    assert turned.loc[("half_life", "injective_activation"), "p_one_sided"] == pytest.approx(1)
    none = speed_correlations(networks_.assign(injective_activation=1.0))
    assert none["p_one_sided"].isna().all()


def test_networks_that_are_not_judged_are_left_out():
    table, weights = study()
    failed = table.assign(well_trained=table["seed"] > 0)
    curves = curve_summaries(failed)
    curves_of = {"half_life": curves, "persistent_half_life": curves}
    networks_ = speeds(curves_of, weights, INJECTIVE)
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
        activation_parameters={"elu": {"alpha": 0.0}},
    )  # fmt: skip
    written = pd.read_csv(tmp_path / "networks.csv")
    assert len(written) == 50
    injective = written.groupby("activation")["injective_activation"].first()
    assert injective.to_dict() == {**INJECTIVE, "elu": False}  # with this parameter it is ReLU
    for of_table in paths:
        text = of_table[1].read_text(encoding="utf-8")
        assert "nan" not in text.lower()
        assert len(text.splitlines()) > 7
    first = paths[0][1].read_text(encoding="utf-8").splitlines()[2]  # relu
    assert [cell.strip() for cell in first.split("|")][-2] == "no"


def test_without_judged_networks_the_tables_are_empty():
    table, weights = study()
    curves = curve_summaries(table.assign(well_trained=False))
    found = speeds({"half_life": curves, "persistent_half_life": curves}, weights, INJECTIVE)
    speed, correlations = speed_table(found, THRESHOLDS), speed_correlations(found)
    assert (len(found), len(speed), len(correlations)) == (0, 0, 0)
    for text in (*speed_texts(speed, 0.95), *correlation_texts(correlations)):
        assert "Half-life" in text
