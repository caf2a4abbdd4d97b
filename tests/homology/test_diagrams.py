"""Persistence diagrams and Betti curves: against GUDHI and direct counts."""

import gudhi
import numpy as np
import pytest

from tests import spaces
from topodnn.homology.betti import betti_numbers, betti_numbers_of_graph
from topodnn.homology.diagrams import betti_curve, persistence_diagrams


def lasting(diagram):
    """The pairs that last, sorted; Ripser leaves out the others too, up to single precision."""
    diagram = np.asarray(diagram, dtype=float).reshape(-1, 2)
    diagram = diagram[diagram[:, 1] - diagram[:, 0] > 1e-5]
    return diagram[np.lexsort(diagram.T)]


def diagrams_by_gudhi(rips, max_dimension):
    tree = rips.create_simplex_tree(max_dimension=max_dimension + 1)
    tree.compute_persistence(homology_coeff_field=2, persistence_dim_max=False)
    return [tree.persistence_intervals_in_dimension(d) for d in range(max_dimension + 1)]


def hop_distances_by_definition(graph):
    joined = graph.toarray() | np.eye(graph.shape[0], dtype=bool)
    distances = np.full(joined.shape, np.inf)
    reached = np.eye(len(joined), dtype=bool)
    for hops in range(len(joined)):
        distances[reached & np.isinf(distances)] = hops
        reached = reached @ joined
    return distances


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("max_scale", [np.inf, 1.2])
def test_euclidean_diagrams_against_gudhi(seed, max_scale):
    points = np.random.default_rng(seed).standard_normal((40, 3))
    points = np.concatenate([points, points[:5]])
    rips = gudhi.RipsComplex(points=np.unique(points, axis=0), max_edge_length=max_scale)
    found = persistence_diagrams(points, metric="euclidean", max_dimension=2, max_scale=max_scale)
    for diagram, expected in zip(found, diagrams_by_gudhi(rips, 2), strict=True):
        np.testing.assert_allclose(lasting(diagram), lasting(expected), atol=1e-5)


def test_euclidean_diagrams_of_a_small_circle_far_away():
    circle = spaces.circle_points(np.arange(60) * np.pi / 30)
    (_, ((birth, death),)) = persistence_diagrams(circle, metric="euclidean")
    for radius, offset in ((1e-8, 1), (1e-3, 1e4), (1e-5, 100)):
        small = radius * circle + offset
        (components, rings) = persistence_diagrams(small, metric="euclidean")
        assert len(components) == 60
        assert rings == pytest.approx(radius * np.array([[birth, death]]), rel=1e-3)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("max_scale", [np.inf, 3, 2.5])
def test_hop_diagrams_against_gudhi(seed, max_scale):
    rng = np.random.default_rng(seed)
    points = np.concatenate([rng.standard_normal((40, 2)), 9 + rng.standard_normal((9, 2))])
    graph = spaces.neighbor_graph_by_definition(points, 4)
    distances = hop_distances_by_definition(graph)
    longest = min(max_scale, distances[np.isfinite(distances)].max())
    rips = gudhi.RipsComplex(distance_matrix=distances, max_edge_length=longest)
    found = persistence_diagrams(points, n_neighbors=4, max_dimension=1, max_scale=max_scale)
    for diagram, expected in zip(found, diagrams_by_gudhi(rips, 1), strict=True):
        np.testing.assert_array_equal(lasting(diagram), lasting(expected))
    assert np.isinf(found[0][:, 1]).sum() >= 2  # the far group is a component for ever


def test_betti_curve_is_the_betti_numbers_of_each_complex():
    points = np.random.default_rng(0).standard_normal((60, 3))
    diagrams = persistence_diagrams(points, n_neighbors=5, max_dimension=2)
    curve = betti_curve(diagrams, [1, 1.5, 2, 3, 4])
    for column, scale in enumerate([1, 1.5, 2, 3, 4]):
        found = betti_numbers(points, n_neighbors=5, scale=scale, max_dimension=2)
        np.testing.assert_array_equal(curve[:, column], found)
    diagrams = persistence_diagrams(points, metric="euclidean", max_dimension=2)
    scales = np.linspace(0.05, 3, 25)
    curve = betti_curve(diagrams, scales)
    for column, scale in enumerate(scales):
        graph = spaces.geometric_graph(points, scale)
        found = betti_numbers_of_graph(graph, max_dimension=2)
        np.testing.assert_array_equal(curve[:, column], found)


def test_betti_curve_counts_from_birth_to_before_death():
    diagrams = [[[0, 1], [0, np.inf]], [[1, 3], [2, 3]], np.empty((0, 2))]
    curve = betti_curve(diagrams, [-1, 0, 1, 2, 2.5, 3])
    np.testing.assert_array_equal(
        curve, [[0, 2, 1, 1, 1, 1], [0, 0, 1, 2, 2, 0], [0, 0, 0, 0, 0, 0]]
    )
    assert curve.dtype == np.int64


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metric": "cosine"}, "metric must be 'hops' or 'euclidean', not 'cosine'"),
        ({}, "n_neighbors must be given for the metric 'hops'.*not None for 'hops'"),
        ({"metric": "euclidean", "n_neighbors": 3}, "left out for 'euclidean', not 3"),
        ({"n_neighbors": 3, "max_scale": 0}, "max_scale must be a positive number, not 0"),
        ({"n_neighbors": 3, "max_dimension": -2}, "not -2"),
    ],
)
def test_bad_diagrams(arguments, message):
    with pytest.raises(ValueError, match=message):
        persistence_diagrams(np.eye(3), **arguments)


def test_bad_curve():
    with pytest.raises(ValueError, match=r"diagram 1 must be of shape \(n_pairs, 2\), not \(3,\)"):
        betti_curve([np.zeros((2, 2)), np.zeros(3)], [1])
    with pytest.raises(ValueError, match=r"scales must have one axis, not the shape \(\)"):
        betti_curve([np.zeros((2, 2))], 1)
