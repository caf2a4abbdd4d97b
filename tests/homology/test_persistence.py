"""The batch at every layer: diagrams, Betti numbers, distances, tables."""

import numpy as np
import pandas as pd
import persim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rings import ENDS, HOW, PERSISTENCE, two_circles
from topodnn.homology.diagrams import persistence_diagrams
from topodnn.homology.persistence import (
    METRICS,
    betti_rows,
    curve_scales,
    diagram_distance,
    diameter,
    distance_rows,
    layer_diagrams,
    mean_betti_curves,
    pair_table,
    up_to,
)


def numbers_of(points, input_diameter=1.0):
    rows = betti_rows(points, layer_diagrams(points, **HOW), PERSISTENCE, input_diameter)
    return {row["metric"]: row for row in rows}


# Diagrams and Betti numbers -----------------------------------------------------------------------


def test_two_circles_in_every_metric():
    points = two_circles()
    found = numbers_of(points, diameter(points))
    for metric in METRICS:
        assert (found[metric]["beta_0"], found[metric]["beta_1"]) == (2, 2), metric
    assert found["euclidean"]["diameter"] == pytest.approx(7, rel=1e-6)
    assert found["unit_diameter"]["scale"] == pytest.approx(0.5 / 7, rel=1e-6)
    assert found["hops"]["scale"] == 2.5
    _, rings = layer_diagrams(points, **HOW)["euclidean"]
    # 20 points on a circle: born at the side, dead at the longest side of the widest triangle.
    assert rings == pytest.approx(
        np.tile([2 * np.sin(np.pi / 20), 2 * np.sin(0.35 * np.pi)], (2, 1))
    )


def test_a_diagram_up_to_a_scale_is_that_of_the_shorter_filtration():
    points = np.random.default_rng(0).normal(size=(40, 3))
    whole = persistence_diagrams(points, metric="euclidean")
    for end in (0.6, 1.1, 2.0):
        shorter = persistence_diagrams(points, metric="euclidean", max_scale=end)
        for found, wanted in zip(whole, shorter, strict=True):
            np.testing.assert_array_equal(
                np.sort(up_to(found, end), axis=0), np.sort(wanted, axis=0)
            )


@settings(max_examples=20)
@given(st.floats(0.01, 100))
def test_scaling_a_layer_changes_the_euclidean_numbers_only(factor):
    points = np.random.default_rng(0).normal(size=(30, 2))
    plain, scaled = (layer_diagrams(x, **HOW) for x in (points, factor * points))
    for metric in ("unit_diameter", "hops"):
        for one, other in zip(plain[metric], scaled[metric], strict=True):
            np.testing.assert_allclose(np.sort(one, 0), np.sort(other, 0), rtol=1e-5)
    numbers = [numbers_of(x, diameter(points))["unit_diameter"] for x in (points, factor * points)]
    assert numbers[0]["beta_0"] == numbers[1]["beta_0"]
    if factor > 20 or factor < 0.05:
        euclidean = [numbers_of(x)["euclidean"]["beta_0"] for x in (points, factor * points)]
        assert euclidean[0] != euclidean[1]


def test_at_the_input_unit_diameter_is_the_euclidean_complex():
    points = np.random.default_rng(2).normal(size=(50, 3)).astype(np.float32)
    found = numbers_of(points, diameter(points))
    for name in ("beta_0", "beta_1"):
        assert found["euclidean"][name] == found["unit_diameter"][name]


def test_points_that_coincide_or_are_not_finite_are_missing_and_not_fatal():
    point, broken = np.ones((9, 3), np.float32), np.full((9, 3), np.nan, np.float32)
    found = numbers_of(point)
    for metric in ("euclidean", "hops"):
        assert (found[metric]["beta_0"], found[metric]["beta_1"]) == (1, 0)
    assert pd.isna(found["unit_diameter"]["beta_0"])
    assert found["euclidean"]["n_points"] == 1
    assert all(pd.isna(row["beta_0"]) for row in numbers_of(broken).values())
    rows = distance_rows(layer_diagrams(point, **HOW), layer_diagrams(broken, **HOW), **ENDS)
    assert all(np.isnan(row["distance"]) for row in rows)


