"""Homology of a point cloud: points → neighbour graph → flag complex → Betti numbers.

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

from topodnn.collapse import collapse
from topodnn.neighbors import nearest_neighbors, symmetric_graph

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
    _check_max_dimension(max_dimension)
    if not (isinstance(scale, numbers.Real) and 1 <= scale < np.inf):
        raise ValueError(f"scale must be a finite number of at least 1 (hops), not {scale!r}.")
    indptr, indices = _neighbor_rows(points, n_neighbors)
    return _betti_numbers_of_rows(indptr, indices, max_dimension, int(scale))


def betti_numbers_of_graph(
    adjacency: sparse.sparray | sparse.spmatrix, *, max_dimension: int, n_hops: int = 1
) -> np.ndarray:
    """Return the Betti numbers of the flag complex of a graph.

    The complex is collapsed to a small one of the same homotopy type (see `topodnn.collapse`), of
    which Ripser computes the homology (U. Bauer: Ripser: efficient computation of Vietoris-Rips
    persistence barcodes, Journal of Applied and Computational Topology 5, 2021).

    Parameters
    ----------
    adjacency : SciPy sparse matrix or array, shape (n_vertices, n_vertices)
        At least one vertex. Vertices i and j are joined when entry (i, j) or entry (j, i) is not
        zero; the diagonal does not matter.
    max_dimension : int
        Highest homology dimension, at least 0.
    n_hops : int
        At least 1. With more than 1, the flag complex of all pairs at most that many hops apart.

    Returns
    -------
    numpy.ndarray, int64, shape (max_dimension + 1,)
        The Betti numbers β0, β1, …

    Raises
    ------
    ValueError
        If an argument is not as described above; the message names the value found.
    """
    from scipy import sparse  # here, since it takes as long as the rest of the start-up

    _check_max_dimension(max_dimension)
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


def persistence_diagrams(
    points: ArrayLike,
    *,
    metric: str = "hops",
    n_neighbors: int | None = None,
    max_dimension: int = 1,
    max_scale: float = np.inf,
) -> list[np.ndarray]:
    """Return the persistence diagrams of the Vietoris-Rips filtration of a point cloud.

    Duplicate points are dropped. Time and memory grow at least with the square of the number of
    points: this is for samples of up to a few thousand.

    Parameters
    ----------
    points : array_like, shape (n_points, n_features)
        At least one point and one feature, all numbers finite.
    metric : {'hops', 'euclidean'}
        'hops' is the hop distance on `neighbor_graph`.
    n_neighbors : int, optional
        At least 2; needed for 'hops', of no use for 'euclidean'.
    max_dimension : int
        Highest homology dimension, at least 0.
    max_scale : float
        End of the filtration, positive, in units of the metric: pairs that are farther apart are
        not joined.

    Returns
    -------
    list of numpy.ndarray, float64, shape (n_pairs, 2)
        For every dimension the births and deaths. Classes alive at ``max_scale`` die at infinity.
        Ripser computes in single precision.

    Raises
    ------
    ValueError
        If an argument is not as described above; the message names the value found.
    """
    from ripser import ripser  # here, since it imports scikit-learn, which takes two seconds
    from scipy.sparse import csgraph
    from scipy.spatial.distance import pdist, squareform

    _check_max_dimension(max_dimension)
    if not (isinstance(max_scale, numbers.Real) and max_scale > 0):
        raise ValueError(f"max_scale must be a positive number, not {max_scale!r}.")
    if metric not in ("hops", "euclidean"):
        raise ValueError(f"metric must be 'hops' or 'euclidean', not {metric!r}.")
    if (n_neighbors is None) != (metric == "euclidean"):
        raise ValueError(
            "n_neighbors must be given for the metric 'hops' and left out for 'euclidean', "
            f"not {n_neighbors!r} for {metric!r}."
        )
    if metric == "euclidean":
        # Differences first: Ripser's own distances lose the digits of points far from the origin.
        distances = squareform(pdist(_distinct_points(points)))
        threshold = max_scale
    else:
        graph = neighbor_graph(points, n_neighbors)
        distances = csgraph.shortest_path(graph, directed=False, unweighted=True)
        # Ripser takes infinite distances for edges unless the filtration ends before them.
        farthest = distances[np.isfinite(distances)].max()
        threshold = min(max_scale, farthest)
    # Ripser takes half the time when points that follow each other are not near each other.
    order = np.random.default_rng(0).permutation(len(distances))
    distances = distances[np.ix_(order, order)]
    result = ripser(distances, distance_matrix=True, maxdim=max_dimension, thresh=threshold)
    return result["dgms"]


def betti_curve(diagrams: list[ArrayLike], scales: ArrayLike) -> np.ndarray:
    """Return the Betti numbers at several scales, counted in persistence diagrams.

    A class born at b that dies at d counts at the scales b ≤ ε < d, when the complex at ε has all
    simplices of diameter at most ε.

    Parameters
    ----------
    diagrams : list of array_like, shape (n_pairs, 2)
        Births and deaths for the dimensions 0, 1, …, as `persistence_diagrams` returns them.
    scales : array_like, shape (n_scales,)

    Returns
    -------
    numpy.ndarray, int64, shape (len(diagrams), n_scales)

    Raises
    ------
    ValueError
        If an argument is not of the shape described above; the message names the shape found.
    """
    scales = np.asarray(scales, dtype=np.float64)
    if scales.ndim != 1:
        raise ValueError(f"scales must have one axis, not the shape {scales.shape}.")
    curve = np.zeros((len(diagrams), len(scales)), dtype=np.int64)
    for dimension, diagram in enumerate(diagrams):
        diagram = np.asarray(diagram, dtype=np.float64)
        if diagram.ndim != 2 or diagram.shape[1] != 2:
            raise ValueError(
                f"diagram {dimension} must be of shape (n_pairs, 2), not {diagram.shape}."
            )
        born = np.searchsorted(np.sort(diagram[:, 0]), scales, side="right")
        died = np.searchsorted(np.sort(diagram[:, 1]), scales, side="right")
        curve[dimension] = born - died
    return curve


def neighbor_graph(points: ArrayLike, n_neighbors: int) -> sparse.csr_array:
    """Return the graph that joins points to their nearest points, without duplicates.

    Distances are Euclidean, computed in double precision. Of points at the same distance, those
    that come first in lexicographic order are nearer, so that the graph does not depend on the
    order of the points.

    Parameters
    ----------
    points : array_like, shape (n_points, n_features)
        At least one point and one feature, all numbers finite.
    n_neighbors : int
        At least 2: i and j are joined when j is among the ``n_neighbors`` nearest points of i, i
        itself counted, or the other way round. If there are fewer points, all are joined.

    Returns
    -------
    scipy.sparse.csr_array, bool, shape (n_distinct, n_distinct)
        Symmetric, without loops; vertices are the distinct points in lexicographic order.

    Raises
    ------
    ValueError
        If an argument is not as described above; the message names the value found.
    """
    from scipy import sparse

    indptr, indices = _neighbor_rows(points, n_neighbors)
    n_points = len(indptr) - 1
    joined = np.ones(len(indices), dtype=bool)
    graph = sparse.csr_array((joined, indices, indptr), shape=(n_points, n_points))
    graph.sort_indices()
    return graph


def _neighbor_rows(points, n_neighbors):
    """Return `neighbor_graph` as (indptr, indices), without SciPy, which is slow to import."""
    if not (isinstance(n_neighbors, numbers.Integral) and n_neighbors >= 2):
        raise ValueError(
            "n_neighbors must be a whole number of at least 2, since it counts the point itself, "
            f"not {n_neighbors!r}."
        )
    points = _distinct_points(points)
    n_others = min(n_neighbors, len(points)) - 1
    if n_others == 0:
        return np.zeros(2, np.int64), np.zeros(0, np.int32)
    return symmetric_graph(nearest_neighbors(points, n_others))


def _distinct_points(points: ArrayLike) -> np.ndarray:
    """Check a point cloud; return its distinct points in lexicographic order, float64."""
    points = np.asarray(points)
    if points.ndim != 2:
        raise ValueError(
            f"points must be of shape (n_points, n_features), not of shape {points.shape}."
        )
    if points.dtype.kind not in "fiu":
        raise ValueError(f"points must be real numbers, not of type {points.dtype}.")
    if 0 in points.shape:
        raise ValueError(
            f"points must have at least one point and one feature, not shape {points.shape}."
        )
    points = np.ascontiguousarray(points, dtype=np.float64)
    if not np.isfinite(points).all():
        row, column = np.argwhere(~np.isfinite(points))[0]
        raise ValueError(
            f"points must be finite, but point {row} has the value {points[row, column]} in "
            f"feature {column}."
        )
    points = points[np.lexsort(points.T[::-1])]
    differs = np.any(points[1:] != points[:-1], axis=1)
    return points[np.concatenate(([True], differs))]


def _check_max_dimension(max_dimension):
    if not (isinstance(max_dimension, numbers.Integral) and max_dimension >= 0):
        raise ValueError(
            f"max_dimension must be a whole number of at least 0, not {max_dimension!r}."
        )


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
