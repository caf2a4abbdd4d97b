"""Exact nearest neighbours of every point of a cloud.

The points are sorted into the leaves of a k-d tree. For each leaf, the others are visited from the
nearest on. The distances from a point to a whole leaf are one vectorised loop, and the search stops
at the first leaf that is farther away than the neighbours of the point can be: those of the points
of its leaf before it say how far that is. Bounds and distances are sums of the same terms in the
same order, and rounding is monotone: nothing is missed.
"""

import numpy as np

from topodnn.homology.bits import compiled

LEAF = 64  # points; the fastest of 16, 32 and 64 on layers of 3 to 15 features
FEW = 256  # neighbours; up to so many are sorted faster by counting than by a heap


@compiled
def nearest_neighbors(points, n_others):
    """Return the nearest other points of every point; among equally distant ones, the first.

    Parameters
    ----------
    points : numpy.ndarray, float64, shape (n_points, n_features)
    n_others : int
        From 1 to n_points - 1.

    Returns
    -------
    numpy.ndarray, int32, shape (n_points, n_others)
        Positions in ``points``, in each row from the nearest to the farthest.
    """
    n_points, n_features = points.shape
    order = _leaf_order(points)
    leaves, lower, upper = _leaves(points, order)
    neighbors = np.empty((n_points, n_others), np.int32)
    n_kept = n_others + 1  # with the point itself
    room = 2 * n_kept + LEAF
    found_distance, found_point = np.empty(room), np.empty(room, np.int64)
    point = np.empty(n_features)
    distance = np.empty(LEAF)
    radius = np.empty(LEAF)  # within which a point of this leaf has its neighbours
    near = np.empty(len(leaves), np.int64)
    gap = np.empty(len(leaves))
    for home in range(len(leaves)):
        n_home = min(LEAF, n_points - home * LEAF)
        # A leaf with enough points has all their neighbours within its diagonal.
        farthest = _diagonal(lower[home], upper[home]) if n_home > n_others else np.inf
        n_near = 0
        for leaf in range(len(leaves)):
            gap[n_near] = _box_gap(lower[home], upper[home], lower[leaf], upper[leaf])
            if leaf == home:
                gap[n_near] = -1.0  # comes first, to make the search radius small at once
            if gap[n_near] <= farthest:
                near[n_near] = leaf
                n_near += 1
        nearest_first = np.argsort(gap[:n_near])
        for i in range(n_home):
            for feature in range(n_features):
                point[feature] = leaves[home, feature, i]
            bound, n_found = np.inf, 0
            for nth in nearest_first:
                if gap[nth] > bound:
                    break
                leaf = near[nth]
                if _box_gap(point, point, lower[leaf], upper[leaf]) > bound:
                    continue
                distance[:] = 0.0
                for feature in range(n_features):
                    for j in range(LEAF):
                        step = leaves[leaf, feature, j] - point[feature]
                        distance[j] += step * step
                if leaf == home:
                    bound = _bound(distance, radius, i)
                for j in range(min(LEAF, n_points - leaf * LEAF)):  # what is too far is overwritten
                    found_distance[n_found] = distance[j]
                    found_point[n_found] = order[leaf * LEAF + j]
                    n_found += distance[j] <= bound
                if n_found > room - LEAF:
                    _heap_nearest(found_distance, found_point, n_found, n_kept)
                    n_found, bound = n_kept, found_distance[0]
            _heap_nearest(found_distance, found_point, n_found, n_kept)
            radius[i] = np.sqrt(found_distance[0])
            itself = order[home * LEAF + i]
            _move_to_front(itself, found_distance, found_point, n_kept)
            _sort(found_distance[1:n_kept], found_point[1:n_kept], neighbors[itself])
    return neighbors


@compiled
def _bound(distance, radius, n_known):
    """Return a squared distance within which a point has enough others, by the points before it.

    One of these, at a distance d, has enough within its radius r: d + r is far enough. What is
    added is more than what rounding takes.
    """
    nearest = np.inf
    for j in range(n_known):
        nearest = min(nearest, np.sqrt(distance[j]) + radius[j])
    return nearest * nearest * (1 + 1e-9) + 1e-300


