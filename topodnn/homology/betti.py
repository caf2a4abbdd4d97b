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

from topodnn.homology.collapse import collapse
from topodnn.homology.graph import neighbor_rows

if TYPE_CHECKING:
    from scipy import sparse


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
        If an argument is not as described above; the message names the value found.
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
    n_vertices, edges = collapse(indptr, indices, n_hops)
    return _betti_numbers_by_ripser(n_vertices, edges, max_dimension)


def check_max_dimension(max_dimension):
    if not (isinstance(max_dimension, numbers.Integral) and max_dimension >= 0):
        raise ValueError(
            f"max_dimension must be a whole number of at least 0, not {max_dimension!r}."
        )


def check_scale(scale: float) -> None:
    if not (isinstance(scale, numbers.Real) and 1 <= scale < np.inf):
        raise ValueError(f"scale must be a finite number of at least 1 (hops), not {scale!r}.")


def _betti_numbers_by_ripser(n_vertices, edges, max_dimension):
    """Return the Betti numbers of the flag complex of a graph, by Ripser.

    The compiled part of ripser.py is called directly: its Python part imports scikit-learn, which
    takes longer than the homology of many layers.
    """
    from pyRipser import doRipsFiltrationDMSparse

    betti = np.zeros(max_dimension + 1, dtype=np.int64)
    joined, edges = np.unique(edges, return_inverse=True)
    betti[0] = n_vertices - len(joined)  # components that are single points need no algebra
    if len(joined) > 0:
        u, v = edges.reshape(-1, 2).astype(np.int32).T
        ones = np.ones(len(u), dtype=np.float32)
        result = doRipsFiltrationDMSparse(
            v.copy(), u.copy(), ones, len(joined), max_dimension, 1.0, 2, False
        )
        for dimension, pairs in enumerate(result["births_and_deaths_by_dim"]):
            betti[dimension] += np.isinf(pairs[1::2]).sum()
    return betti
