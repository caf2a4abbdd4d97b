"""Persistence diagrams of a point cloud, and Betti curves read off them."""

from __future__ import annotations

import numbers

import numpy as np
from numpy.typing import ArrayLike

from topodnn.homology.betti import check_max_dimension
from topodnn.homology.graph import distinct_points, neighbor_graph


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
        At least 2. Must be given for 'hops' and left out for 'euclidean'.
    max_dimension : int
        Highest homology dimension, at least 0.
    max_scale : float
        End of the filtration, positive, in units of the metric: pairs that are farther apart are
        not joined.

    Returns
    -------
    list of numpy.ndarray, float64, shape (n_pairs, 2)
        Births and deaths, one array per dimension. Classes alive at ``max_scale`` die at infinity.
        Ripser computes in single precision.

    Raises
    ------
    ValueError
        If an argument is not as described above; the message names the value found.
    """
    from ripser import ripser  # here, since it imports scikit-learn, which takes two seconds
    from scipy.sparse import csgraph
    from scipy.spatial.distance import pdist, squareform

    check_max_dimension(max_dimension)
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
        # pdist subtracts first: Ripser's own distances lose digits of points far from the origin.
        distances = squareform(pdist(distinct_points(points)))
        threshold = max_scale
    else:
        graph = neighbor_graph(points, n_neighbors)
        distances = csgraph.shortest_path(graph, directed=False, unweighted=True)
        # Ripser takes infinite distances for edges unless the filtration ends before them.
        farthest = distances[np.isfinite(distances)].max()
        threshold = min(max_scale, farthest)
    # Ripser takes half the time when successive points are not close to each other.
    order = np.random.default_rng(0).permutation(len(distances))
    distances = distances[np.ix_(order, order)]
    result = ripser(distances, distance_matrix=True, maxdim=max_dimension, thresh=threshold)
    return result["dgms"]


def betti_curve(diagrams: list[ArrayLike], scales: ArrayLike) -> np.ndarray:
    """Return the Betti numbers at several scales, counted in persistence diagrams.

    A class born at b that dies at d counts at the scales b ≤ ε < d: the complex at ε has all
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
