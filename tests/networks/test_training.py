"""Training: the well-trained rule, trials, protocols, reproducibility."""

import math
import time

import numpy as np
import pandas as pd
import pytest
import torch

from tests.circles import PROTOCOL, SMALL, train, two_circles
from tests.plain_training import train_one
from topodnn.networks import training
from topodnn.networks.activations import make_activation
from topodnn.networks.data import standardisation
from topodnn.networks.files import Networks, read_networks, write_networks
from topodnn.networks.layers import layer_points, predicted_class
from topodnn.networks.processor import choose_device
from topodnn.networks.protocols import resolve_protocol
from topodnn.networks.training import train_networks
from topodnn.networks.trials import generator

N_TRAIN = 323  # of 400 points


def test_a_well_trained_network_makes_no_training_error():
    stack, trials, _ = train()
    points, labels, held_out = two_circles()
    for network, row in zip(
        layer_points(stack, points, make_activation("relu")), trials.itertuples(), strict=True
    ):
        wrong = predicted_class(network[-1]) != labels
        assert row.well_trained
        assert not wrong[~held_out].any()
        assert wrong[held_out].mean() == pytest.approx(row.held_out_error)
        assert row.held_out_error <= PROTOCOL["max_held_out_error"]
        assert row.epochs == PROTOCOL["epochs"]


def test_the_same_seeds_give_the_same_bits():
    (first, trials, curves), (second, trials_2, curves_2) = train(), train()
    for (w, b), (v, c) in zip(first, second, strict=True):
        assert torch.equal(w, v)
        assert torch.equal(b, c)
    assert trials.drop(columns="seconds").equals(trials_2.drop(columns="seconds"))
    assert curves.equals(curves_2)


def test_different_seeds_give_different_networks():
    stack, _, _ = train(seeds=(0, 1))
    assert not torch.allclose(stack[0][0][0], stack[0][0][1])


def test_a_failing_network_is_drawn_again_and_every_trial_is_recorded():
    # Without a hidden layer the circles cannot be told apart: every trial fails.
    stack, trials, curves = train(widths=(2, 2), max_trials=3, epochs=4)
    assert trials.groupby("seed")["trial"].apply(list).tolist() == [[1, 2, 3]] * 3
    assert not trials["well_trained"].any()
    assert (trials["epochs"] == 4).all()
    assert (trials["train_error"] > 0.2).all()
    assert len(curves) == 3 * 3 * 4
    points, labels, held_out = two_circles()
    best = trials.groupby("seed")["train_error"].min()
    for seed, network in enumerate(layer_points(stack, points, make_activation("relu"))):
        wrong = predicted_class(network[-1]) != labels
        assert wrong[~held_out].mean() == pytest.approx(best[seed])


def test_only_the_networks_that_failed_are_drawn_again():
    _, trials, _ = train(seeds=range(8), epochs=8, max_trials=4)
    for _, rows in trials.groupby("seed"):
        assert not rows["well_trained"].iloc[:-1].any()
        assert rows["well_trained"].iloc[-1] or len(rows) == 4
    assert (trials["trial"] > 1).sum() > 0, "every seed succeeded at once: the test shows nothing"


def test_held_out_error_above_the_limit_is_not_well_trained():
    points, labels, held_out = two_circles()
    labels[np.flatnonzero(held_out)[:8]] ^= 1  # cannot be known from the training points
    for limit, well_trained in ((0.05, False), (0.2, True)):
        _, trials, _ = train_networks(
            points, labels, held_out, widths=[2, 12, 12, 2], activation="relu",
            activation_parameters={}, seeds=[0], device=torch.device("cpu"),
            protocol=PROTOCOL | {"max_trials": 1, "max_held_out_error": limit},
        )  # fmt: skip
        assert trials["train_error"].tolist() == [0.0]
        assert trials["held_out_error"].tolist() == [pytest.approx(8 / held_out.sum())]
        assert trials["well_trained"].tolist() == [well_trained]


def test_a_training_error_within_the_limit_is_well_trained_and_ends_the_training():
    """A line does not part two circles: it leaves about half of the points wrong."""
    for limit, well_trained in ((0.2, False), (0.7, True)):
        changes = {"max_train_error": limit, "max_held_out_error": 1.0, "max_trials": 1}
        _, trials, _ = train(widths=(2, 2), epochs=20, eval_every=5, **changes)
        assert trials["train_error"].between(0.2, 0.7).all()
        assert (trials["well_trained"] == well_trained).all()
        assert (trials["epochs"] == 1).all() == well_trained


