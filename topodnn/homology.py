"""Betti numbers of a point cloud: neighbours, graph, flag complex, homology over Z/2."""

import numpy as np
import scipy.sparse as sp
from gudhi.flag_filtration.edge_collapse import reduce_graph
from ripser import ripser
from sklearn.neighbors import NearestNeighbors


def neighbor_graph(points: np.ndarray, n_neighbors: int) -> sp.csr_matrix:
    k = min(n_neighbors, len(points))
    index = NearestNeighbors(n_neighbors=k, algorithm="kd_tree").fit(points)
    graph = index.kneighbors_graph(mode="connectivity")
    return ((graph + graph.T) > 0).astype(np.int8)


def hop_graph(graph: sp.csr_matrix, scale: float) -> sp.coo_matrix:
    reached = graph
    for _ in range(int(scale) - 1):
        reached = ((reached @ graph) > 0).astype(np.int8)
    upper = sp.triu(reached, k=1).tocoo()
    return upper


def betti_numbers(points, *, n_neighbors, scale=2.5, max_dimension=1):
    points = np.unique(np.asarray(points, dtype=np.float64), axis=0)
    edges = hop_graph(neighbor_graph(points, n_neighbors), scale)
    n = len(points)
    edges = sp.coo_matrix((np.ones(edges.nnz), (edges.row, edges.col)), shape=(n, n))
    while True:
        reduced = reduce_graph(edges)
        if reduced.nnz >= edges.nnz:
            break
        edges = reduced
    diagrams = ripser(sp.coo_matrix(edges), distance_matrix=True, maxdim=max_dimension, thresh=1.5)[
        "dgms"
    ]
    return np.array([np.isinf(d[:, 1]).sum() for d in diagrams], dtype=np.int64)
