"""The Betti numbers of a class at a layer: which of them a layer can have."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import spaces
from topodnn.homology.filtration import persistent_betti_numbers
from topodnn.homology.layers import (
    betti_numbers_over_k,
    every_qth,
    layer_betti_numbers,
    random_sample,
    sampled_points,
)

SETTINGS = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 2}


def circle(width: int) -> np.ndarray:
    points = spaces.circle_points(np.linspace(0, 2 * np.pi, 60, endpoint=False))
    return np.pad(points, ((0, 0), (0, width - 2)))


@pytest.mark.parametrize("width", [2, 3, 15])
def test_a_layer_has_no_holes_of_its_width_or_more(width):
    found = layer_betti_numbers(circle(width), **SETTINGS)
    assert (found["beta_0"], found["beta_1"], found["raw_beta_1"]) == (1, 1, 1)
    assert found["raw_beta_2"] == 0
    assert pd.isna(found["beta_2"]) == (width <= 2)


def test_what_the_complex_has_and_the_plane_cannot_is_kept_apart():
    """Three nearest neighbours of points on a grid whose flag complex has a sphere."""
    points = np.random.default_rng(3).normal(size=(300, 2))
    found = layer_betti_numbers(points, n_neighbors=6, scale=2.5, max_dimension=2)
    assert found["raw_beta_2"] > 0  # an artefact of the scale
    assert pd.isna(found["beta_2"])


def test_a_range_of_k_counts_what_is_alive_at_both_ends():
    points = np.random.default_rng(3).normal(size=(300, 2))
    found = layer_betti_numbers(points, **SETTINGS, k_low=6, k_high=20)
    alone = layer_betti_numbers(points, **SETTINGS)
    assert {name: found[name] for name in alone} == alone
    ranks = persistent_betti_numbers(points, n_neighbors=(6, 20), max_dimension=2)
    assert found["persistent_beta_0"] == ranks[0, 0, 1]
    assert found["persistent_beta_1"] == found["raw_persistent_beta_1"] == ranks[1, 0, 1]
    assert pd.isna(found["persistent_beta_2"])
    assert found["raw_persistent_beta_2"] == ranks[2, 0, 1]


def test_a_range_of_one_k_is_one_scale():
    points = np.random.default_rng(3).normal(size=(300, 3))
    found = layer_betti_numbers(points, **SETTINGS, k_low=9, k_high=9)
    for k in range(3):
        assert found[f"persistent_beta_{k}"] == found[f"beta_{k}"]


def test_points_that_are_missing_or_not_finite():
    ends = {"k_low": 6, "k_high": 20}
    nothing = layer_betti_numbers(np.zeros((0, 3)), **SETTINGS, **ends)
    assert set(nothing.values()) == {0}
    wrong = layer_betti_numbers(np.full((5, 3), np.nan), **SETTINGS, **ends)
    assert wrong.keys() == nothing.keys()
    assert all(pd.isna(number) for number in wrong.values())


def test_on_a_line_there_are_components_only():
    found = layer_betti_numbers(np.arange(30.0)[:, None], **SETTINGS)
    assert found["beta_0"] == 1
    assert pd.isna(found["beta_1"])
    assert found["raw_beta_1"] == 0


def test_no_point_has_no_homology_and_divergence_none_that_is_known():
    empty = layer_betti_numbers(circle(3)[:0], **SETTINGS)
    assert [empty[f"beta_{k}"] for k in range(3)] == [0, 0, 0]
    diverged = layer_betti_numbers(circle(3) * np.nan, **SETTINGS)
    assert all(pd.isna(number) for number in diverged.values())
    assert diverged.keys() == empty.keys()


@pytest.mark.parametrize("stride", [1, 4, 7])
def test_the_sample_of_each_class_is_the_one_on_which_the_scale_is_chosen(stride):
    labels = np.random.default_rng(0).integers(3, size=500)
    points = np.arange(500)
    sampled = every_qth(labels, stride)
    for label in range(3):
        of_class = points[labels == label][::stride]  # as in topodnn.homology.scale.scale_table
        np.testing.assert_array_equal(points[sampled & (labels == label)], of_class)


def test_at_several_k_each_number_is_that_of_its_own_complex():
    points = np.random.default_rng(3).normal(size=(300, 2))
    steps = {"middle": 9, "next": 10, "step 0": 6, "step 1": 20}
    found = betti_numbers_over_k(
        points, steps=steps, k_low=6, k_high=20, scale=2.5, max_dimension=2
    )
    assert list(found) == [*steps, "persistent"]
    for name, k in steps.items():
        alone = layer_betti_numbers(points, n_neighbors=k, scale=2.5, max_dimension=2)
        assert found[name] == alone
    both = layer_betti_numbers(points, **SETTINGS, k_low=6, k_high=20)
    for dimension in range(2):
        assert found["persistent"][f"beta_{dimension}"] == both[f"persistent_beta_{dimension}"]
    assert all(pd.isna(numbers["beta_2"]) for numbers in found.values())  # in the plane


@given(
    st.lists(st.integers(0, 2), min_size=9, max_size=60).filter(lambda x: set(x) == {0, 1, 2}),
    st.integers(1, 5),
    st.integers(0, 9),
)
def test_a_random_sample_has_the_size_of_every_qth_point(labels, stride, seed):
    labels = np.array(labels)
    mask = random_sample(labels, stride, seed)
    wanted = every_qth(labels, max(stride, 2))
    assert np.bincount(labels[mask]).tolist() == np.bincount(labels[wanted]).tolist()
    assert (mask == random_sample(labels, stride, seed)).all()
    assert (sampled_points(labels, stride, seed) == mask).all()
    assert (sampled_points(labels, stride) == every_qth(labels, stride)).all()


def test_samples_of_other_seeds_are_other_points():
    labels = np.repeat([0, 1], 100)
    assert (random_sample(labels, 4, 0) != random_sample(labels, 4, 1)).any()
