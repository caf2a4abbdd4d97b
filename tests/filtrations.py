"""Growing graphs for the tests, and libraries that compute their barcode.

A filtration is the dense matrix of births: entry (i, j) is the step of edge ij, counted from 1, and
entry (i, i) that of vertex i. What comes after the last step never comes.
"""

import gudhi
import numpy as np
from gudhi.flag_filtration.edge_collapse import reduce_graph
from ripser import ripser
from scipy import sparse

from tests import library_path


def filtration(edges, vertices):
    """Births of edges, counted from 0, of which the upper triangle counts, and of vertices."""
    births = np.triu(edges, 1)
    births = np.maximum(births + births.T, np.maximum.outer(vertices, vertices))
    np.fill_diagonal(births, vertices)
    return births + 1


def vertices_of(rng, n_vertices, n_steps):
    """Births of vertices: all at once, or some later and some never."""
    if rng.random() < 0.5:
        return np.zeros(n_vertices, int)
    return rng.integers(0, n_steps + 1, n_vertices) * (rng.random(n_vertices) < 0.5)


def erdos_renyi(rng, n_steps):
    n = int(rng.integers(1, 19))
    edges = (rng.random((n, n)) * n_steps / rng.random()).astype(int)
    return filtration(edges, vertices_of(rng, n, n_steps))


def sparse_erdos_renyi(rng, n_steps):
    n = int(rng.integers(66, 110))
    edges = (rng.random((n, n)) * n_steps * n / rng.uniform(0, 10)).astype(int)
    return filtration(edges, vertices_of(rng, n, n_steps))


def geometric(rng, n_steps):
    """Some radii are equal: steps that add nothing."""
    points = rng.random((int(rng.integers(2, 30)), int(rng.integers(1, 6))))
    gaps = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    radii = np.sort(rng.uniform(0, 0.8, n_steps))
    radii[1:] = np.where(rng.random(n_steps - 1) < 0.2, radii[:-1], radii[1:])
    edges = np.searchsorted(np.maximum.accumulate(radii), gaps)
    return filtration(edges, vertices_of(rng, len(points), n_steps))


def components_that_come_late(rng, n_steps):
    parts = [geometric(rng, n_steps) for _ in range(int(rng.integers(2, 4)))]
    births = np.full((sum(map(len, parts)),) * 2, n_steps + 1)
    first = 0
    for part in parts:
        here = slice(first, first + len(part))
        births[here, here] = np.minimum(part + rng.integers(0, n_steps), n_steps + 1)
        first += len(part)
    return births


def barcode_by_ripser(births, n_steps, max_dimension):
    """Ripser on the whole filtration, nothing collapsed."""
    present = np.diagonal(births) <= n_steps
    entries = sparse.coo_matrix(births[np.ix_(present, present)].astype(float))
    if not present.any():
        return [np.zeros((0, 2), int)] * (max_dimension + 1)
    found = ripser(entries, distance_matrix=True, maxdim=max_dimension, thresh=n_steps)
    return [_bars(diagram - 1, n_steps) for diagram in found["dgms"]]


def barcode_by_simplex_tree(births, n_steps, max_dimension):
    """GUDHI's simplex tree: every simplex of the flag complex is written out."""
    tree = gudhi.SimplexTree()
    for u, v in np.argwhere(np.triu(births <= n_steps)):
        tree.insert([u, v] if u != v else [u], filtration=births[u, v])
    tree.expansion(max_dimension + 1)
    tree.compute_persistence(homology_coeff_field=2, persistence_dim_max=True)
    return [
        _bars(tree.persistence_intervals_in_dimension(p) - 1, n_steps)
        for p in range(max_dimension + 1)
    ]


def barcode_by_edge_collapse(graphs, max_dimension):
    """GUDHI's edge collapse of nested graphs on the same vertices, then Ripser."""
    n_steps = len(graphs)
    times = sum(sparse.csr_array(graph, dtype=np.float32) for graph in graphs)
    upper = sparse.coo_matrix(sparse.triu(times, 1))
    upper.data = n_steps + 1 - upper.data  # an edge of all graphs comes in step 1
    edges = sparse.coo_matrix(reduce_graph(upper))
    found = ripser(edges + edges.T, distance_matrix=True, maxdim=max_dimension, thresh=n_steps)
    return [_bars(np.maximum(diagram - 1, 0), n_steps) for diagram in found["dgms"]]


def hop_graphs(points, n_neighbors, n_hops):
    """The nested graphs of a cloud, by scikit-learn and sparse products."""
    return [
        library_path.hop_graph(library_path.neighbor_graph(points, k), hops)
        for k, hops in zip(n_neighbors, n_hops, strict=True)
    ]


def _bars(diagram, n_steps):
    bars = np.minimum(np.reshape(diagram, (-1, 2)), n_steps).astype(int)
    bars = bars[bars[:, 0] < bars[:, 1]]
    return bars[np.lexsort(bars.T[::-1])]
