"""Time the training of stacks of networks beside a plain loop and the paper's protocol.

    python benchmarks/bench_training.py [--table FILE] [--only PART] [--seeds 20]

One thread; the methods of a comparison run in turn in the same process. Ratios are meant, seconds
depend on the machine.
"""

import argparse
import sys
import time
from contextlib import nullcontext
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for the tests' copy of a plain loop

from tests.plain_training import train_one
from topodnn.datasets.loading import load_points
from topodnn.datasets.splits import held_out_mask
from topodnn.networks.data import standardisation
from topodnn.networks.processor import set_up_processor
from topodnn.networks.protocols import resolve_protocol
from topodnn.networks.training import train_networks

LEAKY = {"leaky_relu": {"negative_slope": 0.2}}  # the paper's; that of torch on the tori
HEAD = (
    "| data | network | activation | what | s a network | beside | s a network | ratio | wanted |"
)
FIRST = "| data | network | activation | well trained at the first trial | s a network | wanted |"
# Data, width and the seconds that a network may take on one core.
KINDS = [
    ("entangled_tori", 25, 10),
    ("discs_in_square", 15, 10),
    ("linked_rings", 15, 10),
    ("nested_spheres", 15, 10),
    ("nested_spheres", 50, 20),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=Path, help="write the tables here too")
    parser.add_argument("--seeds", type=int, default=20, help="networks of a kind (first trial)")
    parts = {
        "stack": (HEAD, bench_stack),
        "parts": (HEAD, bench_parts),
        "registers": (HEAD, bench_registers),
        "paper": (HEAD, bench_paper),
        "first": (FIRST, lambda: bench_first_trial(arguments.seeds)),
        "subnormal": (HEAD, bench_subnormal),
        "gpu": (HEAD, bench_gpu),
    }
    parser.add_argument("--only", choices=parts)
    arguments = parser.parse_args()
    set_up_processor()
    text = ""
    for name, (head, bench) in parts.items():
        if arguments.only in (None, name):
            rows = bench()
            text += "\n".join([head, "|" + "---|" * (head.count("|") - 1), *rows]) + "\n\n"
    print(text)
    if arguments.table:
        arguments.table.write_text(text.rstrip() + "\n")


def train(name, width, activation, seeds, *, device="cpu", **training):
    """Train nine hidden layers of a width on a data set; trials and wall seconds."""
    _, trials, seconds = train_stack(name, width, activation, seeds, device=device, **training)
    return trials, seconds


def train_stack(name, width, activation, seeds, *, device="cpu", **training):
    """The same, with the networks."""
    data = load_points({"generator": name, "parameters": {}, "seed": 0})[:2]
    widths = [data[0].shape[1], *[width] * 9, 2]
    protocol = resolve_protocol({"protocol": "fast"} | training, activation, [width] * 9)
    points, labels, held_out = prepare(*data, protocol)
    with tqdm(desc=f"{name} {width} {activation} {protocol['protocol']}", leave=False) as bar:

        def report(done, total, text):
            bar.total, bar.n = total, done
            bar.set_postfix_str(text)

        start = time.perf_counter()
        stack, trials, _ = train_networks(
            points, labels, held_out, widths=widths,
            activation=activation, activation_parameters=parameters(name, activation),
            seeds=list(seeds), protocol=protocol, device=torch.device(device), report=report,
        )  # fmt: skip
        return stack, trials, time.perf_counter() - start


def parameters(name, activation):
    return {} if name == "entangled_tori" else LEAKY.get(activation, {})


def prepare(points, labels, protocol):
    held_out = held_out_mask(labels, 0.1, 0)
    if protocol["standardise"]:
        mean, deviation = standardisation(points[~held_out])
        points = (points - mean) / deviation
    return points.astype(np.float32), labels, held_out


