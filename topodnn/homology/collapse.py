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

from topodnn.homology.bits import (
    NOTHING,
    ONE,
    all_of,
    bit,
    compiled,
    lowest,
    size_of,
    turned,
    turned_back,
)
from topodnn.homology.rows import (
    empty_rows,
    order_by_balls,
    remaining,
    rows_within,
    without_removed,
)

# Of the edges in the first links, on clouds of few dimensions 95 % and more are removed, of 5,000
# images in 50 dimensions 2 to 40 %. Then the collapse takes longer than Ripser without it.
PROBED = 128  # links
LEAST_REMOVED = 0.25


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
    n_present = len(starts) - 1
    n_removed = n_present
    # A sweep over the vertices is cheap, and each vertex removed is one link less to collapse.
    while n_removed > n_present // 20:
        n_removed = _remove_dominated_vertices(starts, blocks, words, present, kept)
        n_present -= n_removed
        starts, blocks, words = without_removed(starts, blocks, words, present)
    _collapse_links(
        starts, blocks, words, present, kept_starts, kept_blocks, kept_words, kept, to_the_end
    )
    return without_removed(starts, blocks, words, present)


@compiled
def _remove_dominated_vertices(starts, blocks, words, present, kept):
    """Visit every vertex once, remove those that are dominated, and return their number.

    The candidates to dominate v, at first all its neighbours, are few after a few tests: when w
    does not dominate v, there is a witness x in N[v] but not in N[w], and no vertex that is not
    joined to x dominates v either.
    """
    longest = np.max(starts[1:] - starts[:-1])
    row = np.empty(longest, np.uint64)
    row_blocks = np.empty(longest, np.int32)
    candidates = np.empty(longest, np.uint64)
    n_removed = 0
    for v in range(len(starts) - 1):
        if not present[v >> 6] & ~kept[v >> 6] & bit(v):
            continue
        size = 0
        for e in range(starts[v], starts[v + 1]):
            word = words[e] & present[blocks[e]]
            if word:
                row[size] = word
                row_blocks[size] = blocks[e]
                candidates[size] = word & ~bit(v) if blocks[e] == v >> 6 else word
                size += 1
        i = 0  # no candidates in the words before
        while i < size:
            if candidates[i] == NOTHING:
                i += 1
                continue
            w = 64 * row_blocks[i] + lowest(candidates[i])
            witness = -1
            e = starts[w]
            for j in range(size):
                while e < starts[w + 1] and blocks[e] < row_blocks[j]:
                    e += 1
                missing = row[j]
                if e < starts[w + 1] and blocks[e] == row_blocks[j]:
                    missing &= ~words[e]
                if missing:
                    witness = 64 * row_blocks[j] + lowest(missing)
                    break
            if witness < 0:  # w dominates v
                present[v >> 6] &= ~bit(v)
                n_removed += 1
                break
            e = starts[witness]
            for j in range(i, size):
                while e < starts[witness + 1] and blocks[e] < row_blocks[j]:
                    e += 1
                if e < starts[witness + 1] and blocks[e] == row_blocks[j]:
                    candidates[j] &= words[e]
                else:
                    candidates[j] = NOTHING
    return n_removed


