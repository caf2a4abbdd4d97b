"""Protocols: what each one says, what a configuration changes, the learning rate."""

import numpy as np
import pytest
import torch

from tests.conftest import SCHEMA
from topodnn.networks.activations import make_activation
from topodnn.networks.optimiser import learning_rate
from topodnn.networks.protocols import PROTOCOLS, resolve_protocol
from topodnn.networks.units import derivative
from topodnn.workflow.config import resolve


def rates(n_steps: int, **training) -> np.ndarray:
    protocol = resolve_protocol({"protocol": "fast", **training}, "relu", [15])
    return np.array([learning_rate(step, n_steps, protocol) for step in range(n_steps)])


def test_paper_is_what_the_authors_released():
    paper = resolve_protocol({"protocol": "paper"}, "tanh", [50])
    assert (paper["batch_size"], paper["epochs"], paper["eval_every"]) == (None, 12_000, 1000)
    found = rates(12_000, protocol="paper")
    assert found == pytest.approx(0.02 * 0.5 ** (np.arange(12_000) / 2500))
    stairs = rates(12_000, protocol="paper", schedule="staircase")
    assert stairs == pytest.approx(0.02 * 0.5 ** (np.arange(12_000) // 2500))
    assert (paper["initial_weights"], paper["gain"], paper["clip_norm"]) == ("glorot", 1.0, None)


def test_notebook_is_what_the_tutorial_does():
    notebook = resolve_protocol({"protocol": "notebook"}, "sigmoid", [50])
    assert (notebook["epochs"], notebook["batch_size"], notebook["clip_norm"]) == (7, 100, 5.0)
    assert (rates(2800, protocol="notebook") == 0.01).all()
    assert not notebook["well_trained_rule"]
    assert notebook["max_trials"] == 1


def test_fast_warms_up_then_falls_to_zero():
    found = rates(1000, learning_rate=0.02, warm_up=0.05)
    assert found[0] == pytest.approx(0.02 / 50)
    assert found.max() == pytest.approx(0.02)
    assert np.argmax(found) in (49, 50)
    assert (np.diff(found[50:]) < 0).all()
    assert found[-1] < 1e-5
    assert rates(1000, learning_rate=0.02, warm_up=0.0)[0] == pytest.approx(0.02)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_protocol_has_every_number_and_each_is_allowed(name, tiny_config):
    protocol = PROTOCOLS[name]
    assert set(protocol) == set(PROTOCOLS["fast"])
    tiny_config["training"] = protocol | {"protocol": name}
    assert resolve(tiny_config, SCHEMA)["training"] == protocol | {"protocol": name}


def test_the_configuration_goes_before_the_protocol_and_the_activation_before_both(monkeypatch):
    own = PROTOCOLS["fast"] | {"by_activation": {"tanh": {"learning_rate": 0.1, "epochs": 5}}}
    monkeypatch.setitem(PROTOCOLS, "fast", own)
    training = {"protocol": "fast", "epochs": 9, "by_activation": {"relu": {"epochs": 3}}}
    tanh = resolve_protocol(training, "tanh", [])
    assert (tanh["learning_rate"], tanh["epochs"]) == (0.1, 9)
    assert resolve_protocol(training, "relu", [])["epochs"] == 3
    assert resolve_protocol(training, "gelu", [])["epochs"] == 9
    assert "by_activation" not in tanh
    assert tanh["protocol"] == "fast"
    assert training["by_activation"] == {"relu": {"epochs": 3}}


@pytest.mark.parametrize(("hidden", "rate"), [([], 0.02), ([5, 5], 0.02), ([15, 60, 15], 0.005)])
def test_the_rate_falls_with_the_width(hidden, rate):
    training = {"protocol": "fast", "learning_rate": 0.02, "reference_width": 15}
    protocol = resolve_protocol(training, "tanh", hidden)
    assert protocol["learning_rate"] == pytest.approx(rate)
    assert "reference_width" not in protocol
    same = resolve_protocol(training | {"reference_width": None}, "tanh", hidden)
    assert same["learning_rate"] == 0.02


@pytest.mark.parametrize("name", ["silu", "softplus"])
def test_fast_starts_smooth_activations_of_half_a_slope_with_signals_that_do_not_fade(name):
    slope = derivative(make_activation(name), torch.zeros(1)).item()
    assert resolve_protocol({"protocol": "fast"}, name, [15])["gain"] * slope == 1
    assert resolve_protocol({"protocol": "fast", "gain": 3}, name, [15])["gain"] == 3
    assert resolve_protocol({"protocol": "notebook"}, name, [15])["gain"] is None
