"""Time Betti numbers, from points to numbers, beside the best library paths; print one table.

    python benchmarks/bench_homology.py [--table FILE] [--giotto-python PYTHON]

giotto-ph is no dependency of the package. If it is installed, or another Python that has it is
named, it is measured too. Every method runs in turn in the same round, and the best of all rounds
counts: ratios are meant, seconds depend on the machine.
"""

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from common import (
    GROWTH,
    best_times,
    growth_rows,
    parser,
    progress,
    rings,
    row,
    run_python,
    show,
    trained_layers,
)
from scipy import sparse

from tests import library_path
from topodnn.homology.betti import betti_numbers

N_NEIGHBORS = 35
N_HOPS = 2
LAYERS = (0, 2, 5, 8)  # the input and three hidden layers
TARGETS = {"GUDHI": 6, "giotto-ph": 25, "dense distances": 50}

GIOTTO = """
import os, sys, time
import numpy as np
from scipy import sparse
from gph import ripser_parallel
graph = sparse.load_npz(sys.argv[1])
start = time.perf_counter()
diagrams = ripser_parallel(graph, metric="precomputed", maxdim=1, thresh=1.0, collapse_edges=True,
                           n_threads=os.cpu_count())["dgms"]
print(time.perf_counter() - start, *(int(np.isinf(d[:, 1]).sum()) for d in diagrams))
"""

START_UP = """
import numpy as np
from topodnn.homology.betti import betti_numbers
betti_numbers(np.random.default_rng(0).random((1000, 3)), n_neighbors=35)
"""


def main():
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--giotto-python", default=sys.executable, help="a Python with giotto-ph")
    arguments = options.parse_args()
    layers, labels = trained_layers()
    rows = [
        *bench_fast(layers, labels, arguments.giotto_python, arguments.rounds),
        *growth_rows("betti_numbers", GROWTH, n_neighbors=N_NEIGHBORS),
        bench_whole_sample(layers, labels),
        bench_profile(),
        bench_start_up(),
    ]
    show(rows, arguments.table)


# Fast ---------------------------------------------------------------------------------------------


def bench_fast(layers, labels, giotto_python, rounds):
    rows = []
    for number in LAYERS:
        points = layers[number][labels == 0][::4]
        methods = {
            "ours": partial(betti_numbers, points, n_neighbors=N_NEIGHBORS),
            "GUDHI": partial(by_gudhi, points),
            "giotto-ph": partial(by_giotto, points, giotto_python),
            "sparse distances": partial(by_sparse_distances, points),
            "dense distances": partial(by_dense_distances, points),
        }
        betti_numbers(points, n_neighbors=N_NEIGHBORS)  # compiled before the clock starts
        seconds, found = best_times(methods, rounds, f"layer {number}")
        for name in list(methods)[1:]:
            if found[name] is None:
                peer_seconds, ratio = "not installed", ""
            else:
                assert np.array_equal(found[name], found["ours"]), (number, name, found)
                peer_seconds = f"{seconds[name]:.2f}"
                ratio = f"{seconds[name] / seconds['ours']:.1f}"
            what = f"layer {number}, {len(points):,} points"
            wanted = f"≥ {TARGETS[name]}" if name in TARGETS else ""
            rows.append(
                row(what, [found["ours"]], seconds["ours"], name, peer_seconds, ratio, wanted)
            )
    return rows


def hop_graph_by_libraries(points):
    return library_path.hop_graph(library_path.neighbor_graph(points, N_NEIGHBORS), N_HOPS)


def by_gudhi(points):
    """One edge collapse, then Ripser."""
    return library_path.betti_numbers_by_gudhi(hop_graph_by_libraries(points), 1, n_collapses=1)


def by_sparse_distances(points):
    return library_path.betti_numbers_by_ripser(hop_graph_by_libraries(points), 1)


def by_dense_distances(points):
    return library_path.betti_numbers_by_dense_distances(points, N_NEIGHBORS, N_HOPS, 1)


def by_giotto(points, python):
    start = time.perf_counter()
    graph = hop_graph_by_libraries(points).astype(np.float32)
    took = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        sparse.save_npz(Path(folder) / "graph.npz", sparse.coo_matrix(graph))
        command = [python, "-c", GIOTTO, str(Path(folder) / "graph.npz")]
        process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode != 0:
        progress("giotto-ph is left out:", process.stderr.strip().splitlines()[-1])
        return np.inf, None
    seconds, *betti = process.stdout.split()
    return took + float(seconds), np.array(betti, dtype=int)


# Whole sample, profile, start-up ------------------------------------------------------------------


def bench_whole_sample(layers, labels):
    betti = []
    start = time.perf_counter()
    for number, layer in enumerate(layers):
        for label in (0, 1):
            betti.append(betti_numbers(layer[labels == label], n_neighbors=N_NEIGHBORS))
            took = time.perf_counter() - start
            progress(f"whole sample, layer {number}, class {label}: {betti[-1]}, {took:.2f} s")
    what = f"{len(labels):,} points, {len(layers)} layers, both classes"
    return row(what, betti[::2], took, "", "", "", "≤ 60 s")


def bench_profile():
    """profile() of a network of ten layers, the choice of k included: seconds of one core."""
    import torch

    from topodnn import profile

    torch.set_num_threads(1)
    torch.manual_seed(0)
    classes = rings(5_004)
    X = torch.tensor(np.concatenate(classes), dtype=torch.float32)
    y = torch.arange(2).repeat_interleave(len(classes[0]))
    modules = [torch.nn.Linear(3, 15)]
    for n_out in [15] * 8 + [2]:
        modules += [torch.nn.ReLU(), torch.nn.Linear(15, n_out)]
    model = torch.nn.Sequential(*modules)
    adam = torch.optim.Adam(model.parameters(), lr=0.005)
    for batch in torch.randint(len(X), (3000, 200)):
        adam.zero_grad()
        torch.nn.functional.cross_entropy(model(X[batch]), y[batch]).backward()
        adam.step()
    seconds = []
    for _ in range(2):  # the first loads what Numba has compiled
        start = time.process_time()
        table = profile(model, X, y)
        seconds.append(time.process_time() - start)
        progress(f"profile: {seconds[-1]:.2f} s")
    error = (model(X).argmax(dim=1) != y).float().mean()
    betti = table[table["class"] == 0][["beta_0", "beta_1"]].to_numpy()
    what = f"profile(), 10 layers, {len(X):,} points, error {error:.3f}"
    return row(what, betti, min(seconds), "", "", "", "≤ 6 s")


def bench_start_up():
    with tempfile.TemporaryDirectory() as folder:
        seconds = []
        for _ in range(6):
            start = time.perf_counter()
            run_python(START_UP, NUMBA_CACHE_DIR=folder)
            seconds.append(time.perf_counter() - start)
            progress(f"start-up: {seconds[-1]:.2f} s")
    first, second = seconds[0], min(seconds[1:])
    return row(
        "start-up of a second process", [], second, "the first, compiling", f"{first:.1f}",
        f"{first / second:.1f}", "≤ 2 s",
    )  # fmt: skip


if __name__ == "__main__":
    main()
