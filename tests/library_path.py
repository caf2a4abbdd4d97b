"""Betti numbers by libraries alone: the reference in tests and the peer in benchmarks."""

import numpy as np
from gudhi.flag_filtration.edge_collapse import reduce_graph
from ripser import ripser
from scipy import sparse
from scipy.sparse import csgraph
from sklearn.neighbors import kneighbors_graph


def neighbor_graph(points, n_neighbors):
    """Join every distinct point to its nearest points, itself counted, by scikit-learn."""
    points = np.unique(points, axis=0)
    directed = kneighbors_graph(points, min(n_neighbors, len(points)), include_self=True)
    return ((directed + directed.T) > 0).tocsr()


def hop_graph(graph, n_hops):
    """Join all pairs at most ``n_hops`` hops apart, by sparse products."""
    closed = (graph + sparse.eye_array(graph.shape[0])).astype(np.int32).tocsr()
    reached = closed
    for _ in range(n_hops - 1):
        reached = reached @ closed
        reached.data[:] = 1
    reached.setdiag(0)
    reached.eliminate_zeros()
    return reached


def betti_numbers_by_ripser(graph, max_dimension):
    """Ripser on the whole flag complex of a graph, nothing collapsed."""
    distances = sparse.csr_matrix(graph, dtype=np.float32)
    distances.data[:] = 1
    result = ripser(distances, distance_matrix=True, maxdim=max_dimension, thresh=1.0)
    return np.array([np.isinf(diagram[:, 1]).sum() for diagram in result["dgms"]])


def betti_numbers_by_gudhi(graph, max_dimension, n_collapses=None):
    """GUDHI's edge collapse, until it removes nothing or ``n_collapses`` times, then Ripser."""
    edges = sparse.coo_matrix(sparse.triu(graph, 1), dtype=np.float32)
    edges.data[:] = 1
    n_before, n_done = -1, 0
    while edges.nnz != n_before and n_done != n_collapses:
        n_before = edges.nnz
        edges = sparse.coo_matrix(reduce_graph(edges))
        n_done += 1
    return betti_numbers_by_ripser(edges + edges.T, max_dimension)


def betti_numbers_by_dense_distances(points, n_neighbors, n_hops, max_dimension):
    """All hop distances as a dense matrix, then Ripser: the usual way of published replications."""
    graph = neighbor_graph(points, n_neighbors)
    distances = csgraph.shortest_path(graph, directed=False, unweighted=True)
    result = ripser(distances, distance_matrix=True, maxdim=max_dimension, thresh=n_hops + 0.5)
    return np.array([np.isinf(diagram[:, 1]).sum() for diagram in result["dgms"]])
