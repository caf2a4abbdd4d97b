"""What the benchmarks of the homology share: trained layers, a fresh process, the table."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for the reference implementation in tests/

from topodnn.datasets import generators

HEAD = "| what | Betti numbers | ours (s) | beside | (s) | ratio | wanted |"
WIDTHS = {"linked_rings": 15, "entangled_tori": 25}
GROWTH = (22_500, 90_000)
PACKAGES = ("topodnn", "numpy", "numba", "scikit-learn", "gudhi", "ripser")

FRESH = """
import json, sys, time
import numpy as np
import topodnn
compute = getattr(topodnn, sys.argv[1])
points, options = np.load(sys.argv[2]), json.loads(sys.argv[3])
compute(points[:1000], **options)
seconds = []
for _ in range(3):
    start = time.perf_counter()
    found = compute(points, **options)
    seconds.append(time.perf_counter() - start)
# Not getrusage, whose maximum a process takes over from the one that started it.
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
kilobytes = int(peak[0].split()[1])
print(json.dumps([min(seconds), kilobytes / 2**20, found.tolist()]))
"""


def parser(description):
    """A command line with what every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--table", type=Path, help="write the table here too")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts")
    return parser


def progress(*words):
    print(*words, file=sys.stderr, flush=True)


def row(what, betti, seconds, peer, peer_seconds, ratio, wanted):
    betti = " ".join(str(tuple(map(int, b))) for b in betti)
    return f"| {what} | {betti} | {seconds:.3f} | {peer} | {peer_seconds} | {ratio} | {wanted} |"


def show(rows, path):
    """Print the table, with what it was made on, and write it to a file."""
    table = "\n".join([HEAD, "|" + "---|" * (HEAD.count("|") - 1), *rows])
    text = f"{table}\n\n{made_on()}\n"
    print(text)
    if path:
        path.write_text(text, encoding="utf-8")


def made_on():
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.machine()
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{date.today()}, {os.cpu_count()} cores ({processor}), {platform.system()}, "
        f"Python {platform.python_version()}, {versions}."
    )


# Time ---------------------------------------------------------------------------------------------


def best_times(methods, rounds, name):
    """Run all methods in turn; the least seconds of each, and what it found.

    A method returns what it found, or its own seconds and what it found, as a tuple.
    """
    seconds, found = {}, {}
    for turn in range(rounds):
        for method, compute in methods.items():
            if turn > 0 and seconds[method] > 10:
                continue  # once is enough for what takes long
            start = time.perf_counter()
            result = compute()
            took = time.perf_counter() - start
            if isinstance(result, tuple):
                took, result = result
            seconds[method] = min(took, seconds.get(method, np.inf))
            found[method] = result
            words = method if isinstance(method, str) else " ".join(map(str, method))
            progress(f"{name}, round {turn + 1}, {words}: {took:.3f} s")
    return seconds, found


def run_python(code, *arguments, **variables):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return process.stdout


def in_fresh_process(function, points, **options):
    """Call a function of topodnn three times: the least seconds, peak GB, what it found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "points.npy"
        np.save(path, points)
        seconds, gigabytes, found = json.loads(
            run_python(FRESH, function, path, json.dumps(options))
        )
    progress(f"{function}, {len(points):,} points: {seconds:.2f} s, {gigabytes:.2f} GB")
    return seconds, gigabytes, np.array(found)


def growth_rows(function, sizes, what="", **options):
    """Growth of time from one number of points to four times as many, and peak memory."""
    runs = [in_fresh_process(function, rings(n_points)[0], **options) for n_points in sizes]
    (small, *_), (seconds, gigabytes, found) = runs
    betti = [found if found.ndim == 1 else found[:, 0, -1]]  # of ranks, first to last step
    fewer, more = (f"{n_points:,} points" for n_points in sizes)
    ratio, memory = f"{seconds / small:.1f}", f"{gigabytes:.2f} GB"
    return [
        row(more + what, betti, seconds, fewer, f"{small:.3f}", ratio, "≤ 6"),
        row(more + what, betti, seconds, "peak memory", "", memory, "≤ 2 GB"),
    ]


# Points -------------------------------------------------------------------------------------------


def rings(n_points):
    """Points of a class of D-II, n_points in each of both."""
    rng = np.random.default_rng(0)
    points, labels = generators.linked_rings(rng, points_per_ring=n_points // 9)
    return [points[labels == label] for label in (0, 1)]


def trained_layers(name="linked_rings"):
    """Return the points of both classes at every layer of a network without training error."""
    path = ROOT / f"results/benchmark_{name}.npz"  # delete it to train anew
    if not path.exists():
        layers, labels = train(name)
        np.savez(path, labels=labels, **{f"layer_{i}": layer for i, layer in enumerate(layers)})
    with np.load(path) as stored:
        return [stored[f"layer_{i}"] for i in range(len(stored) - 1)], stored["labels"]


def train(name):
    """Train a ReLU network of nine hidden layers on a data set until it is well trained."""
    import torch

    from topodnn.networks.activations import make_activation
    from topodnn.networks.data import standardisation
    from topodnn.networks.layers import layer_points
    from topodnn.networks.processor import set_up_processor
    from topodnn.networks.protocols import resolve_protocol
    from topodnn.networks.training import train_networks

    set_up_processor()
    hidden = [WIDTHS[name]] * 9
    points, labels = getattr(generators, name)(np.random.default_rng(0))
    mean, deviation = standardisation(points)
    points = ((points - mean) / deviation).astype(np.float32)
    progress("training a network, about a minute")
    stack, trials, _ = train_networks(
        points,
        labels,
        np.arange(len(labels)) % 10 == 0,
        widths=[3, *hidden, 2],
        activation="relu",
        activation_parameters={},
        seeds=[0],
        protocol=resolve_protocol({"protocol": "fast", "max_trials": 9}, "relu", hidden),
        device=torch.device("cpu"),
        report=lambda done, total, text: progress(f"epoch {done} of {total}: {text}"),
    )  # fmt: skip
    assert trials["well_trained"].iloc[-1], "no network was well trained: nothing to measure"
    return next(layer_points(stack, points, make_activation("relu"))), labels
