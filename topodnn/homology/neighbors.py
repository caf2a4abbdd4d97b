"""Exact nearest neighbours of every point of a cloud.

The points are sorted into the leaves of a k-d tree. For each leaf, the others are visited from the
nearest on. The distances from a point to a whole leaf are one vectorised loop, and the search stops
at the first leaf that is farther away than the neighbours found. Bounds and distances are sums of
the same terms in the same order, and rounding is monotone: nothing is missed.
"""

import numpy as np

from topodnn.homology.bits import compiled

LEAF = 64  # points; the fastest of 16, 32 and 64 on layers of 3 to 15 features


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
    heap_distance = np.empty(n_others)
    heap_point = np.empty(n_others, np.int64)
    point = np.empty(n_features)
    distance = np.empty(LEAF)
    near = np.empty(len(leaves), np.int64)
    gap = np.empty(len(leaves))
    for home in range(len(leaves)):
        # A leaf with enough points has all their neighbours within its diagonal.
        farthest = np.inf
        if min(LEAF, n_points - home * LEAF) > n_others:
            farthest = _diagonal(lower[home], upper[home])
        n_near = 0
        for leaf in range(len(leaves)):
            gap[n_near] = _box_gap(lower[home], upper[home], lower[leaf], upper[leaf])
            if leaf == home:
                gap[n_near] = -1.0  # comes first, to make the search radius small at once
            if gap[n_near] <= farthest:
                near[n_near] = leaf
                n_near += 1
        nearest_first = np.argsort(gap[:n_near])
        for i in range(min(LEAF, n_points - home * LEAF)):
            for feature in range(n_features):
                point[feature] = leaves[home, feature, i]
            itself = order[home * LEAF + i]
            heap_distance[:] = np.inf
            heap_point[:] = n_points
            for nth in nearest_first:
                if gap[nth] > heap_distance[0]:
                    break
                leaf = near[nth]
                if _box_gap(point, point, lower[leaf], upper[leaf]) > heap_distance[0]:
                    continue
                distance[:] = 0.0
                for feature in range(n_features):
                    for j in range(LEAF):
                        step = leaves[leaf, feature, j] - point[feature]
                        distance[j] += step * step
                for j in range(min(LEAF, n_points - leaf * LEAF)):
                    if distance[j] <= heap_distance[0]:
                        other = order[leaf * LEAF + j]
                        closer = distance[j] < heap_distance[0] or other < heap_point[0]
                        if closer and other != itself:
                            _replace_farthest(heap_distance, heap_point, distance[j], other)
            for last in range(n_others - 1, -1, -1):  # the farthest leaves the heap first
                neighbors[itself, last] = heap_point[0]
                _replace_farthest(
                    heap_distance[:last], heap_point[:last], heap_distance[last], heap_point[last]
                )
    return neighbors


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
    indptr = np.zeros(n_points + 1, np.int64)
    back = np.full((n_points, n_others), n_others, np.int32)  # rank of i among those of its nth
    for i in range(n_points):
        indptr[i + 1] += n_others
        for nth in range(n_others):
            j = neighbors[i, nth]
            for rank in range(n_others):
                if neighbors[j, rank] == i:
                    back[i, nth] = rank
                    break
            indptr[j + 1] += back[i, nth] == n_others
    indptr = np.cumsum(indptr)
    indices, ranks = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int32)
    end = indptr[:-1].copy()
    for i in range(n_points):
        for nth in range(n_others):
            j = neighbors[i, nth]
            indices[end[i]] = j
            ranks[end[i]] = min(nth, back[i, nth])
            end[i] += 1
            if back[i, nth] == n_others:  # i is not a neighbour of its neighbour
                indices[end[j]] = i
                ranks[end[j]] = nth
                end[j] += 1
    return indptr, indices, ranks


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
def _replace_farthest(heap_distance, heap_point, distance, point):
    """Replace the farthest point, the top of the heap, by another one."""
    size = len(heap_distance)
    place = 0
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
