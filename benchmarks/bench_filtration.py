"""Time persistent Betti numbers over a range of k beside GUDHI's collapse; print one table.

    python benchmarks/bench_filtration.py [--table FILE] [--rounds 3] [--quick]

Beside ours are GUDHI's edge collapse of the filtration, with Ripser on what remains, and one
`betti_numbers` at the middle k. All three run in turn, from points to numbers, in one process. All
ranks must agree. Ratios are meant, seconds depend on the machine.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from common import (
    GROWTH,
    best_times,
    growth_rows,
    in_fresh_process,
    parser,
    row,
    show,
    trained_layers,
)

from tests import filtrations
from topodnn.homology.betti import betti_numbers
from topodnn.homology.filtration import persistent_betti_numbers, ranks

N_HOPS = 2
GUDHI_TARGET = 12
ONE_K_TARGETS = {2: 2, 6: 4.5}  # by the number of steps


class Case(NamedTuple):
    title: str
    generator: str
    layers: tuple[int, ...]
    stride: int  # every q-th point of class 0
    ends: tuple[int, int]  # of the range of k
    max_dimension: int


CASES = [
    Case("D-II", "linked_rings", (0, 2, 5, 8), 4, (20, 44), 1),
    Case("tori", "entangled_tori", (0, 2, 4, 6, 8), 1, (20, 38), 2),
]


def main():
    options = parser(__doc__.splitlines()[0])
    options.add_argument(
        "--quick", action="store_true", help="few layers and points, one round: to try, no result"
    )
    arguments = options.parse_args()
    cases, growth, rounds = CASES, GROWTH, arguments.rounds
    if arguments.quick:
        cases = [case._replace(stride=16, layers=case.layers[:2]) for case in CASES]
        growth, rounds = (2_500, 10_000), 1
    rows = [line for case in cases for line in bench_case(case, rounds)]
    rows += [line for n_steps in ONE_K_TARGETS for line in bench_growth(n_steps, growth)]
    show([*rows, bench_memory(cases[-1])], arguments.table)


def steps_between(ends, n_steps):
    return np.linspace(*ends, n_steps).round().astype(int).tolist()


def points_of(case, layers, labels, number):
    return layers[number][labels == 0][:: case.stride]


def bench_case(case, rounds):
    layers, labels = trained_layers(case.generator)
    rows, everything = [], []
    for number in case.layers:
        points = points_of(case, layers, labels, number)
        what = f"{case.title}, layer {number}, {len(points):,} points"
        seconds, found = measure(case, points, rounds, what)
        everything.append(seconds)
        for n_steps in ONE_K_TARGETS:
            betti = found["ours", n_steps][:, 0, -1]
            rows += rows_beside(f"{what}, {n_steps} steps", [betti], seconds, n_steps)
    total = {method: sum(seconds[method] for seconds in everything) for method in everything[0]}
    for n_steps in ONE_K_TARGETS:
        what = f"{case.title}, these layers together, {n_steps} steps"
        rows += rows_beside(what, [], total, n_steps)
        ours, peer = total["ours", n_steps], total["collapse", n_steps]
        name = "GUDHI, without making the graphs"
        rows.append(row(what, [], ours, name, f"{peer:.2f}", f"{peer / ours:.1f}", ""))
    return rows


def measure(case, points, rounds, what):
    """Seconds and results by method and number of steps; GUDHI's graphs have their own."""
    dimension = {"max_dimension": case.max_dimension}
    one_k = sum(case.ends) // 2
    methods = {("one k", 1): partial(betti_numbers, points, n_neighbors=one_k, **dimension)}
    graphs = {}
    for n_steps in ONE_K_TARGETS:
        ks = steps_between(case.ends, n_steps)
        ours = partial(persistent_betti_numbers, points, n_neighbors=ks, **dimension)
        methods["ours", n_steps] = ours
        methods["graphs", n_steps] = partial(make_graphs, graphs, points, ks)
        methods["collapse", n_steps] = partial(by_gudhi, graphs, n_steps, case.max_dimension)
    for method in ("one k", 1), ("ours", 2):
        methods[method]()  # compiled before the clock starts
    seconds, found = best_times(methods, rounds, what)
    for n_steps in ONE_K_TARGETS:
        ours, peer = found["ours", n_steps], found["collapse", n_steps]
        assert np.array_equal(ours, peer), (what, n_steps, ours, peer)
    return seconds, found


def make_graphs(graphs, points, ks):
    """The graphs of all steps by scikit-learn and sparse products, put into a dict."""
    graphs[len(ks)] = filtrations.hop_graphs(points, ks, [N_HOPS] * len(ks))


def by_gudhi(graphs, n_steps, max_dimension):
    """One edge collapse of the filtration, then Ripser."""
    barcode = filtrations.barcode_by_edge_collapse(graphs[n_steps], max_dimension)
    return ranks(barcode, n_steps)


def rows_beside(what, betti, seconds, n_steps):
    """Ours beside GUDHI, and beside one k."""
    ours, one_k = seconds["ours", n_steps], seconds["one k", 1]
    gudhi = seconds["graphs", n_steps] + seconds["collapse", n_steps]
    slower, longer = f"{gudhi / ours:.1f}", f"{ours / one_k:.1f}"
    wanted = f"≤ {ONE_K_TARGETS[n_steps]}"
    return [
        row(what, betti, ours, "GUDHI", f"{gudhi:.2f}", slower, f"≥ {GUDHI_TARGET}"),
        row(what, betti, ours, "one k", f"{one_k:.3f}", longer, wanted),
    ]


def bench_growth(n_steps, sizes):
    ks, what = steps_between(CASES[0].ends, n_steps), f", {n_steps} steps"
    return growth_rows("persistent_betti_numbers", sizes, what, n_neighbors=ks)


def bench_memory(case):
    """Memory of the deepest layer, with most steps and dimensions."""
    layers, labels = trained_layers(case.generator)
    points, n_steps = points_of(case, layers, labels, case.layers[-1]), max(ONE_K_TARGETS)
    ks = steps_between(case.ends, n_steps)
    options = {"n_neighbors": ks, "max_dimension": case.max_dimension}
    seconds, gigabytes, found = in_fresh_process("persistent_betti_numbers", points, **options)
    what = f"{case.title}, layer {case.layers[-1]}, {len(points):,} points, {n_steps} steps"
    memory = f"{gigabytes:.2f} GB"
    return row(what, [found[:, 0, -1]], seconds, "peak memory", "", memory, "≤ 2 GB")


if __name__ == "__main__":
    main()
