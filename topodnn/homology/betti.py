"""Betti numbers of a point cloud: points → neighbour graph → flag complex → Betti numbers.

Vocabulary. The *hop distance* of two vertices of a graph is the number of edges of a shortest path
between them. The *flag complex* of a graph has a simplex for every set of pairwise joined vertices.
The *Vietoris-Rips complex* of a metric at scale ε is the flag complex of all pairs at distance at
most ε. All homology is over Z/2.
"""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from topodnn.errors import InputError
from topodnn.homology.bits import compiled
from topodnn.homology.collapse import collapse
from topodnn.homology.graph import neighbor_rows

if TYPE_CHECKING:
    from scipy import sparse

# The most that Ripser is given: a minute and 5 GB of edges, a quarter of an hour of triangles.
MOST_SIMPLICES = 50_000_000


def betti_numbers(
    points: ArrayLike, *, n_neighbors: int, scale: float = 2.5, max_dimension: int = 1
) -> np.ndarray:
    """Return the Betti numbers of a point cloud at one scale of the hop distance.

    Duplicate points are dropped. Points i and j are joined when j is among the ``n_neighbors``
    nearest points of i, i itself counted, or the other way round (see `neighbor_graph`). The
    complex is the Vietoris-Rips complex of the hop distance on that graph at ``scale``. This is the
    construction of G. Naitzat, A. Zhitnikov, L.-H. Lim, Topology of Deep Neural Networks, Journal
    of Machine Learning Research 21(184), 2020.

    Parameters
    ----------
    points : array_like, shape (n_points, n_features)
        At least one point and one feature, all numbers finite. The order of the points does not
        matter.
    n_neighbors : int
        At least 2. If there are fewer points, all of them are neighbours.
    scale : float
        In hops, at least 1. Hops are whole numbers, so 2.5 means at most 2 hops.
    max_dimension : int
        Highest homology dimension, at least 0.

    Returns
    -------
    numpy.ndarray, int64, shape (max_dimension + 1,)
        The Betti numbers β0, β1, …

    Raises
    ------
    ValueError
        If an argument is not as described above, or the complex is too large, see
        :func:`check_size`; the message names what was found.
    """
    check_max_dimension(max_dimension)
    check_scale(scale)
    indptr, indices = neighbor_rows(points, n_neighbors)
    return _betti_numbers_of_rows(indptr, indices, max_dimension, int(scale))


def betti_numbers_of_graph(
    adjacency: sparse.sparray | sparse.spmatrix, *, max_dimension: int, n_hops: int = 1
) -> np.ndarray:
    """Return the Betti numbers of the flag complex of a graph.

    The complex is collapsed to a small one of the same homotopy type, see
    :mod:`topodnn.homology.collapse`. Ripser computes the homology of that one (U. Bauer: Ripser:
    efficient computation of Vietoris-Rips persistence barcodes, Journal of Applied and
    Computational Topology 5, 2021).

    Parameters
    ----------
    adjacency : SciPy sparse matrix or array, shape (n_vertices, n_vertices)
        At least one vertex. Vertices i and j are joined when entry (i, j) or entry (j, i) is not
        zero; the diagonal does not matter.
    max_dimension : int
        Highest homology dimension, at least 0.
    n_hops : int
        At least 1. With more, the complex is that of all pairs at most this many hops apart.

    Returns
    -------
    numpy.ndarray, int64, shape (max_dimension + 1,)
        The Betti numbers β0, β1, …

    Raises
    ------
    ValueError
        If an argument is not as described above; the message names the value found.
    """
    from scipy import sparse  # here, since this import takes as long as all others together

    check_max_dimension(max_dimension)
    if not (isinstance(n_hops, numbers.Integral) and n_hops >= 1):
        raise ValueError(f"n_hops must be a whole number of at least 1, not {n_hops!r}.")
    if not sparse.issparse(adjacency):
        raise ValueError(
            f"adjacency must be a SciPy sparse matrix, not {type(adjacency).__name__}."
        )
    if adjacency.ndim != 2 or adjacency.shape[0] != adjacency.shape[1] or adjacency.shape[0] == 0:
        raise ValueError(
            f"adjacency must be square with at least one row, not of shape {adjacency.shape}."
        )
    joined = sparse.csr_array(adjacency) != 0
    joined = joined + joined.T
    indptr, indices = joined.indptr.astype(np.int64), joined.indices.astype(np.int32)
    return _betti_numbers_of_rows(indptr, indices, max_dimension, n_hops)


