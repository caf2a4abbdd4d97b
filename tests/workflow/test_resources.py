"""What jobs ask of a cluster is more than they took, and not much more."""

import pandas as pd
import pytest
import yaml

from tests.running import ROOT
from topodnn.datasets.loading import load_points
from topodnn.networks.protocols import resolve_protocol
from topodnn.workflow.config import resolve
from topodnn.workflow.resources import (
    activations_mb,
    homology_mb,
    persistence_mb,
    reading_mb,
    training_mb,
)

SNAKEMAKES = 340  # MB of the two processes that Slurm's executor starts around a job


def asked(job: str, config: dict) -> int:
    """MB that a job of a kept run would ask for, from its name in benchmarks.csv."""
    rule, *kind = job.split("/")
    if rule == "compute_homology":
        kind = kind[1:]
    shape = load_points(config["datasets"][kind[0]])[0].shape
    if rule in ("generate_data", "choose_scale", "compute_homology", "compute_barcode"):
        return homology_mb(shape)
    _, network, protocol, activation, seeds = kind
    first, last = (int(number) for number in seeds.removeprefix("seeds_").split("-"))
    widths, n_seeds = config["networks"][network], last - first + 1
    if rule == "extract_activations":
        return activations_mb(shape, [*widths, 2], n_seeds)
    batch = resolve_protocol({"protocol": protocol}, activation, widths)["batch_size"]
    return training_mb(shape, [*widths, 2], n_seeds, batch)


@pytest.mark.parametrize("name", ["paper", "protocols"])
def test_jobs_ask_for_more_memory_than_they_took_and_not_for_much_more(name):
    config = yaml.safe_load((ROOT / f"config/{name}.yaml").read_text(encoding="utf-8"))
    config = resolve(config, ROOT / "config/schema.yaml")
    jobs = pd.read_csv(ROOT / f"results/reference/{name}/benchmarks.csv")
    took = jobs["max_rss"] + SNAKEMAKES
    ratio = jobs["job"].map(lambda job: asked(job, config)) / took
    assert len(jobs) > 10
    assert ratio.min() > 1.1, jobs["job"][ratio.idxmin()]
    assert ratio.max() < 4, jobs["job"][ratio.idxmax()]


def test_memory_rises_with_points_layers_networks_and_attempts():
    small = activations_mb((1000, 3), [15, 15], 10)
    assert activations_mb((100_000, 3), [15, 15], 10) > small
    assert activations_mb((1000, 3), [500, 500], 10) > small
    assert activations_mb((1000, 3), [15, 15], 1000) > small
    assert reading_mb((1000, 784)) > reading_mb((1000, 3))
    for memory in (homology_mb, reading_mb, lambda shape, n: persistence_mb(shape[0], n)):
        assert memory((2000, 30), 2) == pytest.approx(2 * memory((2000, 30), 1), abs=1)
        assert memory((5000, 30), 1) > memory((2000, 30), 1)


def test_a_training_in_batches_needs_less_than_one_of_all_points():
    shape, widths = (45_000, 3), [15] * 9
    assert training_mb(shape, widths, 30, 200) < training_mb(shape, widths, 30, None)
    assert training_mb((100, 3), widths, 30, 200) == training_mb((100, 3), widths, 30, None)
    assert training_mb(shape, widths, 30, 200, on_gpu=True) > training_mb(shape, widths, 30, 200)
