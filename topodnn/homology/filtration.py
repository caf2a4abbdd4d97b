"""Persistence over a range of scales: which classes live from one scale to another.

The neighbour graph only grows with k, and the complex with ε, so that the complexes of a range of
scales are nested: K_1 ⊆ K_2 ⊆ … ⊆ K_L. The *rank* of the inclusion of K_i into K_j in homology
counts the classes that are alive from step i to step j; it is the persistent Betti number β^{i,j}
of H. Edelsbrunner, D. Letscher, A. Zomorodian: Topological persistence and simplification,
Discrete & Computational Geometry 28, 2002. With i = j it is a Betti number.

K_1 is collapsed to a subcomplex K_1', then K_2 to one that holds all of K_1', and so on (see
:mod:`topodnn.homology.collapse`). Each inclusion of K_i' into K_i is a homotopy equivalence, and
all inclusions commute: the filtration of the K_i' has the same persistent homology. Its few
thousand edges are left to Ripser.
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from topodnn.homology.betti import check_max_dimension, check_scale, check_size
from topodnn.homology.collapse import collapse_onto
from topodnn.homology.graph import check_n_neighbors, nested_neighbor_rows
from topodnn.homology.rows import added_edges, empty_rows, order_by_balls, rows_within

if TYPE_CHECKING:
    from scipy import sparse


def persistent_betti_numbers(
    points: ArrayLike,
    *,
    n_neighbors: int | Sequence[int],
    scale: float | Sequence[float] = 2.5,
    max_dimension: int = 1,
) -> np.ndarray:
    """Return the ranks of all inclusions between the complexes of a range of scales.

    Each complex is that of :func:`topodnn.betti_numbers`. The nearest neighbours are searched once,
    for the largest k.

    Parameters
    ----------
    points : array_like, shape (n_points, n_features)
        At least one point and one feature, all numbers finite. The order of the points does not
        matter.
    n_neighbors : int or sequence of int
        k of each step, at least 2, not decreasing.
    scale : float or sequence of float
        ε of each step in hops, at least 1, not decreasing. Where both are sequences, they are of
        the same length; a number stands for all steps.
    max_dimension : int
        Highest homology dimension, at least 0.

    Returns
    -------
    numpy.ndarray, int64, shape (max_dimension + 1, n_steps, n_steps)
        Entry (p, i, j) with i ≤ j is the rank of H_p(K_i) → H_p(K_j), and 0 with i > j. The
        diagonal of each dimension holds the Betti numbers of the steps.

    Raises
    ------
    ValueError
        If an argument is not as described above, or the complex of the last step is too large, see
        :func:`topodnn.homology.betti.check_size`; the message names what was found.
    """
    barcode = scale_barcode(
        points, n_neighbors=n_neighbors, scale=scale, max_dimension=max_dimension
    )
    return ranks(barcode, len(_steps(n_neighbors, scale)))


def scale_barcode(
    points: ArrayLike,
    *,
    n_neighbors: int | Sequence[int],
    scale: float | Sequence[float] = 2.5,
    max_dimension: int = 1,
) -> list[np.ndarray]:
    """Return the barcode of the complexes of a range of scales.

    Parameters
    ----------
    points, n_neighbors, scale, max_dimension
        As in :func:`persistent_betti_numbers`.

    Returns
    -------
    list of numpy.ndarray, int64, shape (n_bars, 2)
        For each dimension its bars, sorted: the step at which a class is born, counted from 0, and
        the first step at which it is gone, n_steps where it is never gone.

    Raises
    ------
    ValueError
        If an argument is not as described above; the message names the value found.
    """
    check_max_dimension(max_dimension)
    steps = _steps(n_neighbors, scale)
    graphs = nested_neighbor_rows(points, [k for k, _ in steps])
    n_points = len(graphs[0][0]) - 1
    n_hops = [min(int(hops), n_points) for _, hops in steps]  # no shortest path is longer
    everything = np.ones(n_points, bool)
    return _barcode_of_rows(graphs, n_hops, [everything] * len(steps), max_dimension)


def scale_barcode_of_graph(
    births: sparse.sparray | sparse.spmatrix, *, n_steps: int, max_dimension: int
) -> list[np.ndarray]:
    """Return the barcode of the flag complexes of a growing graph.

    Parameters
    ----------
    births : SciPy sparse matrix or array of int, shape (n_vertices, n_vertices)
        Symmetric. Entry (i, j) is the step in which edge ij comes, counted from 1; edges without
        an entry never come. Entry (i, i) is the step of vertex i: no entry is the first one. An
        edge comes when its vertices are there, or later.
    n_steps : int
        At least 1. What comes later is left out.
    max_dimension : int
        Highest homology dimension, at least 0.

    Returns
    -------
    list of numpy.ndarray, int64, shape (n_bars, 2)
        As from :func:`scale_barcode`.

    Raises
    ------
    ValueError
        If an argument is not as described above; the message names the value found.
    """
    check_max_dimension(max_dimension)
    if not (isinstance(n_steps, numbers.Integral) and n_steps >= 1):
        raise ValueError(f"n_steps must be a whole number of at least 1, not {n_steps!r}.")
    n_vertices = births.shape[0]
    i, j, step, there = _checked_births(births)
    graphs = []
    for now in range(1, n_steps + 1):
        indptr = np.searchsorted(i[step <= now], np.arange(n_vertices + 1))
        graphs.append((indptr.astype(np.int64), j[step <= now].astype(np.int32)))
    masks = [there <= now for now in range(1, n_steps + 1)]
    return _barcode_of_rows(graphs, [1] * n_steps, masks, max_dimension)


def ranks(barcode: list[np.ndarray], n_steps: int) -> np.ndarray:
    """Count in a barcode what is alive from one step to another.

    Parameters
    ----------
    barcode : list of numpy.ndarray, shape (n_bars, 2)
        From :func:`scale_barcode`.
    n_steps : int

    Returns
    -------
    numpy.ndarray, int64, shape (len(barcode), n_steps, n_steps)
        As from :func:`persistent_betti_numbers`.
    """
    i, j = np.triu_indices(n_steps)
    result = np.zeros((len(barcode), n_steps, n_steps), np.int64)
    for dimension, bars in enumerate(barcode):
        born, gone = bars[:, :1] <= i, bars[:, 1:] > j
        result[dimension, i, j] = (born & gone).sum(axis=0)
    return result


def _checked_births(births):
    """The edges (i, j), sorted, each in both directions, their steps and those of the vertices."""
    n_vertices = births.shape[0]
    entries = births.tocoo()
    i, j, step = entries.row, entries.col, entries.data
    if entries.shape != (n_vertices, n_vertices) or n_vertices == 0:
        raise ValueError(f"births must be square with at least one row, not {entries.shape}.")
    wrong = step[~((step >= 1) & (step % 1 == 0))]
    if len(wrong):
        raise ValueError(f"births must be whole numbers of at least 1, not {wrong[0]}.")
    there = np.ones(n_vertices, np.int64)
    there[i[i == j]] = step[i == j]
    early = np.flatnonzero(step < np.maximum(there[i], there[j]))
    if len(early):
        u, v = i[early[0]], j[early[0]]
        raise ValueError(
            f"edge ({u}, {v}) comes in step {step[early[0]]}, before its vertices, which come in "
            f"steps {there[u]} and {there[v]}."
        )
    order, transposed = np.lexsort((j, i)), np.lexsort((i, j))
    pairs = ((i, j), (j, i), (step, step))
    if not all(np.array_equal(one[order], other[transposed]) for one, other in pairs):
        raise ValueError("births must be symmetric.")
    i, j, step = (array[order[i[order] != j[order]]] for array in (i, j, step))
    return i, j, step, there


def _steps(n_neighbors, scale) -> list[tuple[int, float]]:
    """The pairs (k, ε) of all steps, checked."""
    many_k, many_scales = np.ndim(n_neighbors) > 0, np.ndim(scale) > 0
    ks = list(n_neighbors) if many_k else [n_neighbors]
    scales = list(scale) if many_scales else [scale]
    for k in ks:
        check_n_neighbors(k)
    for hops in scales:
        check_scale(hops)
    n_steps = max(len(ks), len(scales))
    ks = ks if many_k else ks * n_steps
    scales = scales if many_scales else scales * n_steps
    if not len(ks) == len(scales) > 0:
        raise ValueError(
            f"n_neighbors and scale must have the same number of steps, not {len(ks)} and "
            f"{len(scales)}."
        )
    for name, values in (("n_neighbors", ks), ("scale", scales)):
        if any(later < earlier for earlier, later in pairwise(values)):
            raise ValueError(f"{name} must not decrease from step to step, but is {values}.")
    return [(int(k), float(hops)) for k, hops in zip(ks, scales, strict=True)]


def _barcode_of_rows(graphs, n_hops, masks, max_dimension) -> list[np.ndarray]:
    """Do what `scale_barcode_of_graph` does, for graphs in compressed sparse rows."""
    order = order_by_balls(*graphs[-1])  # one numbering for all steps
    n_vertices = len(order)
    kept, kept_rows = np.zeros(n_vertices // 64 + 1, np.uint64), empty_rows(n_vertices)
    births, edges = np.full(n_vertices, -1), []
    for step, (graph, hops, mask) in enumerate(zip(graphs, n_hops, masks, strict=True)):
        present = _as_bits(mask[order])
        rows = rows_within(*graph, order, hops)
        rows = collapse_onto(*rows, present, *kept_rows, kept, max_dimension > 1)
        new = added_edges(*rows, *kept_rows)
        edges.append(np.column_stack([new, np.full(len(new), step, np.int32)]))
        births[(births < 0) & _as_mask(present, n_vertices)] = step
        kept, kept_rows = present, rows
    return _barcode_by_ripser(births, np.concatenate(edges), len(graphs), max_dimension)


def _as_bits(mask) -> np.ndarray:
    """A set of vertices as 64-bit words, the vertex v in bit v % 64 of word v // 64."""
    padded = np.zeros(64 * (len(mask) // 64 + 1), bool)
    padded[: len(mask)] = mask
    return np.packbits(padded, bitorder="little").view("<u8").astype(np.uint64)


def _as_mask(words, n_vertices) -> np.ndarray:
    bits = np.unpackbits(words.astype("<u8").view(np.uint8), bitorder="little")
    return bits[:n_vertices].astype(bool)


def _barcode_by_ripser(births, edges, n_steps, max_dimension) -> list[np.ndarray]:
    """Return the barcode of a filtered graph; `births` is -1 for vertices that never come.

    Steps are counted from 1 for Ripser, which reads the birth of a vertex off the diagonal.
    """
    from pyRipser import doRipsFiltrationDMSparse  # see betti.py

    vertices = np.flatnonzero(births >= 0)
    number = np.empty(len(births), np.int32)
    number[vertices] = np.arange(len(vertices))
    u, v = number[edges[:, 0]], number[edges[:, 1]]
    check_size(len(vertices), np.column_stack([u, v]), max_dimension)
    diagonal = np.arange(len(vertices), dtype=np.int32)
    values = np.concatenate([births[vertices], edges[:, 2]]) + 1
    result = doRipsFiltrationDMSparse(
        np.concatenate([diagonal, v]),
        np.concatenate([diagonal, u]),
        values.astype(np.float32),
        len(vertices), max_dimension, float(n_steps), 2, False,
    )  # fmt: skip
    barcode = []
    for pairs in result["births_and_deaths_by_dim"]:
        bars = np.reshape(pairs, (-1, 2))
        bars = np.minimum(bars, n_steps + 1).astype(np.int64) - 1
        bars = bars[bars[:, 0] < bars[:, 1]]
        barcode.append(bars[np.lexsort(bars.T[::-1])])
    return barcode