def bench_stack(n_networks=10, epochs=2, rounds=3):
    """Ten seeds together and the same seeds one by one: the same epochs, the best of the rounds."""
    rows = []
    for name, width in (("entangled_tori", 25), ("linked_rings", 15)):
        data = load_points({"generator": name, "parameters": {}, "seed": 0})[:2]
        for activation in ("relu", "tanh"):
            widths = [data[0].shape[1], *[width] * 9, 2]
            protocol = resolve_protocol(
                {"protocol": "fast", "epochs": epochs}, activation, [width] * 9
            )
            points, labels, held_out = prepare(*data, protocol)
            ours, plain = [], []
            for _ in range(rounds):
                _, seconds = train(
                    name, width, activation, range(n_networks), epochs=epochs, max_trials=1
                )
                ours.append(seconds)
                start = time.perf_counter()
                for seed in range(n_networks):
                    train_one(
                        points[~held_out], labels[~held_out], widths, activation, protocol, seed
                    )
                plain.append(time.perf_counter() - start)
            a, b = min(ours) / n_networks, min(plain) / n_networks
            what = f"{n_networks} together, {epochs} epochs of batches of {protocol['batch_size']}"
            rows.append(
                f"| {name} | 9×{width} | {activation} | {what} | {a:.2f} | one by one, "
                f"torch.nn.Sequential | {b:.2f} | {b / a:.1f} | ≥ 2.5 |"
            )
            print(rows[-1], file=sys.stderr)
    return rows


def bench_parts(n_steps=10, rounds=3):
    """Full batches in parts that stay in the cache, and all points at once: seconds of a step."""
    rows = []
    for name, activation, n_networks in product(
        ("discs_in_square", "linked_rings"), ("relu", "tanh"), (10, 1)
    ):
        seconds = {"in parts": [], "at once": []}
        for _, way in product(range(rounds), seconds):
            whole = mock.patch("topodnn.networks.training.SMALLEST_PASS", sys.maxsize)
            with whole if way == "at once" else nullcontext():
                what = {"protocol": "paper", "epochs": n_steps, "max_trials": 1}
                trials, _ = train(name, 15, activation, range(n_networks), **what)
            seconds[way].append(trials["seconds"].sum() / n_steps / n_networks)
        ours, other = (min(found) for found in seconds.values())
        rows.append(
            f"| {name} | 9×15 | {activation} | {n_networks} together, a step on all points in "
            f"parts | {ours:.4f} | all points at once | {other:.4f} | {other / ours:.1f} | ≥ 1 |"
        )
        print(rows[-1], file=sys.stderr)
    return rows


def bench_registers(rounds=3):
    """Layers of 15 neurons filled up to whole registers, and as they are: seconds of a network."""
    rows = []
    for protocol, n_networks, epochs in (("fast", 30, 4), ("paper", 10, 20)):
        seconds = {"filled up": [], "as they are": []}
        for _, way in product(range(rounds), seconds):
            short = mock.patch("topodnn.networks.gradients._is_one_short", return_value=False)
            with short if way == "as they are" else nullcontext():
                what = {"protocol": protocol, "epochs": epochs, "max_trials": 1}
                trials, _ = train("linked_rings", 15, "relu", range(n_networks), **what)
            seconds[way].append(trials["seconds"].sum() / n_networks)
        ours, other = (min(found) for found in seconds.values())
        rows.append(
            f"| linked_rings | 9×15 | relu | {protocol}, {n_networks} together, {epochs} epochs, "
            f"layers filled up to whole registers | {ours:.3f} | as they are | {other:.3f} "
            f"| {other / ours:.2f} | ≥ 1 |"
        )
        print(rows[-1], file=sys.stderr)
    return rows


