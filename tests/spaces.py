"""Graphs and point clouds of known topology, for the tests."""

import math
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse


def graph_of_edges(n_vertices, edges):
    edges = np.array(list(edges), dtype=int).reshape(-1, 2)
    entries = (np.ones(len(edges)), (edges[:, 0], edges[:, 1]))
    upper = sparse.csr_array(entries, shape=(n_vertices, n_vertices))
    return upper + upper.T


def random_graph(n_vertices, density, rng):
    upper = np.triu(rng.random((n_vertices, n_vertices)) < density, 1)
    return sparse.csr_array(upper | upper.T)


def geometric_graph(points, radius):
    gaps = points[:, None] - points[None]
    joined = (gaps**2).sum(axis=2) <= radius**2
    np.fill_diagonal(joined, False)
    return sparse.csr_array(joined)


def neighbor_graph_by_definition(points, n_neighbors):
    """Sort all points by distance and lexicographic order, for every point."""
    points = np.unique(np.asarray(points, dtype=float), axis=0)
    joined = np.zeros((len(points), len(points)), dtype=bool)
    for i, point in enumerate(points):
        distances = np.zeros(len(points))
        for feature in range(points.shape[1]):
            distances += (points[:, feature] - point[feature]) ** 2
        distances[i] = -1
        joined[i, np.lexsort((np.arange(len(points)), distances))[:n_neighbors]] = True
    joined |= joined.T
    np.fill_diagonal(joined, False)
    return sparse.csr_array(joined)


grids = hnp.arrays(  # few values: many duplicates and equal distances
    np.float64,
    st.tuples(st.integers(1, 200), st.integers(1, 3)),
    elements=st.integers(-3, 3).map(float),
    fill=st.nothing(),
)


def cycle(n_vertices):
    return graph_of_edges(n_vertices, [(i, (i + 1) % n_vertices) for i in range(n_vertices)])


def complete(n_vertices):
    return graph_of_edges(n_vertices, combinations(range(n_vertices), 2))


def star(n_leaves):
    return graph_of_edges(n_leaves + 1, [(0, leaf) for leaf in range(1, n_leaves + 1)])


def suspension(graph):
    """Join two new vertices to all others: β_d of the graph becomes β_{d+1}, reduced."""
    n = graph.shape[0]
    poles = [(pole, v) for pole in (n, n + 1) for v in range(n)]
    whole = graph_of_edges(n + 2, poles).tolil()
    whole[:n, :n] = graph
    return whole.tocsr()


def disjoint_union(graphs):
    return sparse.csr_array(sparse.block_diag(graphs, format="csr"))


def barycentric_subdivision(triangles):
    """The graph of all vertices, edges and triangles; its flag complex is the subdivision."""
    faces = {
        face
        for triangle in triangles
        for size in (1, 2, 3)
        for face in combinations(sorted(triangle), size)
    }
    faces = sorted(faces)
    pairs = combinations(range(len(faces)), 2)
    nested = [
        (i, j) for i, j in pairs if set(faces[i]) < set(faces[j]) or set(faces[j]) < set(faces[i])
    ]
    return graph_of_edges(len(faces), nested)


def square_with_glued_sides(size, twisted):
    """Triangles of a square whose opposite sides are glued, one pair with a twist or neither."""

    def vertex(i, j):
        turns, i = divmod(i, size)
        return (i, (-j if twisted and turns % 2 else j) % size)

    triangles = []
    for i in range(size):
        for j in range(size):
            a, b = vertex(i, j), vertex(i + 1, j)
            c, d = vertex(i, j + 1), vertex(i + 1, j + 1)
            triangles += [(a, b, d), (a, c, d)]
    return triangles


PROJECTIVE_PLANE = [  # the triangulation with six vertices: half of an icosahedron
    (0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5), (0, 1, 5),
    (1, 2, 4), (2, 3, 5), (1, 3, 4), (2, 4, 5), (1, 3, 5),
]  # fmt: skip


def circle_points(s):
    return np.stack([np.cos(s), np.sin(s)], axis=1)


def torus_points(s, t):
    return np.concatenate([circle_points(s), circle_points(t)], axis=1)


def klein_bottle_points(s, t):
    """The embedding in four dimensions: a circle that turns half round as its centre goes round."""
    tube = circle_points(t)
    ring = (2 + tube[:, :1]) * circle_points(s)
    return np.concatenate([ring, tube[:, 1:] * circle_points(s / 2)], axis=1)


def projective_plane_points(points):
    """The Veronese embedding: opposite points of the sphere have the same products."""
    products = points[:, :, None] * points[:, None, :]
    return products.reshape(len(points), 9)


def even_pairs(n_points):
    """Angles spread evenly over a torus: a lattice of the golden ratio."""
    i = np.arange(n_points)
    return 2 * np.pi * (i / n_points), 2 * np.pi * (i * (math.sqrt(5) - 1) / 2 % 1)


def even_sphere(n_points):
    height = 1 - (2 * np.arange(n_points) + 1) / n_points
    _, turn = even_pairs(n_points)
    return np.c_[np.sqrt(1 - height**2)[:, None] * circle_points(turn), height]
