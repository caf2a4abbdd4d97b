"""Check the homology core on random complexes: every Betti number and bar must be GUDHI's.

    make exact
    make exact EXACT="--number 1000000 --seed 1"

The core collapses a complex and gives what is left to Ripser. GUDHI's simplex tree writes out every
simplex of the whole complex and shares no code with either. Complex i of a seed is always the same.
"""

import argparse
import multiprocessing
import os
import platform
import sys
import time
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for what the tests know of graphs and filtrations

import gudhi
import numpy as np
from scipy import sparse

from tests import filtrations, library_path, spaces
from topodnn.homology.betti import betti_numbers, betti_numbers_of_graph
from topodnn.homology.filtration import scale_barcode_of_graph

CHUNK = 200  # complexes between two lines of progress of a process
SECONDS = 5.0  # between two lines of progress


def random_graph(rng):
    return spaces.random_graph(int(rng.integers(1, 17)), rng.random(), rng)


def sparse_graph(rng):
    n = int(rng.integers(20, 90))
    return spaces.random_graph(n, rng.uniform(0, 7) / n, rng)


def graph_of_near_points(rng):
    points = rng.random((int(rng.integers(2, 24)), int(rng.integers(1, 6))))
    return spaces.geometric_graph(points, rng.uniform(0, 0.7))


def suspended_graph(rng):
    graph = spaces.random_graph(int(rng.integers(1, 11)), rng.random(), rng)
    for _ in range(int(rng.integers(1, 4))):
        graph = spaces.suspension(graph)
    return graph


def several_parts(rng):
    parts = [random_graph, sparse_graph, graph_of_near_points]
    return spaces.disjoint_union([rng.choice(parts)(rng) for _ in range(int(rng.integers(2, 4)))])


def known_space(rng):
    """A sphere, a torus, a Klein bottle or a projective plane, finely triangulated."""
    match int(rng.integers(4)):
        case 0:
            graph = spaces.cycle(int(rng.integers(4, 30)))
            for _ in range(int(rng.integers(0, 3))):
                graph = spaces.suspension(graph)
            return graph
        case 1:
            return spaces.barycentric_subdivision(spaces.PROJECTIVE_PLANE)
        case kind:
            square = spaces.square_with_glued_sides(int(rng.integers(4, 6)), twisted=kind == 2)
            return spaces.barycentric_subdivision(square)


GRAPHS = [random_graph, sparse_graph, graph_of_near_points, suspended_graph, several_parts]


def by_gudhi(graph, max_dimension):
    """The Betti numbers of the flag complex of a graph, all of its simplices written out."""
    tree = gudhi.SimplexTree()
    for vertex in range(graph.shape[0]):
        tree.insert([vertex])
    for u, v in zip(*sparse.triu(graph, 1).nonzero(), strict=True):
        tree.insert([int(u), int(v)])
    tree.expansion(max_dimension + 1)
    tree.compute_persistence(homology_coeff_field=2, persistence_dim_max=True)
    found = tree.betti_numbers()[: max_dimension + 1]
    return found + [0] * (max_dimension + 1 - len(found))


def check_graph(make, rng):
    """A flag complex, its vertices in any order."""
    graph = make(rng).tocsr()
    order = rng.permutation(graph.shape[0])
    graph, highest = graph[order][:, order], int(rng.integers(0, 4))
    found = betti_numbers_of_graph(graph, max_dimension=highest).tolist()
    return highest, found == by_gudhi(graph, highest)


def check_cloud(rng):
    """The complex of a point cloud, with equal points and equal distances in every second one."""
    points = rng.standard_normal((int(rng.integers(2, 30)), int(rng.integers(1, 5))))
    points = points.round() if rng.random() < 0.5 else points
    k, hops, highest = int(rng.integers(2, 6)), int(rng.integers(1, 4)), int(rng.integers(0, 4))
    graph = library_path.hop_graph(spaces.neighbor_graph_by_definition(points, k), hops)
    found = betti_numbers(points, n_neighbors=k, scale=hops + 0.5, max_dimension=highest)
    return highest, found.tolist() == by_gudhi(graph, highest)


def check_filtration(rng):
    """The barcode of a growing graph."""
    n_steps, highest = int(rng.integers(2, 7)), int(rng.integers(0, 4))
    kinds = [filtrations.erdos_renyi, filtrations.geometric, filtrations.components_that_come_late]
    births = rng.choice(kinds)(rng, n_steps)
    entries = sparse.csr_array(births)  # what comes after the last step is left out
    found = scale_barcode_of_graph(entries, n_steps=n_steps, max_dimension=highest)
    wanted = filtrations.barcode_by_simplex_tree(births, n_steps, highest)
    return highest, all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def check(seed, number):
    """Check one complex: its kind, the highest dimension, and whether all agree."""
    rng = np.random.default_rng([seed, number])
    place = number % 10
    if number % 500 == 499:  # they are few, and large
        return "known_space", *check_graph(known_space, rng)
    if place < len(GRAPHS):
        return GRAPHS[place].__name__, *check_graph(GRAPHS[place], rng)
    return ("cloud", *check_cloud(rng)) if place < 8 else ("filtration", *check_filtration(rng))


def check_some(task):
    seed, numbers = task
    return [(number, *check(seed, number)) for number in numbers]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--number", type=int, default=100_000, help="complexes")
    parser.add_argument("--seed", type=int, default=22)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--table", type=Path, help="write what was found here too")
    options = parser.parse_args()
    start = shown = time.monotonic()
    every = range(options.number)
    tasks = [(options.seed, every[i : i + CHUNK]) for i in range(0, options.number, CHUNK)]
    counts, wrong = Counter(), []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for some in pool.imap_unordered(check_some, tasks):
            counts.update((kind, highest) for _, kind, highest, _ in some)
            wrong += [(number, kind) for number, kind, _, agrees in some if not agrees]
            if time.monotonic() - shown > SECONDS:
                shown = time.monotonic()
                print(f"{counts.total()} of {options.number}, {len(wrong)} wrong", file=sys.stderr)
    seconds = time.monotonic() - start
    line = (
        f"{counts.total():,} complexes, seed {options.seed}: {len(wrong)} differ from GUDHI "
        f"({seconds:.0f} s, {options.processes} processes)"
    )
    if options.table:
        options.table.write_text(table(line, counts), encoding="utf-8")
    for number, kind in sorted(wrong)[:10]:
        print(f"differs: seed {options.seed}, number {number}, {kind}", file=sys.stderr)
    print(line)
    sys.exit(bool(wrong))


def table(line, counts):
    """What was checked, by kind and highest dimension, in Markdown."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("topodnn", "gudhi", "ripser"))
    rows = [
        f"| {kind.replace('_', ' ')} | "
        + " | ".join(f"{counts[kind, d]:,}" for d in range(4))
        + f" | {sum(counts[kind, d] for d in range(4)):,} |"
        for kind in sorted({kind for kind, _ in counts})
    ]
    head = "| complexes | up to β0 | up to β1 | up to β2 | up to β3 | in all |\n" + "|---" * 6 + "|"
    made = f"`make exact`, {date.today()}, {platform.machine()}, {packages}"
    return f"{line}\n\n{head}\n" + "\n".join(rows) + f"\n\n{made}\n"


if __name__ == "__main__":
    main()
