"""Time Betti numbers of a cloud in many dimensions, part by part, beside libraries; print a table.

    python benchmarks/bench_dimension.py [--table FILE] [--points FILE.npy] [--rounds 3]

The cloud has 5,000 points in 50 features, or is that of a file, such as the principal components of
images. Its neighbours are searched by us and by scikit-learn. Then, at 1, 2 and 3 hops, the graph
is collapsed and left to Ripser: by us, by us with a collapse to the end, by GUDHI's collapse, and
without a collapse. All methods must agree.
"""

from functools import partial

import numpy as np
from common import best_times, in_fresh_process, parser, row, show

from tests import library_path
from topodnn.homology.betti import betti_numbers_by_ripser
from topodnn.homology.collapse import collapse
from topodnn.homology.graph import distinct_points, neighbor_rows

N_POINTS, N_FEATURES, N_LATENT = 5_000, 50, 12
N_NEIGHBORS = 20
HOPS = (1, 2, 3)
GUDHI_HOPS = 2  # with 3 its collapse takes more than four minutes


def main():
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--points", help="npy file of an array (n_points, n_features)")
    arguments = options.parse_args()
    points = np.load(arguments.points) if arguments.points else curved_cloud()
    points = distinct_points(points)
    rows = [*bench_neighbors(points, arguments.rounds)]
    for n_hops in HOPS:
        rows += bench_complex(points, n_hops, arguments.rounds)
    show([*rows, bench_memory(points)], arguments.table)


def curved_cloud():
    """Points of a curved space of 12 dimensions in 50 features, with decaying spreads."""
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(N_POINTS, N_LATENT))
    points = np.tanh(latent @ rng.normal(size=(N_LATENT, 200)) / 2) @ rng.normal(
        size=(200, N_FEATURES)
    )
    return points / np.sqrt(1 + np.arange(N_FEATURES))


def name_of(points):
    return f"{len(points):,} points, {points.shape[1]} features"


def bench_neighbors(points, rounds):
    methods = {
        "ours": partial(neighbor_rows, points, N_NEIGHBORS),
        "scikit-learn": lambda: [library_path.neighbor_graph(points, N_NEIGHBORS)],
    }
    neighbor_rows(points[:100], N_NEIGHBORS)  # compiled before the clock starts
    seconds = best_times({name: listed(f) for name, f in methods.items()}, rounds, "neighbours")[0]
    yield line(f"neighbours, {name_of(points)}", [], seconds, "scikit-learn")


def listed(function):
    """A method of `best_times` may not return a tuple, which would be its own seconds."""
    return lambda: list(function())


def bench_complex(points, n_hops, rounds):
    """From the neighbour graph to β0 and β1."""
    ours, graph = (
        neighbor_rows(points, N_NEIGHBORS),
        library_path.neighbor_graph(points, N_NEIGHBORS),
    )
    methods = {
        "ours": partial(by_collapse, *ours, n_hops, False),
        "collapse to the end": partial(by_collapse, *ours, n_hops, True),
        "GUDHI": partial(by_gudhi, graph, n_hops),
        "no collapse": partial(by_ripser, graph, n_hops),
    }
    if n_hops > GUDHI_HOPS:
        del methods["GUDHI"]
    by_collapse(*neighbor_rows(points[:100], 5), 2, False)
    what = f"{n_hops} hop{'s' * (n_hops > 1)}, k = {N_NEIGHBORS}"
    seconds, found = best_times(methods, rounds, what)
    for name in list(methods)[1:]:
        assert np.array_equal(found[name], found["ours"]), (what, name, found)
        yield line(what, [found["ours"]], seconds, name)


def by_collapse(indptr, indices, n_hops, to_the_end):
    return betti_numbers_by_ripser(*collapse(indptr, indices, n_hops, to_the_end), 1)


def by_gudhi(graph, n_hops):
    return library_path.betti_numbers_by_gudhi(library_path.hop_graph(graph, n_hops), 1, 1)


def by_ripser(graph, n_hops):
    return library_path.betti_numbers_by_ripser(library_path.hop_graph(graph, n_hops), 1)


def line(what, found, seconds, name):
    ratio = f"{seconds[name] / seconds['ours']:.1f}"
    return row(what, found, seconds["ours"], name, f"{seconds[name]:.2f}", ratio, "")


def bench_memory(points):
    options = {"n_neighbors": N_NEIGHBORS, "scale": HOPS[-1] + 0.5}
    seconds, gigabytes, found = in_fresh_process("betti_numbers", points, **options)
    what = f"{name_of(points)}, {HOPS[-1]} hops"
    return row(what, [found], seconds, "peak memory", "", f"{gigabytes:.2f} GB", "≤ 2 GB")


if __name__ == "__main__":
    main()
