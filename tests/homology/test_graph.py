"""The graph of nearest neighbours, with all its ties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import spaces
from topodnn.homology.graph import neighbor_graph


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