@compiled
def _collapse_links(
    starts, blocks, words, present, kept_starts, kept_blocks, kept_words, kept, to_the_end
):
    """Collapse the link of every vertex, again where an edge was removed, until nothing changes.

    Or, if not `to_the_end`, until so many links show that it does not pay.

    The vertices of a link are numbered locally, and ``local`` holds their rows within the link. An
    edge that is kept is a vertex of the link that is not ``free`` to be removed.
    """
    longest = 1 + np.max(starts[1:] - starts[:-1])
    masks = np.zeros(len(present), np.uint64)
    places = np.zeros(len(present), np.int64)
    turns = np.zeros(len(present), np.uint64)
    vertices = np.empty(64 * longest, np.int64)  # of the local numbers
    homes = np.empty(64 * longest, np.int64)  # the words that hold v in their rows
    link = np.empty(longest, np.uint64)
    free = np.empty(longest, np.uint64)
    changed = np.empty(longest, np.uint64)
    untested = np.empty(longest, np.uint64)
    common = np.empty(longest, np.uint64)
    candidates = np.empty(longest, np.uint64)
    local = np.empty((64 * longest, longest), np.uint64)
    pending = present.copy()  # the work-list: vertices whose link may have changed
    any_pending = True
    n_links, n_edges, n_removed = 0, 0, 0
    while any_pending:
        any_pending = False
        for v in range(len(starts) - 1):
            if not pending[v >> 6] & present[v >> 6] & bit(v):
                continue
            any_pending = True
            pending[v >> 6] ^= bit(v)
            size = _number_link(
                starts, blocks, words, present, v, masks, places, turns, link, vertices
            )
            _fill_local_rows(
                starts, blocks, words, masks, places, turns, link, vertices, size, v, local, homes
            )
            for i in range(size):
                free[i] = link[i]
            for e in range(kept_starts[v], kept_starts[v + 1]):
                block = kept_blocks[e]
                free[places[block]] &= ~turned(kept_words[e] & masks[block], turns[block])
            for i in range(size):
                untested[i] = free[i]
                changed[i] = NOTHING
                n_edges += size_of(free[i])
            i, n_clear = 0, 0
            while n_clear < size:  # in circles: starting over takes half as long again
                if untested[i] == NOTHING:
                    n_clear += 1
                    i = i + 1 if i + 1 < size else 0
                    continue
                n_clear = 0
                u = 64 * i + lowest(untested[i])
                untested[i] ^= bit(u)
                if not _is_dominated(local, link, size, u, common, candidates):
                    continue
                link[i] ^= bit(u)
                free[i] ^= bit(u)
                n_removed += 1
                words[homes[u]] &= ~bit(v)
                for j in range(size):  # the edge is gone from the links of u and of these
                    changed[j] |= common[j]
                    untested[j] |= common[j] & free[j]
            for e in range(starts[v], starts[v + 1]):
                block = blocks[e]
                left = turned_back(link[places[block]], turns[block])
                words[e] &= left | ~masks[block]
                masks[block] = NOTHING
            if not kept[v >> 6] & bit(v) and _is_one_point(link, size):
                present[v >> 6] ^= bit(v)
                for j in range(size):
                    changed[j] |= link[j]
            for j in range(size):
                while changed[j]:
                    u = vertices[64 * j + lowest(changed[j])]
                    pending[u >> 6] |= bit(u)
                    changed[j] &= changed[j] - ONE
            n_links += 1
            if n_links == PROBED and not to_the_end and n_removed < LEAST_REMOVED * n_edges:
                return


@compiled
def _number_link(starts, blocks, words, present, v, masks, places, turns, link, vertices):
    """Number the vertices of the link of v locally, in few words; return how many words.

    The words of row v are sparse. Rotated by some bits, several fit into one local word: the bits
    of block b that are in the link, ``masks[b]``, go to local word ``places[b]``, rotated by
    ``turns[b]``. On point clouds of high dimension this saves a third of the whole time.
    """
    size = 0
    for e in range(starts[v], starts[v + 1]):
        block = blocks[e]
        mask = words[e] & present[block]
        if block == v >> 6:
            mask &= ~bit(v)
        masks[block] = mask
        link[size] = NOTHING  # one more word, into which everything fits
        place, turn = 0, 0
        while turned(mask, np.uint64(turn)) & link[place]:
            turn += 1
            if turn == 64:
                place, turn = place + 1, 0
        places[block], turns[block] = place, turn
        link[place] |= turned(mask, turns[block])
        size = max(size, place + 1)
        while mask:
            u = lowest(mask)
            vertices[64 * place + ((u + turn) & 63)] = 64 * block + u
            mask &= mask - ONE
    return size


@compiled
def _fill_local_rows(
    starts, blocks, words, masks, places, turns, link, vertices, size, v, local, homes
):
    """Write the rows of the vertices of the link of v, restricted to it, in local numbers.

    ``homes`` becomes where in ``words`` each of these rows has v.
    """
    for i in range(size):
        rest = link[i]
        while rest:
            u = 64 * i + lowest(rest)
            rest &= rest - ONE
            for j in range(size):
                local[u, j] = NOTHING
            for e in range(starts[vertices[u]], starts[vertices[u] + 1]):
                block = blocks[e]
                if block == v >> 6:
                    homes[u] = e
                local[u, places[block]] |= turned(words[e] & masks[block], turns[block])


@compiled
def _is_dominated(local, link, size, u, common, candidates):
    """Say whether u is dominated in the link; ``common`` becomes its neighbourhood there."""
    for i in range(size):
        common[i] = local[u, i] & link[i]
        candidates[i] = common[i]
    candidates[u >> 6] &= ~bit(u)
    i = 0
    while i < size:
        if candidates[i] == NOTHING:
            i += 1
            continue
        w = 64 * i + lowest(candidates[i])
        witness = -1
        for j in range(size):
            missing = common[j] & ~local[w, j]
            if missing:
                witness = 64 * j + lowest(missing)
                break
        if witness < 0:
            return True
        for j in range(i, size):
            candidates[j] &= local[witness, j]
    return False


@compiled
def _is_one_point(link, size):
    n_words, last = 0, 0
    for i in range(size):
        if link[i]:
            n_words += 1
            last = i
    return n_words == 1 and link[last] & (link[last] - ONE) == NOTHING
