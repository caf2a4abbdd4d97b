"""The collapse keeps the homotopy type, and leaves nothing that could be removed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.library_path import betti_numbers_by_ripser, hop_graph, neighbor_graph
from tests.spaces import (
    complete,
    cycle,
    disjoint_union,
    geometric_graph,
    graph_of_edges,
    random_graph,
    star,
    suspension,
)
from topodnn.homology.collapse import collapse


def collapsed(graph, n_hops=1, to_the_end=True):
    graph = graph.tocsr()
    n_vertices, edges = collapse(
        graph.indptr.astype(np.int64), graph.indices.astype(np.int32), n_hops, to_the_end
    )
    return graph_of_edges(n_vertices, edges)


def removable(graph):
    """List the dominated vertices and edges of a graph, straight from the definition."""
    closed = graph.toarray() != 0
    np.fill_diagonal(closed, True)
    n = len(closed)
    outside = ~closed

    def dominated(common, others):
        return any(not (common & outside[w]).any() for w in others)

    vertices = [v for v in range(n) if dominated(closed[v], set(range(n)) - {v})]
    edges = [
        (u, v)
        for u in range(n)
        for v in range(u)
        if closed[u, v] and dominated(closed[u] & closed[v], set(range(n)) - {u, v})
    ]
    return vertices + edges


def random_geometric(seed, n_vertices=None):
    rng = np.random.default_rng(seed)
    n_features = rng.integers(1, 6)
    n_vertices = n_vertices or rng.integers(2, 40)
    return geometric_graph(rng.random((n_vertices, n_features)), rng.uniform(0, 0.7))


def test_small_graphs_by_hand():
    for graph, n_vertices, n_edges in [
        (graph_of_edges(1, []), 1, 0),
        (graph_of_edges(7, []), 7, 0),
        (complete(9), 1, 0),
        (star(80), 1, 0),
        (cycle(3), 1, 0),
        (cycle(4), 4, 4),
        (cycle(130), 130, 130),
        (suspension(cycle(5)), 7, 15),
        (suspension(complete(5)), 1, 0),
        (disjoint_union([complete(3), cycle(4), star(2)]), 6, 4),
    ]:
        core = collapsed(graph)
        assert (core.shape[0], core.nnz // 2) == (n_vertices, n_edges)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_removable_is_left(seed):
    rng = np.random.default_rng(seed)
    graphs = [random_graph(rng.integers(2, 25), rng.random(), rng), random_geometric(seed)]
    for graph in graphs:
        assert removable(collapsed(graph)) == []


def test_nothing_removable_is_left_of_larger_graphs():
    rng = np.random.default_rng(0)
    sizes = []
    for graph in [
        random_graph(150, 0.1, rng),
        random_graph(90, 0.5, rng),
        random_geometric(3, 200),
    ]:
        core = collapsed(graph)
        sizes.append(core.shape[0])
        assert removable(core) == []
    assert max(sizes) > 64  # otherwise no row had more than one word


@pytest.mark.parametrize("n_hops", [1, 2, 3, 4])
def test_hops(n_hops):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        for graph in [random_graph(40, rng.uniform(0, 0.1), rng), cycle(5 + 7 * seed)]:
            expected = betti_numbers_by_ripser(hop_graph(graph, n_hops), 2)
            core = collapsed(graph, n_hops)
            np.testing.assert_array_equal(betti_numbers_by_ripser(core, 2), expected)


def test_more_hops_than_there_can_be():
    core = collapsed(disjoint_union([cycle(50), cycle(9)]), n_hops=10**9)
    assert (core.shape[0], core.nnz) == (2, 0)


@pytest.mark.parametrize("n_features", [2, 3, 10, 30])
def test_the_collapse_gives_up_where_it_removes_hardly_anything(n_features):
    """In many dimensions only, and what is left has the same homology."""
    points = np.random.default_rng(n_features).normal(size=(400, n_features))
    graph = hop_graph(neighbor_graph(points, 10), 2)
    whole, some = collapsed(graph), collapsed(graph, to_the_end=False)
    if n_features < 10:
        assert (whole != some).nnz == 0
    else:
        assert some.nnz > whole.nnz > 0.5 * graph.nnz
    expected = betti_numbers_by_ripser(graph, 1)
    np.testing.assert_array_equal(betti_numbers_by_ripser(some, 1), expected)


@given(st.data())
def test_homology_is_kept(data):
    n = data.draw(st.integers(1, 12))
    pairs = [(i, j) for i in range(n) for j in range(i)]
    edges = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    graph = graph_of_edges(n, edges)
    expected = betti_numbers_by_ripser(graph, 2)
    core = collapsed(graph)
    np.testing.assert_array_equal(betti_numbers_by_ripser(core, 2), expected)
    assert core.shape[0] <= n
    assert core.nnz <= graph.nnz
