"""What trained networks are compared with: untrained, shuffled labels, linear."""

import numpy as np
import pandas as pd
import pytest
import torch

from scripts import train as train_script
from tests.circles import SMALL, train, two_circles
from topodnn.datasets.files import Data, write_data
from topodnn.errors import InputError
from topodnn.networks.activations import GAINS, make_activation
from topodnn.networks.data import TrainingData
from topodnn.networks.files import read_networks
from topodnn.networks.layers import layer_points
from topodnn.networks.protocols import resolve_protocol
from topodnn.networks.stacks import draw_network
from topodnn.networks.trials import CURVES, generator
from topodnn.publish.tensorboard import write_events

ALL_COUNT = {"max_train_error": 1, "max_held_out_error": 1}


@pytest.mark.parametrize("eval_every", [None, 10])
def test_untrained_networks_keep_their_initial_weights_and_count(eval_every):
    stack, trials, curves = train(epochs=0, eval_every=eval_every, **ALL_COUNT)
    for i, seed in enumerate((0, 1, 2)):
        drawn = draw_network(
            [2, 12, 12, 2], "centred", 2**0.5, torch.nn.ReLU(), generator(seed, 1, 0)
        )
        for (weight, bias), (wanted, wanted_bias) in zip(stack, drawn, strict=True):
            assert torch.equal(weight[i], wanted)
            assert torch.equal(bias[i], wanted_bias)
    assert trials["trial"].tolist() == [1, 1, 1]
    assert trials[["epochs", "steps"]].eq(0).all(axis=None)
    assert trials[["well_trained", "counted"]].all(axis=None)
    assert trials["train_error"].between(0.05, 1).all()
    assert list(curves) == CURVES
    assert len(curves) == 0


def test_untrained_networks_that_do_not_count_are_drawn_again(tmp_path, monkeypatch):
    monkeypatch.setattr("topodnn.networks.training.SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    _, trials, _ = train(epochs=0, max_trials=3, checkpoint_path=tmp_path / "a", code="c")
    assert trials.groupby("seed")["trial"].max().tolist() == [3, 3, 3]
    resumed, *_ = train(epochs=0, max_trials=3, checkpoint_path=tmp_path / "a", code="c")
    assert len(resumed) == 3


KIND = {"dataset": "a", "network": "b", "protocol": "untrained", "activation": "relu"}


def run_script(folder, points, labels, held_out) -> None:
    """Write untrained networks, as the job does."""
    write_data(folder / "data.npz", Data(points, labels, held_out, np.zeros((0, 0), int)))
    names = ("networks", "trials.csv", "curves.csv")
    paths = dict(zip(("networks_path", "trials_path", "curves_path"), names, strict=True))
    protocol = {"protocol": "fast", "name": "untrained", "epochs": 0, **ALL_COUNT}
    train_script.main(
        folder / "data.npz", kind=KIND, hidden_widths=[5], function="relu",
        activation_parameters={}, seeds=[0, 1], protocol=resolve_protocol(protocol, "relu", [5]),
        device="cpu", code="c", **{key: str(folder / name) for key, name in paths.items()},
    )  # fmt: skip


def test_points_that_are_the_same_where_they_are_trained_on_are_refused(tmp_path):
    points, labels, held_out = two_circles()
    points[~held_out] = 1
    with pytest.raises(InputError, match=r"data.npz: all points that are trained on are the same"):
        run_script(tmp_path, points, labels, held_out)


def test_the_script_writes_untrained_networks_and_tables_without_epochs(tmp_path):
    run_script(tmp_path, *two_circles())
    assert read_networks(tmp_path / "networks").about["protocol"]["protocol"] == "untrained"
    trials = pd.read_csv(tmp_path / "trials.csv")
    curves = pd.read_csv(tmp_path / "curves.csv")
    assert (trials["protocol"] == "untrained").all()
    assert list(curves) == [*KIND, *CURVES]
    assert write_events(tmp_path / "events", curves, trials) == 0
    assert (tmp_path / "events").is_dir()


def labels_of(n_seeds: int, **changes) -> tuple[np.ndarray, np.ndarray, torch.Tensor]:
    points, labels, held_out = two_circles()
    protocol = resolve_protocol(SMALL | changes, "relu", [12])
    data = TrainingData(points, labels, held_out, protocol, torch.device("cpu"))
    assert np.array_equal(data.held_out_labels(2)[1], labels[held_out])
    return labels[~held_out], data.train_labels(range(n_seeds)), data


def test_each_network_has_its_own_shuffled_labels_with_the_same_counts():
    true, shuffled, data = labels_of(3, shuffle_labels=True)
    for row in shuffled:
        assert np.array_equal(np.bincount(row), np.bincount(true))
        assert 0.3 < np.mean(row.numpy() != true) < 0.7
    assert not torch.equal(shuffled[0], shuffled[1])
    assert torch.equal(data.train_labels([2, 0]), shuffled[[2, 0]])
    assert all(np.array_equal(row, true) for row in labels_of(3)[1])


def test_training_errors_are_those_on_the_shuffled_labels():
    changes = {"epochs": 60, "shuffle_labels": True, **ALL_COUNT}
    stack, trials, curves = train(seeds=(0, 4), widths=(2, 30, 30, 2), **changes)
    points, labels, held_out = two_circles()
    shuffled = labels_of(5, shuffle_labels=True)[1][[0, 4]].numpy()
    networks = layer_points(stack, points, make_activation("relu"))
    for i, (network, row) in enumerate(zip(networks, trials.itertuples(), strict=True)):
        predicted = network[-1].argmax(axis=1)
        assert row.train_error == pytest.approx(np.mean(predicted[~held_out] != shuffled[i]))
        wrong = np.mean(predicted[held_out] != labels[held_out])
        assert row.held_out_error == pytest.approx(wrong)
        assert row.train_error < 0.45  # it learns some of them by heart
        assert row.well_trained
    assert curves.groupby("seed")["train_error"].last().lt(0.47).all()


def test_networks_of_shuffled_labels_do_not_depend_on_their_neighbours():
    changes = {"epochs": 3, "shuffle_labels": True, "batch_size": None, **ALL_COUNT}
    both, one = train(seeds=(0, 4), **changes)[0], train(seeds=(4,), **changes)[0]
    for (weight, _), (other, _) in zip(both, one, strict=True):
        assert torch.allclose(weight[1], other[0], atol=1e-5)


def test_identity_makes_a_linear_classifier():
    assert GAINS["identity"] == 1
    stack, trials, _ = train(activation="identity", epochs=5, **ALL_COUNT)
    points = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    for part in (points, 2 * points):
        *_, logits = next(layer_points(stack, part, make_activation("identity")))
        zero = next(layer_points(stack, 0 * part, make_activation("identity")))[-1]
        first = next(layer_points(stack, points, make_activation("identity")))[-1]
        factor = 1 if part is points else 2
        assert np.allclose(logits - zero, factor * (first - zero), atol=1e-4)
    assert trials["well_trained"].all()
