"""Training: the well-trained rule, trials, protocols, reproducibility, checkpoints."""

import math
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from torch import nn

from tests.conftest import ROOT
from tests.plain_training import train_one
from topodnn import training
from topodnn.files import Data, Networks, read_networks, write_data, write_networks
from topodnn.layers import layer_points, predicted_class
from topodnn.networks import make_activation
from topodnn.protocols import resolve_protocol
from topodnn.training import choose_device, standardisation, train_networks

SMALL = {
    "protocol": "fast",
    "epochs": 30,
    "batch_size": 50,
    "learning_rate": 0.02,
    "max_trials": 2,
    "max_held_out_error": 0.05,
}
PROTOCOL = resolve_protocol(SMALL, "relu", [12])


N_TRAIN = 323  # of 400 points


def two_circles(n_points: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A circle in a circle: easy for two hidden layers, impossible for none."""
    rng = np.random.default_rng(0)
    angle, labels = rng.uniform(0, 2 * np.pi, n_points), np.arange(n_points) % 2
    points = (1 + labels)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points.astype(np.float32), labels, rng.random(n_points) < 0.2


def train(
    widths=(2, 12, 12, 2), seeds=(0, 1, 2), activation="relu", checkpoint_path=None,
    report=lambda *_: None, **changes,
):  # fmt: skip
    points, labels, held_out = two_circles()
    return train_networks(
        points,
        labels,
        held_out,
        widths=list(widths),
        activation=activation,
        activation_parameters={},
        seeds=list(seeds),
        protocol=resolve_protocol(SMALL | changes, activation, list(widths[1:-1])),
        device=torch.device("cpu"),
        checkpoint_path=checkpoint_path,
        report=report,
    )


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


def test_a_network_that_diverges_touches_no_other():
    alone, _, _ = train(seeds=(0, 1), learning_rate=1e-3, max_trials=1, epochs=3)
    original = training.draw_network
    try:
        training.draw_network = lambda widths, weights, gain, function, generator: [
            (w * np.nan if generator.initial_seed() == training._generator(1, 1, 0).initial_seed()
             else w, b)
            for w, b in original(widths, weights, gain, function, generator)
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


# Protocols ---------------------------------------------------------------------------------------


def test_networks_leave_at_the_first_reading_without_error_or_without_progress():
    readings = {"epochs": 60, "read_every": 4, "max_trials": 1, "learning_rate": 0.01}
    _, trials, curves = train(seeds=range(8), batch_size=100, **readings)
    assert trials["epochs"].nunique() > 1
    assert (trials["epochs"] % 4 == 0).all()
    assert (trials["steps"] == trials["epochs"] * math.ceil(N_TRAIN / 100)).all()
    assert curves.groupby("seed")["epoch"].max().to_dict() == dict(
        trials[["seed", "epochs"]].to_numpy()
    )
    early = trials[trials["epochs"] < 60]
    assert (early["train_error"] == 0).any()
    _, hopeless, _ = train(widths=(2, 2), epochs=400, read_every=20, max_trials=2)
    assert (hopeless["epochs"] < 400).all()  # no hidden layer: no progress, given up
    assert (hopeless["train_error"] > 0).all()


def test_a_network_that_leaves_takes_nothing_from_the_others():
    """Those that stay are trained as if nobody had left: same networks up to rounding."""
    changes = {"epochs": 12, "max_trials": 1, "batch_size": 100, "learning_rate": 1e-4}
    whole, _, _ = train(seeds=range(4), **changes)
    readings = []
    original = training._read

    def leave(task, trial, record):
        if trial.epoch == 4:
            trial.best = [-1.0 if seed == 1 else math.inf for seed in trial.seeds]
        original(task, trial, record)
        readings.append(list(trial.seeds))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_read", leave)
        stack, trials, _ = train(seeds=range(4), read_every=4, **changes)
    assert readings[0] == [0, 2, 3]
    assert trials.set_index("seed")["epochs"].to_dict() == {0: 12, 1: 4, 2: 12, 3: 12}
    for seed in (0, 2, 3):
        for (weight, bias), (other, other_bias) in zip(stack, whole, strict=True):
            assert torch.allclose(weight[seed], other[seed], atol=1e-6)
            assert torch.allclose(bias[seed], other_bias[seed], atol=1e-6)


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


def test_the_initial_weights_of_torch_are_those_of_linear():
    generator = torch.Generator().manual_seed(0)
    ((weight, bias),) = training.draw_network([400, 300], "torch", 9.0, nn.ReLU(), generator)
    linear = nn.Linear(400, 300).requires_grad_(False)
    for ours, theirs in ((weight, linear.weight), (bias, linear.bias)):
        assert ours.abs().max() == pytest.approx(float(theirs.abs().max()), rel=0.02)
        assert ours.std() == pytest.approx(float(theirs.std()), rel=0.1)


# Checkpoints -------------------------------------------------------------------------------------


class Killed(Exception):
    pass


def kill_after(n_epochs: int):
    """A report that ends the training after so many epochs."""
    seen = []

    def report(*_):
        seen.append(1)
        if len(seen) > n_epochs:
            raise Killed

    return report


@pytest.mark.parametrize("n_epochs", [3, 14, 25])
@pytest.mark.parametrize(
    "changes",
    [{"epochs": 12, "max_trials": 3}, {"epochs": 20, "read_every": 4, "max_trials": 2}],
    ids=["whole schedule", "readings"],
)
def test_a_training_that_was_cut_ends_with_the_same_bits(tmp_path, monkeypatch, changes, n_epochs):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    path = tmp_path / "a.checkpoint"
    changes = {"seeds": range(5), "widths": (2, 5, 5, 2), **changes}  # some fail
    whole = train(**changes)
    with pytest.raises(Killed):
        train(report=kill_after(n_epochs), checkpoint_path=path, **changes)
    epochs = []
    resumed = train(checkpoint_path=path, report=lambda *a: epochs.append(a), **changes)
    assert len(epochs) == len(whole[2][["trial", "epoch"]].drop_duplicates()) - n_epochs
    for layer, other in zip(resumed[0], whole[0], strict=True):
        assert all(torch.equal(a, b) for a, b in zip(layer, other, strict=True))
    assert resumed[1].drop(columns="seconds").equals(whole[1].drop(columns="seconds"))
    assert resumed[2].equals(whole[2])
    assert whole[1]["trial"].max() > 1, "no network was drawn again: the test shows less"


def test_a_checkpoint_of_another_training_is_not_gone_on_with(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    path = tmp_path / "a.checkpoint"
    with pytest.raises(Killed):
        train(report=kill_after(3), checkpoint_path=path, epochs=6, max_trials=1)
    with caplog.at_level("WARNING"):
        stack, _, curves = train(checkpoint_path=path, epochs=5, max_trials=1)
    assert f"{path} is of another training: begun anew" in caplog.text
    other, _, _ = train(epochs=5, max_trials=1)
    assert torch.equal(stack[0][0], other[0][0])
    assert curves["epoch"].min() == 1


def test_a_job_that_is_killed_goes_on_from_its_checkpoint(tmp_path):
    """The script itself, killed by SIGKILL and started again, against one that was not."""
    points, labels, held_out = two_circles(2000)
    write_data(tmp_path / "data.npz", Data(points, labels, held_out, np.zeros((0, 0))))
    protocol = PROTOCOL | {"epochs": 60, "max_trials": 1}

    def job(name: str) -> list[str]:
        kind = {"dataset": "circles", "network": "2x12", "activation": "relu"}
        paths = {f"{p}_path": str(tmp_path / name / p) for p in ("networks", "trials", "curves")}
        arguments = dict(
            kind=kind, hidden_widths=[12, 12], function="relu", activation_parameters={},
            seeds=[0, 1, 2], protocol=protocol, device="cpu", **paths,
        )  # fmt: skip
        (tmp_path / name).mkdir(exist_ok=True)
        code = (
            "from topodnn import training; training.SECONDS_BETWEEN_CHECKPOINTS = 0.2\n"
            "from topodnn.progress import job_log\nfrom scripts.train import main\n"
            f"with job_log({str(tmp_path / name / 'log')!r}):\n"
            f"    main({str(tmp_path / 'data.npz')!r}, **{arguments!r})\n"
        )
        return [sys.executable, "-c", code]

    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = subprocess.Popen(job("killed"), cwd=ROOT)
    checkpoint, deadline = killed / "networks.checkpoint", time.monotonic() + 120
    while not checkpoint.exists():
        assert process.poll() is None, "the job ended before it wrote a checkpoint"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not (killed / "networks").exists()
    for name in ("killed", "whole"):
        subprocess.run(job(name), cwd=ROOT, check=True)
    assert "going on at epoch" in (killed / "log").read_text()
    assert (killed / "networks").read_bytes() == (whole / "networks").read_bytes()
    assert (killed / "curves").read_bytes() == (whole / "curves").read_bytes()
    assert not checkpoint.exists()
