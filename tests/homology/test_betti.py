"""Betti numbers are those of the definition: against libraries, known spaces and direct counts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from tests import library_path, spaces
from topodnn.datasets.generators import GENERATORS, entangled_tori, linked_rings
from topodnn.errors import InputError
from topodnn.homology import betti
from topodnn.homology.betti import betti_numbers, betti_numbers_of_graph
from topodnn.homology.filtration import scale_barcode
from topodnn.homology.graph import neighbor_graph

# Exact: against Ripser without any collapse -------------------------------------------------------


def erdos_renyi(rng):
    return spaces.random_graph(rng.integers(1, 26), rng.random(), rng)


def sparse_erdos_renyi(rng):
    n = rng.integers(66, 150)
    return spaces.random_graph(n, rng.uniform(0, 14) / n, rng)


def geometric(rng):
    points = rng.random((rng.integers(2, 40), rng.integers(1, 6)))
    return spaces.geometric_graph(points, rng.uniform(0, 0.8))


def large_geometric(rng):
    n, n_features = rng.integers(100, 300), rng.integers(1, 6)
    points = rng.random((n, n_features))
    gaps = np.sort(((points[:20, None] - points) ** 2).sum(axis=2), axis=1)
    return spaces.geometric_graph(points, math.sqrt(gaps[:, rng.integers(2, 14)].mean()))


def several_components(rng):
    return spaces.disjoint_union([geometric(rng) for _ in range(rng.integers(2, 6))])


def complete_or_empty(rng):
    n = int(rng.integers(1, 25))
    parts = [spaces.complete(n), spaces.graph_of_edges(n, [])]
    return spaces.disjoint_union(parts[: rng.integers(1, 3)][:: rng.choice([-1, 1])])


def stars_and_cycles(rng):
    parts = [spaces.star(int(rng.integers(0, 80))), spaces.cycle(int(rng.integers(3, 150)))]
    return spaces.disjoint_union(parts)


def random_suspension(rng):
    return spaces.suspension(spaces.random_graph(rng.integers(1, 14), rng.random(), rng))


def shuffled(graph, rng):
    order = rng.permutation(graph.shape[0])
    return graph.tocsr()[order][:, order]


KINDS = {
    erdos_renyi: 600,
    sparse_erdos_renyi: 100,
    geometric: 600,
    large_geometric: 100,
    several_components: 150,
    complete_or_empty: 50,
    stars_and_cycles: 100,
    random_suspension: 150,
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_graphs_against_ripser(kind):
    for seed in range(KINDS[kind]):
        rng = np.random.default_rng(seed)
        graph = shuffled(kind(rng), rng)
        expected = library_path.betti_numbers_by_ripser(graph, 2)
        found = betti_numbers_of_graph(graph, max_dimension=2)
        np.testing.assert_array_equal(found, expected, err_msg=f"{kind.__name__}, seed {seed}")


def test_clouds_against_ripser():
    for seed in range(150):
        rng = np.random.default_rng(seed)
        points = rng.standard_normal((rng.integers(2, 120), rng.integers(1, 8)))
        points = points[rng.integers(0, len(points), 2 * len(points))]  # with duplicates
        k, n_hops = int(rng.integers(2, 9)), int(rng.integers(1, 4))
        graph = library_path.hop_graph(library_path.neighbor_graph(points, k), n_hops)
        expected = library_path.betti_numbers_by_ripser(graph, 2)
        found = betti_numbers(points, n_neighbors=k, scale=n_hops + 0.5, max_dimension=2)
        np.testing.assert_array_equal(found, expected, err_msg=f"seed {seed}")


def test_layers_against_ripser(network_layers):
    for seed in range(10):
        for number, layer in enumerate(network_layers):
            rng = np.random.default_rng(seed)
            points = layer[rng.permutation(len(layer))[: rng.integers(50, 300)]]
            k = int(rng.integers(4, 9))
            graph = library_path.hop_graph(library_path.neighbor_graph(points, k), 2)
            expected = library_path.betti_numbers_by_ripser(graph, 2)
            found = betti_numbers(points, n_neighbors=k, max_dimension=2)
            np.testing.assert_array_equal(found, expected, err_msg=f"{seed}, layer {number}")


def test_whole_layers_against_libraries(network_layers):
    for layer in network_layers:
        graph = library_path.hop_graph(library_path.neighbor_graph(layer, 16), 2)
        np.testing.assert_array_equal(
            betti_numbers(layer, n_neighbors=16), library_path.betti_numbers_by_gudhi(graph, 1)
        )


# Clouds that the definition decides ---------------------------------------------------------------


@given(spaces.grids, st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_order_of_points_does_not_matter(points, n_neighbors, seed):
    permuted = np.random.default_rng(seed).permutation(points)
    np.testing.assert_array_equal(
        betti_numbers(points, n_neighbors=n_neighbors, max_dimension=2),
        betti_numbers(permuted, n_neighbors=n_neighbors, max_dimension=2),
    )


def test_fewer_points_than_neighbors():
    points = np.arange(6.0).reshape(3, 2)
    assert neighbor_graph(points, 35).nnz == 6
    np.testing.assert_array_equal(betti_numbers(points, n_neighbors=35), [1, 0])
    np.testing.assert_array_equal(betti_numbers(points[:1], n_neighbors=2), [1, 0])
    np.testing.assert_array_equal(betti_numbers(np.ones((9, 4)), n_neighbors=3), [1, 0])


def test_point_itself_is_counted():
    points = np.array([[0.0], [1.0], [3.0], [4.0]])
    np.testing.assert_array_equal(betti_numbers(points, n_neighbors=2), [2, 0])
    np.testing.assert_array_equal(betti_numbers(points, n_neighbors=3), [1, 0])


def test_scale_counts_hops():
    points = np.stack(
        [np.cos(np.arange(12) * np.pi / 6), np.sin(np.arange(12) * np.pi / 6)], axis=1
    )
    for scale, expected in [(1, [1, 1]), (2.5, [1, 1]), (3.9, [1, 1]), (4, [1, 0]), (6, [1, 0])]:
        hops = betti_numbers_of_graph(spaces.cycle(12), max_dimension=1, n_hops=int(scale))
        np.testing.assert_array_equal(hops, expected)
    # Each point and its two neighbours on the circle, all at one distance but for rounding.
    rotated = np.concatenate([points, 1.0001 * points])
    np.testing.assert_array_equal(betti_numbers(rotated, n_neighbors=6, scale=1), [1, 1])


def test_a_scale_beyond_all_hops_fills_each_component():
    points = np.concatenate([np.arange(9.0), 100 + np.arange(5.0)])[:, None]
    for scale in (50, 1e300):
        np.testing.assert_array_equal(betti_numbers(points, n_neighbors=3, scale=scale), [2, 0])


def test_two_linked_circles():
    s = np.arange(300) * np.pi / 150
    flat = np.c_[spaces.circle_points(s), np.zeros(300)]
    upright = np.c_[1 + np.cos(s), np.zeros(300), np.sin(s)]
    found = betti_numbers(np.concatenate([flat, upright]), n_neighbors=9, max_dimension=2)
    np.testing.assert_array_equal(found, [2, 2, 0])


def test_a_hub_needs_no_memory_of_its_square():
    np.testing.assert_array_equal(
        betti_numbers_of_graph(spaces.star(500_000), max_dimension=1), [1, 0]
    )


def test_invariance_of_a_cloud():
    rng = np.random.default_rng(1)
    points = linked_rings(rng, points_per_ring=50)[0].astype(np.float32)
    expected = betti_numbers(points, n_neighbors=8)
    for same in [
        points.astype(np.float64),
        np.asfortranarray(points),
        points[::-1],
        4 * points,
        -points[:, [2, 0, 1]],
        np.concatenate([points, points]),
        points.tolist(),
    ]:
        np.testing.assert_array_equal(betti_numbers(same, n_neighbors=8), expected)


# Known spaces -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (spaces.cycle(70), [1, 1, 0]),
        (spaces.suspension(spaces.cycle(70)), [1, 0, 1]),
        (spaces.suspension(spaces.suspension(spaces.cycle(4))), [1, 0, 0, 1]),
        (spaces.barycentric_subdivision(spaces.square_with_glued_sides(4, False)), [1, 2, 1]),
        (spaces.barycentric_subdivision(spaces.square_with_glued_sides(4, True)), [1, 2, 1]),
        (spaces.barycentric_subdivision(spaces.PROJECTIVE_PLANE), [1, 1, 1]),
        (
            spaces.graph_of_edges(  # three circles that share vertex 0
                16, [(a, b) for s in (1, 6, 11) for a, b in [(0, s), (s, s + 1), (s + 1, s + 2),
                     (s + 2, s + 3), (s + 3, s + 4), (s + 4, 0)]]
            ),
            [1, 3, 0],
        ),
    ],
    ids=["circle", "sphere", "3-sphere", "torus", "Klein bottle", "projective plane", "wedge"],
)  # fmt: skip
def test_known_complexes(graph, expected):
    found = betti_numbers_of_graph(graph, max_dimension=len(expected) - 1)
    np.testing.assert_array_equal(found, expected)


def test_known_clouds():
    s, t = spaces.even_pairs(4000)
    circle, sphere = spaces.circle_points(s[::10]), spaces.even_sphere(3000)
    for points, expected in [
        (circle, [1, 1, 0]),
        (np.concatenate([circle + shift for shift in ((1, 0), (-1, 0))]), [1, 2, 0]),
        (sphere, [1, 0, 1]),
        (spaces.torus_points(s, t), [1, 2, 1]),
        (spaces.klein_bottle_points(s, t), [1, 2, 1]),
        (spaces.projective_plane_points(sphere), [1, 1, 1]),
    ]:
        found = betti_numbers(points, n_neighbors=14, max_dimension=2)
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("name", "n_neighbors", "every"),
    [
        ("entangled_tori", 25, 1),
        ("entangled_tori", 16, 2),
        ("discs_in_square", 14, 1),
        ("five_discs", 14, 1),
        ("linked_rings", 35, 4),
        ("nested_spheres", 25, 4),
        ("nested_spheres", 45, 1),
        ("linked_rings", 35, 1),
    ],
)
def test_both_classes_of_the_data_sets_have_their_true_betti_numbers(name, n_neighbors, every):
    points, labels = GENERATORS[name].draw(np.random.default_rng(0))
    for label, expected in enumerate(GENERATORS[name].true_betti):
        sample = points[labels == label][::every].astype(np.float32)
        found = betti_numbers(sample, n_neighbors=n_neighbors, max_dimension=2)
        np.testing.assert_array_equal(found, expected)


def test_a_scale_that_does_not_fit_shows_other_betti_numbers():
    points, labels = entangled_tori(np.random.default_rng(0))
    found = betti_numbers(points[labels == 0][::4], n_neighbors=14, max_dimension=2)
    assert found[1] == 8  # the tubes are filled: what is left are rings


# What goes in and what comes out ------------------------------------------------------------------


def test_result_is_an_integer_array():
    for max_dimension in range(4):
        found = betti_numbers(np.eye(3), n_neighbors=2, max_dimension=max_dimension)
        assert found.dtype == np.int64
        assert found.tolist() == [1, 0, 0, 0][: max_dimension + 1]


def test_graph_may_be_one_sided_and_have_loops_and_stored_zeros():
    one_sided = sparse.coo_array(([1, 5, -2, 0, 3], ([0, 1, 2, 2, 3], [1, 2, 3, 0, 3])), (5, 5))
    np.testing.assert_array_equal(betti_numbers_of_graph(one_sided, max_dimension=1), [2, 0])
    square = sparse.csc_matrix(([1, 1, 1, 2.5], ([0, 1, 2, 3], [1, 2, 3, 0])), (4, 4))
    np.testing.assert_array_equal(betti_numbers_of_graph(square, max_dimension=1), [1, 1])


POINTS = np.eye(3)


@pytest.mark.parametrize(
    ("points", "arguments", "message"),
    [
        (np.zeros(3), {}, r"points must be of shape \(n_points, n_features\), not of shape \(3,\)"),
        (np.zeros((2, 2, 2)), {}, r"not of shape \(2, 2, 2\)"),
        (np.array([["a", "b"]]), {}, "points must be real numbers, not of type <U1"),
        (np.array([[1j, 2]]), {}, "not of type complex128"),
        (np.zeros((0, 3)), {}, r"at least one point and one feature, not shape \(0, 3\)"),
        (np.zeros((3, 0)), {}, r"at least one point and one feature, not shape \(3, 0\)"),
        ([[0, 1], [2, np.nan]], {}, "point 1 has the value nan in feature 1"),
        ([[-np.inf, 1], [2, 3]], {}, "point 0 has the value -inf in feature 0"),
        (POINTS, {"n_neighbors": 1}, "n_neighbors must be a whole number of at least 2.*not 1"),
        (POINTS, {"n_neighbors": 3.5}, "not 3.5"),
        (POINTS, {"scale": 0.5}, r"scale must be a finite number of at least 1 \(hops\), not 0.5"),
        (POINTS, {"scale": np.nan}, "not nan"),
        (POINTS, {"scale": np.inf}, "not inf"),
        (POINTS, {"max_dimension": -1}, "max_dimension must be a whole number.*not -1"),
    ],
)
def test_bad_input(points, arguments, message):
    with pytest.raises(ValueError, match=message):
        betti_numbers(points, **{"n_neighbors": 2, **arguments})


@pytest.mark.parametrize(("max_dimension", "what"), [(1, "edges"), (2, "triangles")])
def test_a_complex_that_would_take_hours_is_refused(max_dimension, what, monkeypatch):
    points = np.random.default_rng(0).normal(size=(300, 20))
    arguments = {"n_neighbors": 8, "max_dimension": max_dimension}
    found = betti_numbers(points, **arguments)
    most = {"edges": 3000, "triangles": 20_000}[what]
    monkeypatch.setattr(betti, "MOST_SIMPLICES", most)
    for compute in (betti_numbers, scale_barcode):
        with pytest.raises(InputError, match=f"more than {most} {what} after its collapse, too m"):
            compute(points, **arguments)
    monkeypatch.setattr(betti, "MOST_SIMPLICES", 10**9)
    np.testing.assert_array_equal(betti_numbers(points, **arguments), found)


def test_triangles_are_counted():
    rng = np.random.default_rng(0)
    for n, share in ((1, 0.5), (12, 0.6), (90, 0.2), (70, 1.0)):
        graph = spaces.random_graph(n, share, rng).toarray().astype(np.int64)
        edges = np.argwhere(np.triu(graph)).astype(np.int32)
        edges = np.where(rng.random((len(edges), 1)) < 0.5, edges, edges[:, ::-1])
        expected = np.trace(np.linalg.matrix_power(graph, 3)) // 6
        assert betti.count_triangles(n, rng.permutation(edges), 10**9) == expected
        assert betti.count_triangles(n, edges, expected // 2) > expected // 2 or expected == 0


@pytest.mark.parametrize(
    ("graph", "arguments", "message"),
    [
        (np.eye(2), {}, "adjacency must be a SciPy sparse matrix, not ndarray"),
        (sparse.csr_array((2, 3)), {}, r"adjacency must be square.*not of shape \(2, 3\)"),
        (sparse.csr_array((0, 0)), {}, r"not of shape \(0, 0\)"),
        (sparse.csr_array((2, 2)), {"n_hops": 0}, "n_hops must be a whole number.*not 0"),
        (sparse.csr_array((2, 2)), {"max_dimension": 1.5}, "not 1.5"),
    ],
)
def test_bad_graph(graph, arguments, message):
    with pytest.raises(ValueError, match=message):
        betti_numbers_of_graph(graph, **{"max_dimension": 1, **arguments})