@compiled
def _heap_nearest(distance, point, n_found, n_kept):
    """Move the nearest of the points found to the front, as a heap with the farthest on top."""
    for place in range(n_kept // 2 - 1, -1, -1):
        _sink(distance, point, n_kept, place, distance[place], point[place])
    for i in range(n_kept, n_found):
        if distance[i] < distance[0] or (distance[i] == distance[0] and point[i] < point[0]):
            _sink(distance, point, n_kept, 0, distance[i], point[i])


@compiled
def _move_to_front(itself, distance, point, n_kept):
    """Put a point in the place of the farthest one, which takes its place.

    Where points are so close that all distances are zero, it may be missing: the farthest goes.
    """
    for i in range(n_kept):
        if point[i] == itself:
            point[i], distance[i] = point[0], distance[0]
            return


@compiled
def _sort(distance, point, row):
    """Write points into a row, from the nearest to the farthest."""
    n = len(row)
    if n > FEW:
        _heap_nearest(distance, point, n, n)
        for last in range(n - 1, -1, -1):
            row[last] = point[0]
            _sink(distance, point, last, 0, distance[last], point[last])
        return
    for i in range(n):
        at, this, n_nearer = distance[i], point[i], 0
        for j in range(n):  # one vectorised loop
            n_nearer += (distance[j] < at) | ((distance[j] == at) & (point[j] < this))
        row[n_nearer] = this


@compiled
def symmetric_graph(neighbors):
    """Join i and j when j is a neighbour of i or the other way round.

    Parameters
    ----------
    neighbors : numpy.ndarray, int32, shape (n_points, n_others)
        From `nearest_neighbors`.

    Returns
    -------
    indptr : numpy.ndarray, int64, shape (n_points + 1,)
    indices : numpy.ndarray, int32
        The graph in compressed sparse rows; the order within a row is not defined.
    ranks : numpy.ndarray, int32
        Of each entry: how many others are nearer, the fewer of those from either end. So an edge is
        in the graph of the n nearest where its rank is less than n.
    """
    n_points, n_others = neighbors.shape
    starts, others, their_rank = _transposed(neighbors)
    indptr = np.zeros(n_points + 1, np.int64)
    indices = np.empty(2 * n_points * n_others, np.int32)
    ranks = np.empty(2 * n_points * n_others, np.int32)
    place = np.full(n_points, -1)  # where a neighbour of i is in the row of i
    end = 0
    for i in range(n_points):
        for nth in range(n_others):
            place[neighbors[i, nth]] = end
            indices[end], ranks[end] = neighbors[i, nth], nth
            end += 1
        for e in range(starts[i], starts[i + 1]):
            j = others[e]
            if place[j] >= indptr[i]:
                ranks[place[j]] = min(ranks[place[j]], their_rank[e])
            else:
                indices[end], ranks[end] = j, their_rank[e]
                end += 1
        indptr[i + 1] = end
    return indptr, indices[:end].copy(), ranks[:end].copy()


@compiled
def _transposed(neighbors):
    """Return, in compressed sparse rows, whose neighbour each point is, and which of theirs."""
    n_points, n_others = neighbors.shape
    starts = np.zeros(n_points + 1, np.int64)
    for i in range(n_points):
        for nth in range(n_others):
            starts[neighbors[i, nth] + 1] += 1
    starts = np.cumsum(starts)
    others = np.empty(n_points * n_others, np.int32)
    rank = np.empty(n_points * n_others, np.int32)
    end = starts[:-1].copy()
    for i in range(n_points):
        for nth in range(n_others):
            j = neighbors[i, nth]
            others[end[j]], rank[end[j]] = i, nth
            end[j] += 1
    return starts, others, rank


@compiled
def nearer_graph(indptr, indices, ranks, n_others):
    """Return the graph of the `n_others` nearest from that of more, see `symmetric_graph`."""
    starts = np.zeros_like(indptr)
    nearer = np.empty_like(indices)
    n_kept = 0
    for i in range(len(indptr) - 1):
        for e in range(indptr[i], indptr[i + 1]):
            if ranks[e] < n_others:
                nearer[n_kept] = indices[e]
                n_kept += 1
        starts[i + 1] = n_kept
    return starts, nearer[:n_kept].copy()


@compiled
def _leaf_order(points):
    """Order the points so that each run of LEAF points is a leaf of a k-d tree."""
    n_points, n_features = points.shape
    order = np.arange(n_points)
    starts = np.zeros(64, np.int64)  # ranges to split; each split halves, so 64 are enough
    stops = np.full(64, n_points)
    n_pending = 1
    while n_pending > 0:
        n_pending -= 1
        start, stop = starts[n_pending], stops[n_pending]
        if stop - start <= LEAF:
            continue
        axis, widest = 0, -1.0
        for feature in range(n_features):
            low, high = np.inf, -np.inf
            for i in range(start, stop):
                low = min(low, points[order[i], feature])
                high = max(high, points[order[i], feature])
            if high - low > widest:
                axis, widest = feature, high - low
        # Half of the leaves on each side, so that all but the last are full.
        middle = start + ((stop - start) // 2 + LEAF - 1) // LEAF * LEAF
        _select(points, order, start, stop, middle, axis)
        starts[n_pending], stops[n_pending] = start, middle
        starts[n_pending + 1], stops[n_pending + 1] = middle, stop
        n_pending += 2
    return order


@compiled
def _select(points, order, start, stop, middle, axis):
    """Reorder a range so that no feature before ``middle`` is larger than one after (Hoare)."""
    low, high = start, stop - 1
    while low < high:
        pivot = points[order[(low + high) // 2], axis]
        i, j = low, high
        while i <= j:
            while points[order[i], axis] < pivot:
                i += 1
            while points[order[j], axis] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            break


@compiled
def _leaves(points, order):
    """Copy the points leaf by leaf, feature by feature; also return the leaves' bounding boxes."""
    n_points, n_features = points.shape
    n_leaves = (n_points + LEAF - 1) // LEAF
    leaves = np.full((n_leaves, n_features, LEAF), np.inf)
    lower = np.full((n_leaves, n_features), np.inf)
    upper = np.full((n_leaves, n_features), -np.inf)
    for i in range(n_points):
        leaf = i // LEAF
        for feature in range(n_features):
            value = points[order[i], feature]
            leaves[leaf, feature, i % LEAF] = value
            lower[leaf, feature] = min(lower[leaf, feature], value)
            upper[leaf, feature] = max(upper[leaf, feature], value)
    return leaves, lower, upper


@compiled
def _box_gap(lower_a, upper_a, lower_b, upper_b):
    """Return the squared distance between two boxes: no two of their points are nearer."""
    gap = 0.0
    for feature in range(len(lower_a)):
        step = max(lower_a[feature] - upper_b[feature], lower_b[feature] - upper_a[feature], 0.0)
        gap += step * step
    return gap


@compiled
def _diagonal(lower, upper):
    """Return the squared diagonal of a box: no two points in it are farther apart."""
    diagonal = 0.0
    for feature in range(len(lower)):
        step = upper[feature] - lower[feature]
        diagonal += step * step
    return diagonal


@compiled
def _sink(heap_distance, heap_point, size, place, distance, point):
    """Put a point into a heap at a place where one is taken out, or further down."""
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and (
            heap_distance[child + 1] > heap_distance[child]
            or (
                heap_distance[child + 1] == heap_distance[child]
                and heap_point[child + 1] > heap_point[child]
            )
        ):
            child += 1
        if heap_distance[child] < distance or (
            heap_distance[child] == distance and heap_point[child] < point
        ):
            break
        heap_distance[place] = heap_distance[child]
        heap_point[place] = heap_point[child]
        place = child
    heap_distance[place] = distance
    heap_point[place] = point
