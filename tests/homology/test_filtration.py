"""Persistence over scales is exact: against libraries, known spaces and single scales."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from tests import filtrations, library_path, spaces
from topodnn.datasets.generators import linked_rings
from topodnn.homology.betti import betti_numbers
from topodnn.homology.filtration import (
    persistent_betti_numbers,
    ranks,
    scale_barcode,
    scale_barcode_of_graph,
)


def assert_same(found, expected, message=""):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=message)


def barcode(births, n_steps):
    return scale_barcode_of_graph(sparse.coo_array(births), n_steps=n_steps, max_dimension=2)


# Exact: against libraries on the whole filtration -------------------------------------------------

KINDS = {
    filtrations.erdos_renyi: 1000,
    filtrations.sparse_erdos_renyi: 300,
    filtrations.geometric: 1000,
    filtrations.components_that_come_late: 600,
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_growing_graphs_against_ripser_and_gudhi(kind):
    n_bars = 0
    for seed in range(KINDS[kind]):
        rng = np.random.default_rng(seed)
        n_steps = int(rng.integers(2, 7))
        births = kind(rng, n_steps)
        found = barcode(births, n_steps)
        name = f"{kind.__name__}, seed {seed}"
        assert_same(found, filtrations.barcode_by_ripser(births, n_steps, 2), name)
        assert_same(found, filtrations.barcode_by_simplex_tree(births, n_steps, 2), name)
        n_bars += sum(map(len, found[1:]))
    assert n_bars > KINDS[kind] // 4  # not all of them are trivial


@given(st.data())
def test_any_growing_graph(data):
    n, n_steps = data.draw(st.integers(1, 9)), data.draw(st.integers(2, 6))
    steps = st.integers(0, n_steps)
    edges = data.draw(hnp.arrays(np.int64, (n, n), elements=steps))
    vertices = data.draw(hnp.arrays(np.int64, n, elements=steps))
    births = filtrations.filtration(edges, vertices)
    assert_same(barcode(births, n_steps), filtrations.barcode_by_ripser(births, n_steps, 2))


def test_layers_against_ripser(network_layers):
    for seed in range(10):
        for number, layer in enumerate(network_layers):
            rng = np.random.default_rng(seed)
            points = layer[rng.permutation(len(layer))[: rng.integers(50, 250)]]
            ks = np.sort(rng.integers(3, 9, rng.integers(2, 5))).tolist()
            graphs = filtrations.hop_graphs(points, ks, [2] * len(ks))
            births = len(ks) + 1 - sum(graph.astype(int).toarray() for graph in graphs)
            np.fill_diagonal(births, 1)
            found = scale_barcode(points, n_neighbors=ks, max_dimension=2)
            expected = filtrations.barcode_by_ripser(births, len(ks), 2)
            assert_same(found, expected, f"seed {seed}, layer {number}, k {ks}")


def test_whole_layers_against_gudhis_collapse(network_layers):
    for layer in network_layers:
        graphs = filtrations.hop_graphs(layer, [8, 12, 16], [2] * 3)
        found = scale_barcode(layer, n_neighbors=[8, 12, 16], max_dimension=1)
        assert_same(found, filtrations.barcode_by_edge_collapse(graphs, 1))


def test_points_that_fill_many_dimensions():
    """Their complexes hardly collapse, and are left to Ripser as they are."""
    points = np.random.default_rng(0).normal(size=(400, 30))
    for ks, hops in (((5, 8, 12), [2, 2, 2]), ((6, 6, 6), [1, 2, 3])):
        graphs = filtrations.hop_graphs(points, ks, hops)
        found = scale_barcode(points, n_neighbors=ks, scale=hops, max_dimension=1)
        assert_same(found, filtrations.barcode_by_edge_collapse(graphs, 1))


def test_hops_against_gudhis_collapse(network_layers):
    for layer in network_layers[::3]:
        points = layer[::3]
        graphs = filtrations.hop_graphs(points, [7] * 3, [1, 2, 3])
        found = scale_barcode(points, n_neighbors=7, scale=[1, 2.5, 3.5], max_dimension=1)
        assert_same(found, filtrations.barcode_by_edge_collapse(graphs, 1))


# What a filtration is -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n_neighbors", "scale"), [((4, 6, 9), 2.5), (6, (1, 2, 3)), ((4, 6, 6), (1.5, 1.5, 2.0))]
)
def test_the_diagonal_has_the_betti_numbers_of_each_scale(network_layers, n_neighbors, scale):
    ks, scales = np.broadcast_to(n_neighbors, 3), np.broadcast_to(scale, 3)
    for layer in network_layers:
        points = layer[::2]
        found = persistent_betti_numbers(
            points, n_neighbors=n_neighbors, scale=scale, max_dimension=2
        )
        assert found.shape == (3, 3, 3)
        for step, (k, hops) in enumerate(zip(ks, scales, strict=True)):
            expected = betti_numbers(points, n_neighbors=k, scale=hops, max_dimension=2)
            np.testing.assert_array_equal(found[:, step, step], expected)


@given(spaces.grids, st.lists(st.integers(2, 8), min_size=1, max_size=4), st.randoms())
def test_ranks_fall_away_from_the_diagonal(points, ks, random):
    ks = sorted(ks)
    found = persistent_betti_numbers(points, n_neighbors=ks)
    assert (np.tril(found, -1) == 0).all()
    for i in range(len(ks)):
        assert (np.diff(found[:, i, i:]) <= 0).all()  # a class that is gone does not return
        assert (np.diff(found[:, : i + 1, i]) >= 0).all()  # a class that came later is counted
    order = list(range(len(points)))
    random.shuffle(order)
    again = persistent_betti_numbers(points[order], n_neighbors=ks)
    np.testing.assert_array_equal(again, found)


def test_a_step_that_adds_nothing_changes_nothing():
    points, _ = linked_rings(np.random.default_rng(0), points_per_ring=150)
    once = persistent_betti_numbers(points, n_neighbors=(6, 10))
    twice = persistent_betti_numbers(points, n_neighbors=(6, 6, 10, 10))
    np.testing.assert_array_equal(twice[:, ::2, ::2], once)
    np.testing.assert_array_equal(twice[:, 1::2, 1::2], once)


def test_one_step_is_one_scale():
    points = np.random.default_rng(0).normal(size=(400, 3))
    found = persistent_betti_numbers(points, n_neighbors=7, max_dimension=2)
    expected = betti_numbers(points, n_neighbors=7, max_dimension=2)
    np.testing.assert_array_equal(found[:, 0, 0], expected)


@pytest.mark.parametrize("points", [[[1.0, 2.0]], [[1.0], [1.0]], [[0.0], [1.0], [2.0]]])
def test_few_points(points):
    found = persistent_betti_numbers(points, n_neighbors=(2, 3, 50))
    np.testing.assert_array_equal(found, [np.triu(np.ones((3, 3))), np.zeros((3, 3))])


# Known spaces -------------------------------------------------------------------------------------


def test_a_circle_with_a_bridge_that_closes():
    """A path of eight closes in step 2; a bridge cuts the circle in two in step 3; one half is
    filled in step 4."""
    edges = np.full((8, 8), 9)
    for v in range(7):
        edges[v, v + 1] = 0
    edges[0, 7] = 1
    edges[0, 4] = 2
    edges[0, 2], edges[0, 3] = 3, 3
    found = barcode(filtrations.filtration(edges, np.zeros(8, int)), 4)
    assert_same(found, [[[0, 4]], [[1, 4], [2, 3]], np.zeros((0, 2))])
    np.testing.assert_array_equal(np.diagonal(ranks(found, 4)[1]), [0, 1, 2, 1])
    assert ranks(found, 4)[1, 1, 3] == 1


def test_two_spheres_that_merge():
    """Two octahedra, the second of which comes in step 2; they are joined in step 3, and the first
    is filled in step 4."""
    octahedron = spaces.suspension(spaces.cycle(4)).toarray()
    edges = np.full((13, 13), 9)
    edges[:6, :6] = np.where(octahedron, 0, 9)
    edges[6:12, 6:12] = np.where(octahedron, 1, 9)
    edges[0, 6] = 2
    edges[:6, 12] = 3  # a cone over the first
    vertices = np.repeat([0, 1, 3], [6, 6, 1])
    found = barcode(filtrations.filtration(edges, vertices), 4)
    assert_same(found, [[[0, 4], [1, 2]], np.zeros((0, 2)), [[0, 3], [1, 4]]])


def test_noise_dies_and_the_shape_stays():
    """At one k a circle with noise has loops of the scale; over a range of k it has one."""
    rng = np.random.default_rng(0)
    circle = spaces.circle_points(rng.uniform(0, 2 * np.pi, 2000))
    points = circle + rng.normal(scale=0.1, size=circle.shape)
    found = persistent_betti_numbers(points, n_neighbors=(6, 30))
    assert found[1, 0, 0] > 50
    assert found[1, 0, 1] == 1


def test_linked_rings_in_three_dimensions():
    points, labels = linked_rings(np.random.default_rng(1), points_per_ring=300)
    points = points[labels == 0]
    graphs = [library_path.hop_graph(library_path.neighbor_graph(points, k), 2) for k in (8, 14)]
    assert (graphs[0].astype(bool) > graphs[1].astype(bool)).nnz == 0  # nested, as documented
    found = scale_barcode(points, n_neighbors=(8, 14), max_dimension=2)
    assert_same(found, filtrations.barcode_by_edge_collapse(graphs, 2))


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_neighbors": (9, 6)}, r"n_neighbors must not decrease .* but is \[9, 6\]"),
        ({"n_neighbors": (2, 1)}, "whole number of at least 2.*not 1"),
        ({"n_neighbors": ()}, "the same number of steps, not 0"),
        ({"n_neighbors": (2, 3), "scale": (1, 2, 3)}, "the same number of steps, not 2 and 3"),
        ({"n_neighbors": 3, "scale": (2, 1)}, "scale must not decrease"),
        ({"n_neighbors": 3, "scale": (0.5, 1)}, "at least 1 .hops., not 0.5"),
        ({"n_neighbors": 3, "max_dimension": -1}, "max_dimension .* not -1"),
        ({"n_neighbors": (2.5, 3)}, "not 2.5"),
    ],
)
def test_bad_steps(arguments, message):
    for function in (persistent_betti_numbers, scale_barcode):
        with pytest.raises(ValueError, match=message):
            function([[0.0], [1.0]], **arguments)


def test_bad_points():
    with pytest.raises(ValueError, match="point 1 has the value nan"):
        persistent_betti_numbers([[0.0], [np.nan]], n_neighbors=(2, 3))


@pytest.mark.parametrize(
    ("births", "arguments", "message"),
    [
        (np.zeros((2, 3)), {}, r"births must be square.*not \(2, 3\)"),
        ([[1, 2], [3, 1]], {}, "births must be symmetric"),
        ([[1, 2], [0, 1]], {}, "births must be symmetric"),
        ([[1, 1], [1, 2]], {}, r"edge \(0, 1\) comes in step 1, before its vertices.* 1 and 2"),
        ([[1, 1.5], [1.5, 1]], {}, "whole numbers of at least 1, not 1.5"),
        ([[1, -1], [-1, 1]], {}, "whole numbers of at least 1, not -1"),
        ([[1]], {"n_steps": 0}, "n_steps must be a whole number.*not 0"),
    ],
)
def test_bad_births(births, arguments, message):
    with pytest.raises(ValueError, match=message):
        scale_barcode_of_graph(
            sparse.coo_array(births), **{"n_steps": 2, "max_dimension": 1, **arguments}
        )
