"""The barcode over k of the layers of a network: exact, of the dimensions that a layer can have."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scripts.compute_barcode import main as compute_barcode
from tests.conftest import KIND
from topodnn.analysis.scales import alive, range_of, read_barcode, steps_of
from topodnn.datasets.files import Data, write_data
from topodnn.homology.barcodes import class_bars, network_barcode, steps_of_k
from topodnn.homology.betti import betti_numbers
from topodnn.homology.files import write_scale
from topodnn.homology.filtration import persistent_betti_numbers
from topodnn.homology.layers import layer_betti_numbers
from topodnn.networks.files import Networks, write_networks

COMPLEX = {"n_neighbors": 8, "k_low": 5, "k_high": 14, "scale": 2.5, "max_dimension": 2}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((20, 29, 38), [20, 24, 27, 29, 31, 34, 38]),
        ((10, 30, 50), [10, 18, 26, 30, 34, 42, 50]),
        ((14, 16, 19), [14, 15, 16, 17, 18, 19]),
        ((6, 7, 8), [6, 7, 8]),
        ((9, 9, 9), [9]),
    ],
)
def test_a_range_is_looked_at_in_even_steps_with_its_ends_and_middle(given, expected):
    assert steps_of_k(*given) == expected


def test_more_k_may_lie_in_the_range_or_outside(layers, bars):
    assert steps_of_k(10, 30, 50, [14, 30, 60]) == [10, 14, 18, 26, 30, 34, 42, 50, 60]
    more = network_barcode(layers, np.arange(240) % 2, **COMPLEX, barcode_at=[4, 20])
    assert steps_of(more) == [4, *steps_of(bars), 20]
    assert range_of(more) == range_of(bars) == (5, 14)
    for first, last in ((5, 14), (8, 8), (14, 14)):
        pd.testing.assert_series_equal(alive(more, first, last), alive(bars, first, last))
    of_class = layers[0][1::2]
    for k in (4, 20):
        expected = betti_numbers(of_class, n_neighbors=k, max_dimension=2).tolist()
        assert alive(more, k, k)[0, 1].tolist() == expected


@pytest.fixture(scope="module")
def layers() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(240, 3))
    return [points, np.tanh(2 * points), points[:, :2]]


@pytest.fixture(scope="module")
def bars(layers) -> pd.DataFrame:
    return network_barcode(layers, np.arange(240) % 2, **COMPLEX)


def test_at_each_k_the_bars_are_the_betti_numbers_and_between_two_those_that_persist(layers, bars):
    steps = steps_of(bars)
    for layer, label in ((0, 0), (0, 1), (1, 1), (2, 0)):
        points = layers[layer][np.arange(240) % 2 == label]
        n = min(3, points.shape[1])
        expected = persistent_betti_numbers(points, n_neighbors=steps, max_dimension=2)[:n]
        for i, first in enumerate(steps):
            at_k = alive(bars, first, first)[layer, label].tolist()
            assert at_k == betti_numbers(points, n_neighbors=first, max_dimension=2)[:n].tolist()
            for j, last in enumerate(steps[i:], start=i):
                found = alive(bars, first, last)[layer, label].tolist()
                assert found == expected[:, i, j].tolist()
    assert (alive(bars, 5, 14) < alive(bars, 8, 8)).any()


def test_the_numbers_are_those_that_are_reported_of_the_layers(layers, bars):
    one, persistent = alive(bars, 8, 8), alive(bars, 5, 14)
    for layer, points in enumerate(layers):
        found = layer_betti_numbers(points[1::2], **COMPLEX)
        possible = range(min(3, points.shape[1]))
        assert one[layer, 1].tolist() == [found[f"beta_{d}"] for d in possible]
        assert persistent[layer, 1].tolist() == [found[f"persistent_beta_{d}"] for d in possible]


def test_a_layer_has_bars_of_dimensions_below_its_width_only(bars):
    assert bars.groupby("width")["dimension"].max().to_dict() == {2: 1, 3: 2}
    on_a_line = class_bars(np.arange(30.0)[:, None], steps=[3, 6], scale=2.5, max_dimension=2)
    assert {bar["dimension"] for bar in on_a_line} == {0}


def test_the_bars_over_the_whole_range_are_named_even_where_there_are_none(bars):
    whole = bars[(bars["born_k"] == 5) & bars["gone_k"].isna()]
    assert len(whole) == 2 * (3 + 3 + 2)  # classes, dimensions of each layer
    assert (whole["count"] == 0).any()
    assert (bars.drop(whole.index)["count"] > 0).all()
    assert not bars.duplicated(["layer", "class", "dimension", "born_k", "gone_k"]).any()


def test_a_class_without_points_and_a_layer_that_is_not_finite(layers):
    broken = [layers[0], layers[1] * np.inf, layers[2]]
    bars = network_barcode(broken, np.zeros(240, int), **COMPLEX)
    at_k = alive(bars, 8, 8)
    assert at_k[:, 1].tolist() == [0] * 8  # nothing is predicted to be of class 1
    assert at_k[1, 0].isna().all()
    assert at_k.drop(1)[:, 0].notna().all()
    assert bars.loc[bars["n_points"] == 0, "class"].eq(1).all()


def trial(seed: int, well_trained: bool, error: float) -> dict:
    return {**KIND, "seed": seed, "trial": 1, "train_error": error, "held_out_error": 0.1,
            "well_trained": well_trained, "counted": well_trained}  # fmt: skip


@pytest.fixture
def paths(tmp_path) -> list:
    """Points of two classes, three networks of one hidden layer, and their trials."""
    rng = np.random.default_rng(1)
    points = rng.normal(size=(160, 3)).astype(np.float32)
    data = Data(points, np.arange(160) % 2, np.zeros(160, bool), np.zeros((0, 0), int))
    write_data(tmp_path / "data.npz", data)
    weights = [rng.normal(size=(3, *s)).astype(np.float32) for s in ((4, 3), (2, 4))]
    biases = [np.zeros((3, n), np.float32) for n in (4, 2)]
    about = {"seeds": [5, 6, 7], "activation": "tanh", "activation_parameters": {}}
    stack = Networks(weights, biases, np.zeros(3, np.float32), np.ones(1, np.float32), about)
    write_networks(tmp_path / "networks.safetensors", stack)
    trials = [trial(5, False, 0.1), trial(6, True, 0.0), trial(7, True, 0.0)]
    pd.DataFrame(trials).to_csv(tmp_path / "trials.csv", index=False)
    return [tmp_path / name for name in ("data.npz", "networks.safetensors", "trials.csv")]


def table_in(folder: Path) -> Path:
    """The path of the table, which says which kind of network it is of."""
    path = folder / f"{'/'.join(KIND.values())}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_the_job_takes_the_first_well_trained_network_and_every_qth_point(paths, tmp_path):
    given = COMPLEX | {"stride": 2}
    compute_barcode(*paths, None, table_in(tmp_path), kind=KIND, homology=given)
    bars = read_barcode(table_in(tmp_path))
    assert set(bars["seed"]) == {6}
    assert bars["well_trained"].all()
    assert bars[list(KIND)].drop_duplicates().to_dict("records") == [KIND]
    of_layer = bars.drop_duplicates(["layer", "class"]).groupby("layer")
    assert of_layer["n_points"].sum().tolist() == [80] * 3
    assert of_layer["width"].first().tolist() == [3, 4, 2]

    block = {"n_neighbors": [5, 8, 14], "scale": [2.5]}
    choice = {"n_neighbors": 8, "scale": 2.5, "stride": 2, "block": block}
    write_scale(tmp_path / "choice.yaml", choice)
    auto = {"n_neighbors": "auto", "scale": "auto", "max_dimension": 2, "stride": 2}
    compute_barcode(
        *paths, tmp_path / "choice.yaml", table_in(tmp_path / "b"), kind=KIND, homology=auto
    )
    pd.testing.assert_frame_equal(read_barcode(table_in(tmp_path / "b")), bars)


def test_the_job_may_take_the_points_of_a_class_by_their_labels(paths, tmp_path):
    given, n_points = COMPLEX | {"stride": 2}, {}
    for class_by in ("label", "correct", "prediction"):
        compute_barcode(
            *paths, None, table_in(tmp_path), kind=KIND, homology=given, class_by=class_by
        )
        bars = read_barcode(table_in(tmp_path)).query("layer == 0")
        n_points[class_by] = bars.groupby("class")["n_points"].first()
    assert n_points["label"].tolist() == [40, 40]
    assert (n_points["correct"] < n_points["label"]).all()
    assert n_points["prediction"].sum() == 80


def test_without_a_well_trained_network_it_takes_that_with_the_fewest_errors(paths, tmp_path):
    trials = [trial(5, False, 0.2), trial(6, False, 0.1), trial(7, False, 0.1)]
    pd.DataFrame(trials).to_csv(paths[2], index=False)
    given = COMPLEX | {"stride": 4}
    compute_barcode(*paths, None, table_in(tmp_path), kind=KIND, homology=given)
    bars = read_barcode(table_in(tmp_path))
    assert set(bars["seed"]) == {6}
    assert not bars["well_trained"].any()


def test_a_network_that_diverged_is_said_to_and_read_back(paths, tmp_path, caplog):
    stack = Networks(
        [np.full((1, 4, 3), np.nan, np.float32), np.ones((1, 2, 4), np.float32)],
        [np.zeros((1, 4), np.float32), np.zeros((1, 2), np.float32)],
        np.zeros(3, np.float32), np.ones(1, np.float32),
        {"seeds": [6], "activation": "tanh", "activation_parameters": {}},
    )  # fmt: skip
    write_networks(paths[1], stack)
    with caplog.at_level("WARNING"):
        compute_barcode(
            *paths, None, table_in(tmp_path), kind=KIND, homology=COMPLEX | {"stride": 1}
        )
    assert "layers 1, 2: points are not finite" in caplog.text
    at_k = alive(read_barcode(table_in(tmp_path)), 8, 8)
    assert at_k[0].notna().all()
    assert at_k[1, 0].isna().all()
