"""Residual networks, against a module of torch as one would write it."""

import numpy as np
import pytest
import torch
from torch import nn

from tests.circles import train, two_circles
from tests.networks.test_gradients import points_of, stack_of
from topodnn.datasets.files import Data
from topodnn.networks import load, training
from topodnn.networks.activations import ACTIVATIONS, make_activation
from topodnn.networks.files import Networks, read_networks, write_networks
from topodnn.networks.gradients import Gradients
from topodnn.networks.layers import layer_points, network_layers
from topodnn.networks.recording import left_as_found, record
from topodnn.networks.residual import skips
from topodnn.networks.stacks import as_stack, draw_network, layer_outputs, stack_networks

WIDTHS = [3, 3, 5, 5, 5, 4]  # as wide as the input; wider; twice as wide as before; logits
SKIPS = [True, False, True, True, False]


class Plain(nn.Module):
    """A residual network without a line of ours."""

    def __init__(self, tensors, function):
        super().__init__()
        self.weights = nn.ParameterList(t.clone() for t in tensors[::2])
        self.biases = nn.ParameterList(t.clone() for t in tensors[1::2])
        self.function = function

    def layers(self, x):
        found = [x]
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = nn.functional.linear(x, weight, bias)
            h = z if i == len(WIDTHS) - 2 else self.function(z)
            x = x + h if SKIPS[i] else h
            found.append(x)
        return found


def test_hidden_layers_as_wide_as_the_layer_before_are_residual():
    weights = [weight for weight, _ in as_stack(stack_of(1, WIDTHS))]
    assert skips(weights, True) == SKIPS
    assert skips(weights, False) == [False] * 5
    assert skips([torch.ones(1, 2, 2)], True) == [False]  # the logits of two features


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu", "identity"])
def test_layers_are_those_of_a_plain_module(name):
    tensors, function = stack_of(2, WIDTHS), make_activation(name)
    points = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    for i, layers in enumerate(layer_points(as_stack(tensors), points, function, residual=True)):
        with torch.no_grad():
            expected = Plain([t[i] for t in tensors], function).layers(torch.as_tensor(points))
        for found, wanted in zip(layers, expected, strict=True):
            assert np.allclose(found, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradients_are_those_of_autograd_of_a_plain_module(name):
    tensors, function = stack_of(3, WIDTHS), make_activation(name)
    tensors = [tensor / 3 for tensor in tensors]
    points, labels = points_of(3, 60)
    gradients = Gradients(tensors, function, residual=True)
    for _ in range(2):  # the second time over the memory of the first
        losses, scores = gradients.add(points, labels, 60)
        for i in range(3):
            plain = Plain([tensor[i] for tensor in tensors], function)
            output = plain.layers(points[i].T)[-1]
            assert torch.allclose(scores[i].T, output, rtol=1e-4, atol=1e-5)
            wanted = nn.functional.cross_entropy(output, labels[i], reduction="none")
            assert torch.allclose(losses[i], wanted, rtol=1e-4, atol=1e-5)
            wanted.mean().backward()
            for j, (weight, bias) in enumerate(zip(plain.weights, plain.biases, strict=True)):
                found = gradients.tensors[2 * j][i], gradients.tensors[2 * j + 1][i]
                assert torch.allclose(found[0], weight.grad, rtol=1e-3, atol=1e-5)
                assert torch.allclose(found[1], bias.grad, rtol=1e-3, atol=1e-5)
        gradients.clear()


def test_a_network_without_layers_of_one_width_is_trained_to_the_same_bits():
    for widths, is_same in (((2, 12, 9, 2), True), ((2, 12, 12, 2), False)):
        found = [train(widths=widths, epochs=2, residual=flag)[0] for flag in (False, True)]
        pairs = zip(*found, strict=True)
        assert all(torch.equal(a[0], b[0]) for a, b in pairs) == is_same


def test_residual_networks_are_trained_and_read_as_such(tmp_path):
    stack, trials, _ = train(residual=True, activation="tanh")
    assert trials.groupby("seed")["well_trained"].any().all()
    points, labels, held_out = two_circles()
    weights, biases = ([t.numpy() for t in part] for part in zip(*stack, strict=True))
    about = {"seeds": [0, 1, 2], "activation": "tanh", "activation_parameters": {}}
    data = Data(points, labels, held_out, np.zeros((0, 0)))
    for flag, well_trained in (({"residual": True}, True), ({}, False)):  # without: of before
        networks = Networks(weights, biases, np.zeros(2), np.ones(1), about | flag)
        write_networks(tmp_path / "networks", networks)
        read = read_networks(tmp_path / "networks")
        assert read.about == about | flag
        wrong = [n[-1].argmax(axis=1) != labels for n in network_layers(data, read)]
        assert all(not w[~held_out].any() for w in wrong) == well_trained


def test_a_checkpoint_of_a_plain_network_is_not_used_for_a_residual_one(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    train(epochs=4, max_trials=1, checkpoint_path=tmp_path / "a", code="c", eval_every=2)
    changes = {"epochs": 4, "max_trials": 1, "residual": True}
    alone, *_ = train(**changes)
    beside, *_ = train(checkpoint_path=tmp_path / "a", code="c", **changes)
    assert all(torch.equal(a[0], b[0]) for a, b in zip(alone, beside, strict=True))


def test_sums_of_a_residual_sigmoid_network_start_around_zero():
    network = draw_network(
        [3, 15, 15, 15, 15, 2], "centred", 1.0, nn.Sigmoid(), torch.Generator(), residual=True
    )
    network[0] = (torch.zeros(15, 3), torch.zeros(15))  # every neuron gives f(0)
    *hidden, last = layer_outputs(
        stack_networks([network]), torch.ones(1, 3, 1), nn.Sigmoid(), True
    )
    for i, layer in enumerate(hidden, 1):
        assert torch.allclose(layer, torch.tensor(i / 2), atol=1e-5)
    assert last.abs().max() < 1e-5


def test_load_builds_residual_networks_whose_layers_are_the_sums():
    tensors, function = [tensor[0] for tensor in stack_of(1, WIDTHS)], nn.ReLU()
    state_dict = {f"{i:02d}": tensor for i, tensor in enumerate(tensors)}
    model = load(state_dict, "relu", residual=True)
    points = torch.randn(30, 3, generator=torch.Generator().manual_seed(0))
    expected = Plain(tensors, function).layers(points)
    assert torch.allclose(model(points), expected[-1], rtol=1e-4, atol=1e-4)
    assert not torch.allclose(load(state_dict, "relu")(points), expected[-1])
    with left_as_found(model):
        layers = record(model, points)
    for found, wanted in zip(layers, expected, strict=True):
        assert np.allclose(found.points, wanted.detach(), rtol=1e-4, atol=1e-4)
    again = load(model.state_dict(), "relu", residual=True)
    assert torch.equal(again(points), model(points))