def bench_paper():
    """Seconds per well-trained network of `fast` and of `paper`, in one trial a seed.

    Where no network of `paper` is well trained, all its seconds are a lower bound.
    """
    rows = []
    for name, activation, n_networks in (
        ("discs_in_square", "relu", 10), ("discs_in_square", "tanh", 10),
        ("linked_rings", "relu", 4), ("linked_rings", "tanh", 4),
    ):  # fmt: skip
        found = []
        for protocol, n in (("fast", 10), ("paper", n_networks)):
            what = {"protocol": protocol, "max_trials": 1}
            trials, _ = train(name, 15, activation, range(n), **what)
            n_good, seconds = trials["well_trained"].sum(), trials["seconds"].sum()
            text = f"{protocol}, {n_good} well trained in {n} trials"
            found.append((text, "" if n_good else "≥ ", seconds / max(1, n_good)))
        (ours, _, fast), (theirs, least, paper) = found
        rows.append(
            f"| {name} | 9×15 | {activation} | {ours} | {fast:.1f} | {theirs} "
            f"| {least}{paper:.0f} | {least}{paper / fast:.0f} | – |"
        )
        print(rows[-1], file=sys.stderr)
    return rows


def bench_first_trial(n_seeds):
    """Share of the networks that are well trained at the first trial, and their seconds."""
    rows = []
    kinds = [(*kind, a, 0.95) for kind in KINDS for a in ("relu", "leaky_relu", "tanh")]
    for name, width, limit, activation, share in [
        *kinds,
        ("entangled_tori", 25, 20, "sigmoid", 0.5),
    ]:
        trials, seconds = train(name, width, activation, range(n_seeds), max_trials=1)
        good = trials["well_trained"].sum()
        rows.append(
            f"| {name} | 9×{width} | {activation} | {good} of {n_seeds} | {seconds / n_seeds:.1f} "
            f"| ≥ {share:.0%}, ≤ {limit} s |"
        )
        print(rows[-1], file=sys.stderr)
    return rows


def bench_subnormal():
    """Subnormal numbers as zeros, and as they are: the same weights, seconds of the processor."""
    rows = []
    for name, width, n_networks, epochs in (
        ("entangled_tori", 25, 10, 120),  # the default run
        ("linked_rings", 15, 30, 80),  # config/paper.yaml
    ):
        found = []
        for flush in (False, True):
            torch.set_flush_denormal(flush)
            start = time.process_time()
            what = {"epochs": epochs, "max_trials": 1}
            stack, *_ = train_stack(name, width, "relu", range(n_networks), **what)
            found.append((stack, time.process_time() - start))
        (theirs, longer), (ours, seconds) = found
        tensors = zip(
            (tensor for layer in ours for tensor in layer),
            (tensor for layer in theirs for tensor in layer),
            strict=True,
        )
        furthest = max((a - b).abs().max().item() for a, b in tensors)
        rows.append(
            f"| {name} | 9×{width} | relu | {n_networks} together, {epochs} epochs, subnormal "
            f"numbers as zeros | {seconds / n_networks:.2f} | as they are, weights differ by at "
            f"most {furthest:.0e} | {longer / n_networks:.2f} | {longer / seconds:.1f} | – |"
        )
        print(rows[-1], file=sys.stderr)
    return rows


def bench_gpu(n_networks=100):
    """A hundred networks on a GPU and on one core of the CPU: the same epochs."""
    if not torch.cuda.is_available():
        return ["| – | – | – | no GPU on this machine | – | – | – | – | – |"]
    epochs = 2
    what = {"max_trials": 1, "epochs": epochs}
    train("linked_rings", 15, "relu", range(2), device="cuda", **what)  # starts the device
    _, gpu = train("linked_rings", 15, "relu", range(n_networks), device="cuda", **what)
    _, cpu = train("linked_rings", 15, "relu", range(n_networks), **what)
    return [
        f"| linked_rings | 9×15 | relu | {n_networks} together on {torch.cuda.get_device_name()}, "
        f"{epochs} epochs | {gpu / n_networks:.3f} | one core | {cpu / n_networks:.3f} "
        f"| {cpu / gpu:.1f} | – |"
    ]


if __name__ == "__main__":
    main()
