"""An interrupted training resumes from its checkpoint, with the same bits."""

import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from tests.circles import PROTOCOL, train, two_circles
from tests.conftest import ROOT
from topodnn.datasets.files import Data, write_data
from topodnn.networks import training


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
    [
        {"epochs": 12, "max_trials": 3},
        {"epochs": 20, "eval_every": 4, "max_trials": 2},
        {"epochs": 24, "eval_every": 4, "max_trials": 4, "batch_size": None, "warm_up": 0.0,
         "schedule": "halving", "half_life": 20, "learning_rate": 0.05, "widths": (2, 6, 2),
         "seeds": range(6)},
    ],
    ids=["whole schedule", "evaluations", "several ages"],
)  # fmt: skip
def test_a_training_that_was_cut_ends_with_the_same_bits(tmp_path, monkeypatch, changes, n_epochs):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    path = tmp_path / "a.checkpoint"
    changes = {"seeds": range(5), "widths": (2, 5, 5, 2), **changes}  # some fail
    epochs, left = [], []
    whole = train(report=lambda *a: epochs.append(a), **changes)
    with pytest.raises(Killed):
        train(report=kill_after(n_epochs), checkpoint_path=path, **changes)
    resumed = train(checkpoint_path=path, report=lambda *a: left.append(a), **changes)
    assert len(left) == len(epochs) - n_epochs
    for layer, other in zip(resumed[0], whole[0], strict=True):
        assert all(torch.equal(a, b) for a, b in zip(layer, other, strict=True))
    assert resumed[1].drop(columns="seconds").equals(whole[1].drop(columns="seconds"))
    assert resumed[2].equals(whole[2])
    assert whole[1]["trial"].max() > 1, "no network was drawn again: the test shows less"


@pytest.mark.parametrize("change", [{"epochs": 5}, {"code": "another"}], ids=["epochs", "code"])
def test_a_checkpoint_of_another_training_is_not_used(tmp_path, monkeypatch, caplog, change):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    path = tmp_path / "a.checkpoint"
    with pytest.raises(Killed):
        train(report=kill_after(3), checkpoint_path=path, epochs=6, max_trials=1)
    with caplog.at_level("WARNING"):
        stack, _, curves = train(checkpoint_path=path, **{"epochs": 6, "max_trials": 1} | change)
    assert f"{path} is of another training or of other code: the training starts" in caplog.text
    other, _, _ = train(**{"epochs": 6, "max_trials": 1} | change)
    assert torch.equal(stack[0][0], other[0][0])
    assert curves["epoch"].min() == 1


def test_a_checkpoint_needs_the_code_that_it_is_of(tmp_path):
    with pytest.raises(ValueError, match="code must say what code the checkpoint is of"):
        train(checkpoint_path=tmp_path / "a.checkpoint", code=None)


def test_a_job_that_is_killed_goes_on_from_its_checkpoint(tmp_path):
    """The script itself, killed by SIGKILL and started again, against one that was not."""
    points, labels, held_out = two_circles(1000)
    write_data(tmp_path / "data.npz", Data(points, labels, held_out, np.zeros((0, 0))))
    protocol = PROTOCOL | {"epochs": 60, "max_trials": 1}

    def job(name: str) -> list[str]:
        kind = {"dataset": "circles", "network": "2x12", "activation": "relu"}
        paths = {f"{p}_path": str(tmp_path / name / p) for p in ("networks", "trials", "curves")}
        arguments = dict(
            kind=kind, hidden_widths=[12, 12], function="relu", activation_parameters={},
            seeds=[0, 1, 2], protocol=protocol, device="cpu", code="", **paths,
        )  # fmt: skip
        (tmp_path / name).mkdir(exist_ok=True)
        code = (
            "from topodnn.networks import training; training.SECONDS_BETWEEN_CHECKPOINTS = 0.1\n"
            "from topodnn.log import job_log\nfrom scripts.train import main\n"
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
    assert "resumed at epoch" in (killed / "log").read_text()
    assert (killed / "networks").read_bytes() == (whole / "networks").read_bytes()
    assert (killed / "curves").read_bytes() == (whole / "curves").read_bytes()
    assert not checkpoint.exists()
