"""The Betti numbers of a batch of networks under choices that could change a verdict."""

import numpy as np
import pandas as pd
import pytest

from scripts import vary_homology
from scripts.collect_variations import main as collect
from scripts.vary_homology import main as vary
from scripts.vary_homology import over_k
from tests.conftest import KIND, trial
from topodnn.datasets.files import Data, read_data, write_data
from topodnn.homology.files import NOTHING_FITS, write_scale
from topodnn.homology.layers import (
    betti_numbers_over_k,
    every_qth,
    layer_betti_numbers,
    random_sample,
)
from topodnn.networks.files import Networks, read_networks, write_networks

GIVEN = {"n_neighbors": 8, "k_low": 5, "k_high": 14, "scale": 2.5, "max_dimension": 1, "stride": 2}
DEFAULT = {"class_by": "prediction", "layers": "after_activation", "k": "range"}


@pytest.fixture
def folder(tmp_path):
    """Two networks of one hidden layer, which predict by the first feature; one label is wrong."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(160, 2)).astype(np.float32)
    labels = (points[:, 0] > 0).astype(int)
    labels[0] = 1 - labels[0]
    held_out = np.arange(160) % 10 == 0
    write_data(tmp_path / "data.npz", Data(points, labels, held_out, np.array([[1, 0], [1, 0]])))
    first = rng.normal(size=(2, 3, 2)).astype(np.float32)
    first[:, 0] = [1, 0]
    last = np.zeros((2, 2, 3), np.float32)
    last[:, :, 0] = [-1, 1]
    biases = [np.full((2, 3), 0.1, np.float32), np.zeros((2, 2), np.float32)]
    biases[1][:, 0] = 0.2  # f of 0.1 and above is class 1
    about = {
        "seeds": [0, 1], "widths": [2, 3, 2], "activation": "relu", "activation_parameters": {},
        "protocol": {"protocol": "fast"},
    }  # fmt: skip
    networks = Networks([first, last], biases, np.zeros(2), np.ones(1), about)
    write_networks(tmp_path / "networks", networks)
    return tmp_path


def run_all(folder, variations, scale=None, homology=GIVEN, sample=None) -> pd.DataFrame:
    vary(
        folder / "data.npz", folder / "networks", scale, folder / "table.parquet",
        kind=KIND, homology=homology | {"sample": sample}, variations=variations, seeds=[0, 1],
    )  # fmt: skip
    return pd.read_parquet(folder / "table.parquet")


def run(folder, scale=None, homology=GIVEN, sample=None, **variation) -> pd.DataFrame:
    return run_all(folder, {"vary_default": DEFAULT | variation}, scale, homology, sample)


def layers_of(folder) -> tuple[Data, np.ndarray, np.ndarray, np.ndarray]:
    """Points, sums of the hidden layer and its output of the first network, its prediction."""
    data, networks = read_data(folder / "data.npz"), read_networks(folder / "networks")
    sums = data.points @ networks.weights[0][0].T + networks.biases[0][0]
    hidden = np.maximum(sums, 0)
    logits = hidden @ networks.weights[1][0].T + networks.biases[1][0]
    return data, sums, hidden, logits.argmax(axis=1)


def numbers(points: np.ndarray, k: int = 8) -> list[int]:
    found = layer_betti_numbers(points, n_neighbors=k, scale=2.5, max_dimension=1)
    return [found["beta_0"], found["beta_1"]]


def at(table: pd.DataFrame, layer: int, label: int, step: str = "middle") -> list[int]:
    place = {"seed": 0, "layer": layer, "class": label, "at": step}
    (row,) = table[(table[list(place)] == pd.Series(place)).all(axis=1)].to_dict("records")
    return [row["beta_0"], row["beta_1"]]


@pytest.mark.parametrize("class_by", ["prediction", "label", "correct"])
def test_the_points_of_a_class_are_those_that_are_asked_for(folder, class_by):
    data, _, hidden, predicted = layers_of(folder)
    table, sampled = run(folder, class_by=class_by), every_qth(data.labels, 2)
    assert (predicted != data.labels)[sampled].any()
    for label in (0, 1):
        mask = {
            "prediction": predicted == label,
            "label": data.labels == label,
            "correct": (predicted == label) & (data.labels == label),
        }[class_by]
        assert at(table, 0, label) == numbers(data.points[sampled & mask])
        assert at(table, 1, label) == numbers(hidden[sampled & mask])


def test_layers_before_the_activation_are_sums(folder):
    data, sums, _, predicted = layers_of(folder)
    sampled = every_qth(data.labels, 2)
    table = run(folder, layers="before_activation")
    for label in (0, 1):
        mask = sampled & (predicted == label)
        assert at(table, 1, label) == numbers(sums[mask])
        assert at(table, 0, label) == numbers(data.points[mask])
    after = run(folder)
    logits = [table[table["layer"] == 2], after[after["layer"] == 2]]
    pd.testing.assert_frame_equal(*(rows.reset_index(drop=True) for rows in logits))


def test_a_random_sample_is_the_same_for_all_networks(folder):
    data, _, _, predicted = layers_of(folder)
    table = run(folder, sample=7)
    mask = random_sample(data.labels, 2, 7)
    assert at(table, 0, 1) == numbers(data.points[mask & (predicted == 1)])
    assert len(table) == 2 * 3 * 2 * 2  # networks, layers, classes, the middle and what persists


def test_at_the_middle_nothing_else_is_looked_at(folder):
    table, wider = run(folder, k="middle"), run(folder)
    found = wider[wider["at"] == "middle"].reset_index(drop=True)
    assert set(wider["at"]) == {"middle", "persistent"}
    pd.testing.assert_frame_equal(table.astype({"k": found["k"].dtype}), found)


def test_with_steps_there_are_more_k(folder):
    table = run(folder, k="steps and next")
    ks = table.groupby("at")["k"].first()
    assert ks.drop("persistent").to_dict() == {
        "step 0": 5, "step 1": 7, "middle": 8, "next": 9, "step 3": 10, "step 4": 12, "step 5": 14,
    }  # fmt: skip
    assert pd.isna(ks["persistent"])
    without = run(folder, k="steps")
    found = table[table["at"] != "next"].reset_index(drop=True)
    pd.testing.assert_frame_equal(without, found)
    data, _, hidden, predicted = layers_of(folder)
    mask = every_qth(data.labels, 2) & (predicted == 0)
    assert at(table, 1, 0, "step 5") == numbers(hidden[mask], 14)
    alive = layer_betti_numbers(hidden[mask], **{k: GIVEN[k] for k in GIVEN if k != "stride"})
    assert at(table, 1, 0, "persistent") == [
        alive["persistent_beta_0"], alive["persistent_beta_1"],
    ]  # fmt: skip


def test_whether_the_input_is_right_is_known_at_every_k(folder):
    table = run(folder, k="steps")
    data = layers_of(folder)[0]
    mask = every_qth(data.labels, 2) & (data.labels == 0)
    wanted = {k: numbers(data.points[mask], k) == [1, 0] for k in (5, 8, 14)}
    found = table[(table["class"] == 0) & table["k"].isin(wanted)]
    assert found["input_is_true"].tolist() == found["k"].map(wanted).tolist()


@pytest.mark.parametrize("more_k_first", [True, False])
def test_variations_of_one_complex_are_as_each_by_itself(folder, more_k_first):
    names = {
        "vary_default": {"k": "steps"},
        "vary_class_by_correct": {"class_by": "correct", "k": "middle"},
        "vary_class_by_label": {"class_by": "label"},
        "vary_layers_before_activation": {"layers": "before_activation"},
    }
    order = list(names) if more_k_first else list(names)[::-1]
    together = run_all(folder, {name: DEFAULT | names[name] for name in order})
    assert together["variation"].unique().tolist() == order
    for name, changes in names.items():
        alone = run(folder, **changes).assign(variation=name)
        found = together[together["variation"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, alone.astype({"k": found["k"].dtype}))


def test_points_that_choices_share_are_looked_at_once(folder, monkeypatch):
    computed = []

    def counted(points, **numbers):
        computed.append(points.shape[1])
        return betti_numbers_over_k(points, **numbers)

    monkeypatch.setattr(vary_homology, "betti_numbers_over_k", counted)
    sums = DEFAULT | {"layers": "before_activation"}
    run_all(folder, {"vary_default": DEFAULT, "vary_layers_before_activation": sums})
    # Of two classes: the input by prediction, and by label to check it, and the logits, which both
    # networks and choices share; the hidden layer of each network under each choice.
    assert sorted(computed) == [2] * 3 * 2 + [3] * 2 * 2 * 2


def test_a_class_without_points_has_no_numbers_of_layers_of_another_width(folder):
    networks = read_networks(folder / "networks")
    networks.biases[1][:] = [9, 0]  # class 0, whatever the point
    write_networks(folder / "networks", networks)
    table = run(folder, homology=GIVEN | {"max_dimension": 2})
    nothing = table[(table["class"] == 1) & (table["at"] == "middle")].groupby("layer").first()
    assert (nothing["n_points"] == 0).all()
    assert nothing["beta_2"].isna().tolist() == [True, False, True]  # layers of 2, 3 and 2 neurons


def test_without_a_range_what_persists_is_what_is_there():
    numbers = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 1}
    found = over_k(numbers, "range")
    assert (found["k_low"], found["k_high"], found["steps"]) == (9, 9, {"middle": 9})
    assert set(over_k(numbers, "steps")["steps"].values()) == {9}


def test_without_a_range_what_persists_has_the_one_k(folder):
    one_k = {key: value for key, value in GIVEN.items() if key not in ("k_low", "k_high")}
    table = run(folder, homology=one_k)
    assert table.loc[table["at"] == "persistent", "k"].eq(GIVEN["n_neighbors"]).all()


def test_where_no_k_fits_there_are_no_rows_and_the_table_of_all_goes_on(folder, caplog):
    found = run(folder)
    found.to_parquet(folder / "first.parquet")
    write_scale(folder / "scale.yaml", NOTHING_FITS | {"method": "true_betti", "stride": 2})
    auto = {"n_neighbors": "auto", "scale": "auto", "max_dimension": 1, "stride": 2}
    with caplog.at_level("WARNING"):
        nothing = run(folder, folder / "scale.yaml", auto)
    assert "nothing to judge" in caplog.text
    assert len(nothing) == 0
    trials = [trial(seed, 0, float(seed), seed == 0) for seed in (0, 1)]
    pd.DataFrame(trials).to_csv(folder / "trials.csv", index=False)
    parts = [folder / "first.parquet", folder / "table.parquet"]
    collect(parts, folder / "trials.csv", folder / "all.parquet")
    table = pd.read_parquet(folder / "all.parquet")
    assert len(table) == len(found)
    assert (table["omega"] == table["beta_0"] + table["beta_1"]).all()
    assert table.groupby("seed")["well_trained"].first().to_dict() == {0: True, 1: False}
