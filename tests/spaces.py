"""Graphs and point clouds of known topology, for the tests."""

from itertools import combinations

import numpy as np
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
