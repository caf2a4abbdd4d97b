"""Collapse of a flag complex, given as a graph, to a small one of the same homotopy type.

Two moves are made until none is possible. Write N[v] for the closed neighbourhood of vertex v, that
is v and all vertices joined to it.

* **Strong collapse**: vertex v is removed when N[v] lies in N[w] for some other vertex w, which is
  said to dominate it. (J. A. Barmak, E. G. Minian: Strong homotopy types, nerves and collapses,
  Discrete & Computational Geometry 47, 2012.)
* **Edge collapse**: edge uv is removed when N[u] ∩ N[v] lies in N[w] for some third vertex w.
  (J.-D. Boissonnat, S. Pritam: Edge collapse and persistence of flag complexes, SoCG 2020.)

N[u] ∩ N[v] is the closed neighbourhood of u in the link of v, so edge uv can be removed exactly
when u is dominated in the link of v: edge collapse is strong collapse in the link of one vertex at
a time. A link that collapses to one point w leaves v joined to w alone, hence dominated.

Neighbourhoods are rows of bits, see :mod:`topodnn.homology.rows`.
"""

import numpy as np

from topodnn.homology.bits import all_of, bit, compiled
from topodnn.homology.domination import is_dominated_vertex
from topodnn.homology.links import collapse_links
from topodnn.homology.rows import (
    empty_rows,
    order_by_balls,
    remaining,
    rows_within,
    without_removed,
)


@compiled
def collapse(indptr, indices, n_hops, to_the_end):
    """Collapse the flag complex of all pairs of vertices at most ``n_hops`` hops apart.

    Parameters
    ----------
    indptr, indices : numpy.ndarray, int32 or int64
        The graph in compressed sparse rows: symmetric, without loops.
    n_hops : int
        At least 1; with 1 the complex is that of the graph itself.
    to_the_end : bool
        False gives up where edge collapse hardly removes anything: for β0 and β1 only, since each
        edge that is left costs Ripser far more in higher dimensions.

    Returns
    -------
    n_vertices : int
        How many vertices remain.
    edges : numpy.ndarray, int32, shape (n_edges, 2)
        The remaining edges (u, v) with u > v, in increasing order.
    """
    n_vertices = len(indptr) - 1
    starts, blocks, words = rows_within(indptr, indices, order_by_balls(indptr, indices), n_hops)
    present = all_of(n_vertices)
    nothing = np.zeros_like(present)
    kept_starts, kept_blocks, kept_words = empty_rows(n_vertices)
    starts, blocks, words = collapse_onto(
        starts, blocks, words, present, kept_starts, kept_blocks, kept_words, nothing, to_the_end
    )
    return remaining(starts, blocks, words, present)


@compiled
def collapse_onto(
    starts, blocks, words, present, kept_starts, kept_blocks, kept_words, kept, to_the_end
):
    """Collapse a flag complex and keep a subcomplex of it.

    Parameters
    ----------
    starts, blocks, words : numpy.ndarray
        The closed neighbourhoods; changed in place.
    present : numpy.ndarray, uint64, shape (n_vertices // 64 + 1,)
        The set of the vertices; those that are removed leave it.
    kept_starts, kept_blocks, kept_words, kept : numpy.ndarray
        The rows and the vertices of a flag complex in this one: none of its edges and vertices is
        removed.
    to_the_end : bool
        As for :func:`collapse`.

    Returns
    -------
    starts, blocks, words : numpy.ndarray
        The closed neighbourhoods that remain.
    """
    # Rows without these vertices are shorter; each is one link less to collapse.
    _remove_dominated_vertices(starts, blocks, words, present, kept)
    starts, blocks, words = without_removed(starts, blocks, words, present)
    collapse_links(
        starts, blocks, words, present, kept_starts, kept_blocks, kept_words, kept, to_the_end
    )
    return without_removed(starts, blocks, words, present)


@compiled
def _remove_dominated_vertices(starts, blocks, words, present, kept):
    """Visit every vertex once and remove those that are dominated."""
    longest = np.max(starts[1:] - starts[:-1])
    row = np.empty(longest, np.uint64)
    row_blocks = np.empty(longest, np.int32)
    candidates = np.empty(longest, np.uint64)
    for v in range(len(starts) - 1):
        if not present[v >> 6] & ~kept[v >> 6] & bit(v):
            continue
        if is_dominated_vertex(starts, blocks, words, present, v, row, row_blocks, candidates):
            present[v >> 6] ^= bit(v)
