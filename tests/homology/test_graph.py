"""The graph of nearest neighbours, with all its ties."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import spaces
from topodnn.homology.graph import neighbor_graph, neighbor_rows, nested_neighbor_rows


@given(spaces.grids, st.integers(2, 12))
def test_ties_go_to_the_first_point(points, n_neighbors):
    found = neighbor_graph(points, n_neighbors)
    expected = spaces.neighbor_graph_by_definition(points, n_neighbors)
    np.testing.assert_array_equal(found.toarray(), expected.toarray())


@pytest.mark.parametrize("n_features", [1, 2, 3, 15, 50])
def test_neighbors_of_larger_clouds(n_features):
    rng = np.random.default_rng(n_features)
    tight = 1e-9 * rng.standard_normal((300, n_features))  # a class that has almost collapsed
    for points in [
        rng.standard_normal((700, n_features)),
        np.concatenate([tight, 1 + tight[:200], rng.random((100, n_features))]),
        np.round(4 * rng.random((900, n_features))),
    ]:
        found = neighbor_graph(points, 20)
        expected = spaces.neighbor_graph_by_definition(points, 20)
        assert (found != expected).nnz == 0


@pytest.mark.parametrize("n_neighbors", [2, 63, 64, 65, 256, 257, 258, 300])
def test_neighbors_around_the_sizes_at_which_the_search_changes(n_neighbors):
    rng = np.random.default_rng(n_neighbors)
    for points in [rng.standard_normal((420, 4)), np.round(6 * rng.random((700, 3)))]:
        found = neighbor_graph(points, n_neighbors)
        expected = spaces.neighbor_graph_by_definition(points, n_neighbors)
        assert (found != expected).nnz == 0


@pytest.mark.parametrize("size", [1e-170, 1e-160, 1e-155, 1e-150, 1e150, 1e160])
def test_neighbors_where_squared_distances_have_no_digits_left(size):
    """They become zero, denormal or infinite: then the first points count as the nearest."""
    points = size * np.random.default_rng(3).standard_normal((200, 3))
    with np.errstate(over="ignore", under="ignore"):
        expected = spaces.neighbor_graph_by_definition(points, 70)
    assert (neighbor_graph(points, 70) != expected).nnz == 0


def test_one_search_gives_the_graph_of_every_k():
    points = np.random.default_rng(0).normal(size=(60, 3))
    ks = [2, 5, 5, 17, 60, 80]
    for k, nested in zip(ks, nested_neighbor_rows(points, ks), strict=True):
        alone = neighbor_rows(points, k)
        assert nested[0].tolist() == alone[0].tolist()
        for start, stop in pairwise(alone[0]):
            assert sorted(nested[1][start:stop]) == sorted(alone[1][start:stop])