def test_a_network_that_diverges_touches_no_other():
    alone, _, _ = train(seeds=(0, 1), learning_rate=1e-3, max_trials=1, epochs=3)
    original = training.draw_network
    try:
        training.draw_network = lambda widths, weights, gain, function, random, residual: [
            (w * np.nan if random.initial_seed() == generator(1, 1, 0).initial_seed() else w, b)
            for w, b in original(widths, weights, gain, function, random, residual)
        ]  # fmt: skip
        beside, trials, _ = train(seeds=(0, 1), learning_rate=1e-3, max_trials=1, epochs=3)
    finally:
        training.draw_network = original
    assert not trials["well_trained"][1]
    for (w, b), (v, c) in zip(alone, beside, strict=True):
        assert torch.equal(w[0], v[0])
        assert torch.equal(b[0], c[0])
        assert v[1].isnan().all()


def test_standardisation_keeps_the_shape():
    points = np.random.default_rng(0).normal(size=(500, 3)) * [1, 2, 3] + 5
    mean, deviation = standardisation(points)
    scaled = (points - mean) / deviation
    assert scaled.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert (scaled**2).mean() == pytest.approx(1)
    assert np.ptp(scaled, axis=0) * deviation == pytest.approx(np.ptp(points, axis=0))


def test_a_missing_gpu_is_an_error_and_auto_is_not():
    assert choose_device("auto").type in ("cpu", "cuda")
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="device is 'cuda', but this machine does not"):
            choose_device("cuda")


def test_networks_survive_the_file(tmp_path):
    stack, _, _ = train(seeds=(0, 1))
    weights, biases = ([t.numpy() for t in part] for part in zip(*stack, strict=True))
    about = {"seeds": [0, 1], "activation": "relu", "widths": [2, 12, 12, 2]}
    path = tmp_path / "networks.safetensors"
    write_networks(path, Networks(weights, biases, np.zeros(2), np.float64(1), about))
    found = read_networks(path)
    assert found.about == about
    assert all(np.array_equal(a, b) for a, b in zip(found.weights, weights, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(found.biases, biases, strict=True))


def test_networks_leave_at_the_first_evaluation_without_error_or_without_progress():
    changes = {"epochs": 60, "eval_every": 4, "max_trials": 1, "learning_rate": 0.01}
    _, trials, curves = train(seeds=range(8), batch_size=100, **changes)
    assert trials["epochs"].nunique() > 1
    assert (trials["epochs"] % 4 == 0).all()
    assert (trials["steps"] == trials["epochs"] * math.ceil(N_TRAIN / 100)).all()
    assert curves.groupby("seed")["epoch"].max().to_dict() == dict(
        trials[["seed", "epochs"]].to_numpy()
    )
    early = trials[trials["epochs"] < 60]
    assert (early["train_error"] == 0).any()
    _, hopeless, _ = train(widths=(2, 2), epochs=400, eval_every=20, max_trials=2)
    assert (hopeless["epochs"] < 400).all()  # no hidden layer: no progress, given up
    assert (hopeless["train_error"] > 0).all()


def test_a_network_that_leaves_takes_nothing_from_the_others():
    """Those that stay are trained as if nobody had left: same networks up to rounding."""
    changes = {"epochs": 12, "max_trials": 1, "batch_size": 100, "learning_rate": 1e-4}
    whole, _, _ = train(seeds=range(4), **changes)
    evaluated = []
    original = training._evaluate

    def leave(task, running, state, record):
        for trial in running:
            if trial.epoch == 4:
                trial.best = -1.0 if trial.seed == 1 else math.inf
        left = original(task, running, state, record)
        evaluated.append([trial.seed for trial in left[0]])
        return left

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_evaluate", leave)
        stack, trials, _ = train(seeds=range(4), eval_every=4, **changes)
    assert evaluated[:2] == [[0, 1, 2, 3], [0, 2, 3]]  # after one epoch, and after four
    assert trials.set_index("seed")["epochs"].to_dict() == {0: 12, 1: 4, 2: 12, 3: 12}
    for seed in (0, 2, 3):
        for (weight, bias), (other, other_bias) in zip(stack, whole, strict=True):
            assert torch.allclose(weight[seed], other[seed], atol=1e-6)
            assert torch.allclose(bias[seed], other_bias[seed], atol=1e-6)


def test_the_next_trial_starts_at_once_and_is_the_one_of_the_seed_alone():
    """Networks of several ages in one stack: those of each seed by itself, up to rounding."""
    changes = {"epochs": 24, "eval_every": 4, "max_trials": 4, "batch_size": None, "warm_up": 0.0}
    changes |= {"schedule": "halving", "half_life": 20, "learning_rate": 0.05}
    stack, trials, curves = train(seeds=range(6), widths=(2, 6, 2), **changes)
    at_once = (
        curves.groupby("trial").ngroup().diff().lt(0).any()
    )  # epochs of trial 1 after some of 2
    assert at_once, "no trial was replaced while others ran: the test shows nothing"
    columns = ["seed", "trial", "epochs", "steps", "train_error", "well_trained"]
    for seed in range(6):
        alone, its_trials, _ = train(seeds=[seed], widths=(2, 6, 2), **changes)
        found = trials[trials["seed"] == seed][columns].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, its_trials[columns])
        for (weight, bias), (other, other_bias) in zip(stack, alone, strict=True):
            assert torch.allclose(weight[seed], other[0], atol=1e-4)
            assert torch.allclose(bias[seed], other_bias[0], atol=1e-4)