def _betti_numbers_of_rows(indptr, indices, max_dimension, n_hops):
    """Do what `betti_numbers_of_graph` does, for a symmetric graph in compressed sparse rows."""
    n_hops = min(n_hops, len(indptr))  # no shortest path is longer
    n_vertices, edges = collapse(indptr, indices, n_hops, max_dimension > 1)
    return betti_numbers_by_ripser(n_vertices, edges, max_dimension)


def check_max_dimension(max_dimension):
    if not (isinstance(max_dimension, numbers.Integral) and max_dimension >= 0):
        raise ValueError(
            f"max_dimension must be a whole number of at least 0, not {max_dimension!r}."
        )


def check_scale(scale: float) -> None:
    if not (isinstance(scale, numbers.Real) and 1 <= scale < np.inf):
        raise ValueError(f"scale must be a finite number of at least 1 (hops), not {scale!r}.")


def check_size(n_vertices: int, edges: np.ndarray, max_dimension: int) -> None:
    """Refuse a flag complex that Ripser would compute for hours, or not hold in memory.

    Its time grows with the simplices whose cofaces it visits: the edges for β1, the triangles for
    β2. Clouds that fill many dimensions have many, since nothing there can be collapsed.

    Parameters
    ----------
    n_vertices : int
    edges : numpy.ndarray of int, shape (n_edges, 2)
        What is left after the collapse.
    max_dimension : int

    Raises
    ------
    InputError
        If there are more edges, or for β2 more triangles, than ``MOST_SIMPLICES``.
    """
    what, found = "edges", len(edges)
    if max_dimension > 1 and found <= MOST_SIMPLICES:
        what, found = "triangles", count_triangles(n_vertices, edges, MOST_SIMPLICES)
    if found > MOST_SIMPLICES:
        raise InputError(
            f"The complex of {n_vertices} vertices still has more than {MOST_SIMPLICES} {what} "
            "after its collapse, too many for its homology: use fewer neighbours, a smaller scale, "
            "fewer points (every q-th: stride), or a lower max_dimension."
        )


@compiled
def count_triangles(n_vertices, edges, limit):
    """Count the triangles of a graph, and stop when there are more than `limit`."""
    starts = np.zeros(n_vertices + 1, np.int64)
    for e in range(len(edges)):
        starts[max(edges[e, 0], edges[e, 1]) + 1] += 1
    starts = np.cumsum(starts)
    lower, end = np.empty(len(edges), np.int64), starts[:-1].copy()
    for e in range(len(edges)):
        u = max(edges[e, 0], edges[e, 1])
        lower[end[u]] = min(edges[e, 0], edges[e, 1])
        end[u] += 1
    seen_from = np.full(n_vertices, -1)
    n_triangles = 0
    for u in range(n_vertices):
        for e in range(starts[u], starts[u + 1]):
            seen_from[lower[e]] = u
        for e in range(starts[u], starts[u + 1]):
            v = lower[e]
            for f in range(starts[v], starts[v + 1]):
                n_triangles += seen_from[lower[f]] == u
        if n_triangles > limit:
            break
    return n_triangles


def betti_numbers_by_ripser(n_vertices, edges, max_dimension):
    """Return the Betti numbers of the flag complex of a graph, by Ripser.

    The compiled part of ripser.py is called directly: its Python part imports scikit-learn, which
    takes longer than the homology of many layers.
    """
    from pyRipser import doRipsFiltrationDMSparse

    betti = np.zeros(max_dimension + 1, dtype=np.int64)
    joined, edges = np.unique(edges, return_inverse=True)
    betti[0] = n_vertices - len(joined)  # components that are single points need no algebra
    edges = edges.reshape(-1, 2).astype(np.int32)
    check_size(len(joined), edges, max_dimension)
    if len(joined) > 0:
        u, v = edges.T
        ones = np.ones(len(u), dtype=np.float32)
        result = doRipsFiltrationDMSparse(
            v.copy(), u.copy(), ones, len(joined), max_dimension, 1.0, 2, False
        )
        for dimension, pairs in enumerate(result["births_and_deaths_by_dim"]):
            betti[dimension] += np.isinf(pairs[1::2]).sum()
    return betti
