"""Which vertices are dominated: all that those joined to them are joined to another one too.

Of a vertex of the whole complex the rows of bits are sparse, see :mod:`topodnn.homology.rows`. A
link is small, and its rows are full: ``local[u]`` are the neighbours of u in ``size`` words, also
those that have left the link, and ``link`` is the set of those that are left.
"""

from topodnn.homology.bits import NOTHING, ONE, bit, compiled, lowest, size_of


@compiled
def is_dominated_vertex(starts, blocks, words, present, v, row, row_blocks, candidates):
    """Say whether another vertex dominates v; the last three arrays are room for row v.

    The candidates to dominate v, at first all its neighbours, are few after a few tests: when w
    does not dominate v, there is a witness x in N[v] but not in N[w], and no vertex that is not
    joined to x dominates v either.
    """
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
            return True
        e = starts[witness]
        for j in range(i, size):
            while e < starts[witness + 1] and blocks[e] < row_blocks[j]:
                e += 1
            if e < starts[witness + 1] and blocks[e] == row_blocks[j]:
                candidates[j] &= words[e]
            else:
                candidates[j] = NOTHING
    return False


@compiled
def is_dominated(local, link, size, u, common, candidates):
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
def hub_of(local, link, size, tried):
    """Return the vertex of a link with the most neighbours in it, but for those tried; -1 for none.

    Of several it is that with the highest number. Where vertices have the same neighbours, all
    links then keep the same one: an eighth to a fifth fewer edges are left than with the lowest.
    """
    hub, largest = -1, 2  # itself and another one
    for i in range(size):
        rest = link[i] & ~tried[i]
        while rest:
            u = 64 * i + lowest(rest)
            rest &= rest - ONE
            degree = 0
            for j in range(size):
                degree += size_of(local[u, j] & link[j])
            if degree >= largest:
                hub, largest = u, degree
    return hub


@compiled
def dominated_by(w, local, link, free, size, dominated):
    """Let ``dominated`` be all free vertices of a link that w dominates; say whether there are any.

    These are joined to w, and to no vertex of the link that w is not joined to.
    """
    for i in range(size):
        dominated[i] = local[w, i] & free[i]
    dominated[w >> 6] &= ~bit(w)
    for i in range(size):
        outside = link[i] & ~local[w, i]
        while outside:
            x = 64 * i + lowest(outside)
            outside &= outside - ONE
            for j in range(size):
                dominated[j] &= ~local[x, j]
    found = NOTHING
    for i in range(size):
        found |= dominated[i]
    return found != NOTHING