def test_a_trial_without_progress_from_the_first_step_on_is_given_up_at_the_next_reading():
    _, trials, _ = train(epochs=40, eval_every=10, max_trials=1, learning_rate=1e-9)
    assert trials["epochs"].tolist() == [10, 10, 10]


def test_a_full_batch_in_parts_has_the_same_gradient(monkeypatch):
    changes = {"epochs": 5, "batch_size": None, "max_trials": 1, "learning_rate": 0.01}
    whole, _, curves = train(**changes)
    monkeypatch.setattr(training, "SMALLEST_PASS", 50)
    monkeypatch.setattr(training, "POINTS_PER_PASS", 100)
    parts, _, curves_of_parts = train(**changes)
    for (weight, bias), (other, other_bias) in zip(whole, parts, strict=True):
        assert torch.allclose(weight, other, atol=1e-5)
        assert torch.allclose(bias, other_bias, atol=1e-5)
    assert curves["loss"].tolist() == pytest.approx(curves_of_parts["loss"].tolist(), rel=1e-4)


def test_without_holding_out_all_points_are_trained_on():
    for hold_out, n_points in ((True, N_TRAIN), (False, 400)):
        _, trials, _ = train(epochs=2, batch_size=50, max_trials=1, hold_out=hold_out)
        assert (trials["steps"] == 2 * math.ceil(n_points / 50)).all()


def test_the_seconds_of_the_trials_add_up_to_no_more_than_the_time_taken():
    start = time.perf_counter()
    _, trials, _ = train(epochs=5)
    assert 0 < trials["seconds"].sum() <= time.perf_counter() - start


def test_balanced_classes_weigh_the_same():
    """Against torch's weighted loss, on a data set of which one class is a tenth."""
    points, labels, held_out = two_circles()
    chosen = (labels == 0) | (np.arange(400) % 20 == 1)
    points, labels, held_out = points[chosen], labels[chosen], held_out[chosen]
    for class_weights, weights in (("none", [1, 1]), ("balanced", None)):
        changes = {"epochs": 1, "batch_size": None, "max_trials": 1, "class_weights": class_weights}
        _, _, curves = train_networks(
            points, labels, held_out, widths=[2, 12, 2], activation="tanh",
            activation_parameters={}, seeds=[0], device=torch.device("cpu"),
            protocol=resolve_protocol(SMALL | changes | {"warm_up": 0.0}, "tanh", [12]),
        )  # fmt: skip
        counts = np.bincount(labels[~held_out])
        weights = torch.tensor(weights or (counts.sum() / (2 * counts)).tolist())
        drawn = training.draw_network(
            [2, 12, 2], "centred", 5 / 3, torch.nn.Tanh(), generator(0, 1, 0)
        )
        x = torch.as_tensor(points[~held_out])
        for i, (weight, bias) in enumerate(drawn):
            x = x @ weight.T + bias
            x = torch.tanh(x) if i == 0 else x
        wanted = torch.nn.functional.cross_entropy(
            x, torch.as_tensor(labels[~held_out]), weights.float(), reduction="none"
        ).mean()
        assert curves["loss"][0] == pytest.approx(wanted.item(), rel=1e-4)


def test_without_a_rule_every_network_counts_after_one_trial():
    _, trials, _ = train(widths=(2, 2), protocol="notebook", epochs=2)
    assert trials["trial"].tolist() == [1, 1, 1]
    assert not trials["well_trained"].any()
    assert trials["counted"].all()


@pytest.mark.parametrize("batch_size", [None, 64], ids=["full batch", "batches"])
@pytest.mark.parametrize("clip_norm", [None, 0.1], ids=["free", "clipped"])
def test_training_is_that_of_torch(batch_size, clip_norm):
    """Against torch.nn.Sequential, torch.optim.Adam and torch's clipping, one network at a time."""
    changes = {
        "epochs": 5, "batch_size": batch_size, "clip_norm": clip_norm, "schedule": "halving",
        "half_life": 3, "warm_up": 0.0, "beta_2": 0.98, "learning_rate": 0.01, "max_trials": 1,
        "epsilon": 1e-3,
    }  # fmt: skip
    stack, _, curves = train(activation="tanh", **changes)
    points, labels, held_out = two_circles()
    protocol = resolve_protocol(SMALL | changes, "tanh", [12, 12])
    for i, seed in enumerate((0, 1, 2)):
        linear, losses = train_one(
            points[~held_out], labels[~held_out], [2, 12, 12, 2], "tanh", protocol, seed
        )
        for (weight, bias), layer in zip(stack, linear, strict=True):
            assert torch.allclose(weight[i], layer.weight, atol=1e-5)
            assert torch.allclose(bias[i], layer.bias, atol=1e-5)
        assert curves.query("seed == @seed")["loss"].tolist() == pytest.approx(losses, rel=1e-3)
