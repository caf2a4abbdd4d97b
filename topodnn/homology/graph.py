"""The neighbour graph of a point cloud."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from topodnn.homology.neighbors import nearer_graph, nearest_neighbors, symmetric_graph

if TYPE_CHECKING:
    from scipy import sparse


def neighbor_graph(points: ArrayLike, n_neighbors: int) -> sparse.csr_array:
    """Return the graph that joins each point to its nearest points, duplicates dropped.

    Distances are Euclidean, computed in double precision. Of points at the same distance, those
    that come first in lexicographic order count as nearer, so that the graph does not depend on the
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

    indptr, indices = neighbor_rows(points, n_neighbors)
    n_points = len(indptr) - 1
    joined = np.ones(len(indices), dtype=bool)
    graph = sparse.csr_array((joined, indices, indptr), shape=(n_points, n_points))
    graph.sort_indices()
    return graph


def neighbor_rows(points, n_neighbors):
    """Return `neighbor_graph` as (indptr, indices), without SciPy, which is slow to import."""
    check_n_neighbors(n_neighbors)
    return nested_neighbor_rows(points, [n_neighbors])[0]


def nested_neighbor_rows(points, n_neighbors):
    """Do the same for several values of k, in increasing order, with one search."""
    points = distinct_points(points)
    n_others = [min(k, len(points)) - 1 for k in n_neighbors]
    if n_others[-1] == 0:
        return [(np.zeros(2, np.int64), np.zeros(0, np.int32))] * len(n_others)
    *graph, ranks = symmetric_graph(nearest_neighbors(points, n_others[-1]))
    return [nearer_graph(*graph, ranks, n) for n in n_others[:-1]] + [tuple(graph)]


def check_n_neighbors(n_neighbors):
    if not (isinstance(n_neighbors, numbers.Integral) and n_neighbors >= 2):
        raise ValueError(
            "n_neighbors must be a whole number of at least 2, since it counts the point itself, "
            f"not {n_neighbors!r}."
        )


def distinct_points(points: ArrayLike) -> np.ndarray:
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
    in_order = points[_lexicographic_order(points)]
    differs = np.any(in_order[1:] != in_order[:-1], axis=1)
    return in_order[np.concatenate(([True], differs))]


def _lexicographic_order(points: np.ndarray) -> np.ndarray:
    """Return what np.lexsort does, of which few layers need more than the first feature."""
    order = np.argsort(points[:, 0])
    first = points[order, 0]
    same = first[1:] == first[:-1]
    tied = np.concatenate((same, [False])) | np.concatenate(([False], same))
    order[tied] = order[tied][np.lexsort(points[order[tied]].T[::-1])]
    return order
