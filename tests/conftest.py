"""What the tests share."""

import os
from pathlib import Path

import pandas as pd
import pytest
import yaml
from filelock import FileLock
from hypothesis import settings

from tests.running import ROOT, TINY, copy_of_the_repository, snakemake
from topodnn.analysis.tidy import tidy_table

SCHEMA = ROOT / "config/schema.yaml"

# Tests run side by side: with threads of its own, each would wait for the cores of the other.
os.environ["OMP_NUM_THREADS"] = "1"  # before PyTorch is imported

settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.load_profile("reproducible")


FIRST = [  # the longest files; the last of them when what test_workflow.py makes is there
    "test_workflow.py", "test_own_data.py", "test_betti.py", "test_execution.py", "test_reruns.py",
]  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first: in another order one of two cores has nothing to do at the end.

    Faults are left out unless they are asked for, with ``-m faults``.
    """
    if "faults" not in config.option.markexpr:
        items[:] = [item for item in items if not item.get_closest_marker("faults")]
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture
def tiny_config() -> dict:
    """The configuration of the end-to-end test."""
    return yaml.safe_load((ROOT / "config/test.yaml").read_text(encoding="utf-8"))


KIND = {"dataset": "tori", "network": "9x25", "protocol": "fast", "activation": "relu"}


def configuration(path: Path) -> dict:
    """A configuration of the repository; points that it fetches or reads are those of digits."""
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    for dataset in config["datasets"].values():
        if dataset.keys() & {"openml", "file"}:
            for key in {"openml", "file"} & dataset.keys():
                del dataset[key]
            dataset |= {"sklearn": "digits", "classes": {"zero": [0], "rest": "rest"}}
    return config


def homology(seed: int, betti: list[list[int]], **kind) -> pd.DataFrame:
    rows = [
        {**KIND, **kind, "seed": seed, "layer": layer, "class": label, "n_points": 10,
         "n_neighbors": 5, "scale": 2.5, "beta_0": b[0], "beta_1": b[1],
         "input_is_true": label == 0}
        for layer, b in enumerate(betti)
        for label in (0, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def trial(seed: int, number: int, error: float, well_trained: bool, **kind) -> dict:
    return {
        **KIND, **kind, "seed": seed, "trial": number, "epochs": 3, "train_error": error,
        "held_out_error": error, "well_trained": well_trained, "counted": well_trained,
    }  # fmt: skip


def curves(seed: int, omega: list[float], label: int | None = None, **columns) -> pd.DataFrame:
    """The rows of a network of which ω is given, β0 being 1; of both classes, or of one."""
    return pd.DataFrame(
        {**KIND, "seed": seed, "layer": layer, "class": one, "beta_0": 1, "beta_1": value - 1,
         "omega": value, "well_trained": True, "input_is_true": True, **columns}
        for one in ([0, 1] if label is None else [label])
        for layer, value in enumerate(omega)
    )  # fmt: skip


@pytest.fixture
def table() -> pd.DataFrame:
    """Seeds 0 and 1 are well trained, seed 2 never is; of tanh no network is; class 1 is wrong."""
    parts = [
        homology(0, [[8, 16], [1, 4], [1, 0]]),
        homology(1, [[8, 16], [3, 6], [1, 0]]),
        homology(2, [[8, 16], [50, 50], [50, 50]]),
        homology(0, [[8, 16], [9, 9], [9, 9]], activation="tanh"),
    ]
    trials = pd.DataFrame(
        [
            trial(0, 1, 0.0, True),
            trial(1, 1, 0.3, False),
            trial(1, 2, 0.0, True),
            trial(2, 1, 0.2, False),
            trial(2, 2, 0.1, False),
            trial(0, 1, 0.4, False, activation="tanh"),
        ]
    )
    return tidy_table(parts, trials)


@pytest.fixture(scope="session")
def batch_folder(tmp_path_factory) -> Path:
    """Tables of a batch of two circles at every layer of small networks."""
    from tests.rings import write_results  # torch, which other tests do without

    folder = tmp_path_factory.mktemp("persistence")
    write_results(folder)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory, worker_id) -> Path:
    """A copy of the repository in which the tiny configuration has run from nothing.

    One for all tests, which change only copies of it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "finished"
    with FileLock(f"{folder}.lock"):  # the other processes wait for the one that is first
        if not folder.exists():
            made = Path(f"{folder}.made")
            made.mkdir()
            run = snakemake(copy_of_the_repository(made), *TINY)
            assert run.returncode == 0, run.stdout
            made.rename(folder)
    return folder