def test_mean_betti_curves_are_a_direct_count():
    rng = np.random.default_rng(0)
    clouds = [rng.normal(size=(25, 2)) for _ in range(2)]
    tables = [
        pair_table(layer_diagrams(x, **HOW), seed=seed, layer=1) for seed, x in enumerate(clouds)
    ]
    found = mean_betti_curves(pd.concat(tables), **ENDS).query("metric == 'euclidean'")
    for row in found.iloc[::20].itertuples():
        alive = [
            [((d[:, 0] <= row.scale) & (d[:, 1] > row.scale)).sum() for d in
             layer_diagrams(x, **HOW)["euclidean"]]
            for x in clouds
        ]  # fmt: skip
        assert [row.beta_0_mean, row.beta_1_mean] == np.mean(alive, axis=0).tolist()
        assert row.beta_0_std == pytest.approx(np.std(alive, axis=0, ddof=1)[0])
    assert set(found["n_networks"]) == {2}
    assert curve_scales("hops", 5.5).tolist() == [0, 1, 2, 3, 4, 5]


# Distances ----------------------------------------------------------------------------------------

pairs = st.lists(
    st.tuples(st.integers(0, 8), st.one_of(st.integers(1, 9), st.just(np.inf))), max_size=7
).map(lambda rows: np.array([(b / 2, b / 2 + length) for b, length in rows]).reshape(-1, 2))


@given(pairs, pairs)
def test_distance_is_that_of_persim(one, other):
    capped = [np.minimum(diagram, 20) for diagram in (one, other)]
    found = diagram_distance(one, other, 20)
    assert found == pytest.approx(persim.wasserstein(*capped), abs=1e-9)
    assert found == pytest.approx(diagram_distance(other, one, 20), abs=1e-9)


@given(pairs)
def test_equal_layers_have_no_distance(diagram):
    assert diagram_distance(diagram, diagram[::-1], 20) == pytest.approx(0, abs=1e-9)


def test_one_class_more_is_as_far_as_the_filtration_shows():
    ring = np.array([[1.0, np.inf]])
    assert diagram_distance(ring, ring[:0], 9) == pytest.approx(8 / np.sqrt(2))


# From networks to tables --------------------------------------------------------------------------


def test_the_input_is_the_same_for_every_network_and_not_standardised(batch_folder):
    betti = pd.read_csv(batch_folder / "betti.csv")
    inputs = betti.query("layer == 0")
    assert set(inputs["diameter"].round(5)) == {7.0}
    for _, rows in inputs.groupby("metric"):
        assert rows[["beta_0", "beta_1"]].drop_duplicates().to_numpy().tolist() == [[2, 2]]
    pairs = pd.read_parquet(batch_folder / "relu.parquet").query("layer == 0 and seed == 0")
    tanh = pd.read_parquet(batch_folder / "tanh.parquet").query("layer == 0 and seed == 1")
    columns = ["metric", "dimension", "birth", "death"]
    np.testing.assert_array_equal(pairs[columns].to_numpy(), tanh[columns].to_numpy())


def test_tables_have_every_network_layer_and_metric(batch_folder):
    betti, distances = (
        pd.read_csv(batch_folder / f"{name}.csv") for name in ("betti", "distances")
    )
    assert len(betti) == 2 * 2 * 4 * 3
    assert len(distances) == 2 * 2 * 3 * 3 * 2
    assert {"well_trained", "held_out_error", "counted"} <= set(betti)
    collapsed = betti.query("seed == 1 and layer == 2")
    assert set(collapsed["n_points"]) == {1}
    assert collapsed.query("metric == 'unit_diameter'")["beta_0"].isna().all()
    assert collapsed.query("metric != 'unit_diameter'")["beta_0"].eq(1).all()
    drawn = pd.read_parquet(batch_folder / "diagrams.parquet")
    assert set(drawn["seed"]) == {0}
    assert set(drawn["activation"]) == {"relu", "tanh"}
