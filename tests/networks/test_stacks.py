"""Initial weights, and stacks of networks."""

import numpy as np
import pytest
import torch
from torch import nn

from topodnn.networks.activations import GAINS, make_activation
from topodnn.networks.stacks import draw_network, layer_outputs, logits, stack_networks, take


def test_initial_weights_are_xavier_uniform_times_the_gain():
    ((weight, bias),) = draw_network(
        [200, 300], "glorot", 2.0, nn.ReLU(), torch.Generator().manual_seed(0)
    )
    bound = 2 * np.sqrt(6 / 500)
    assert weight.abs().max() <= bound
    assert weight.std() == pytest.approx(bound / np.sqrt(3), rel=0.01)
    assert not bias.any()


def test_a_sigmoid_network_starts_as_the_tanh_network_of_the_same_shape():
    widths, points = [3, 25, 25, 25, 2], torch.randn(3, 50, generator=torch.Generator())
    outputs = []
    for name in ("tanh", "sigmoid"):
        function = make_activation(name)
        network = draw_network(
            widths, "centred", GAINS[name], function, torch.Generator().manual_seed(0)
        )
        weight, bias = network[0]  # sigmoid(2 z) = (1 + tanh z) / 2: the input is not doubled
        network[0] = (weight / 2, bias) if name == "sigmoid" else network[0]
        *hidden, _ = layer_outputs(stack_networks([network]), points[None], function)
        outputs.append(hidden[-1])
    assert torch.allclose(outputs[0], 2 * outputs[1] - 1, atol=1e-4)


def test_a_stack_computes_what_torch_sequential_computes():
    widths = [3, 7, 5, 2]
    networks = [
        draw_network(widths, "glorot", 1.0, nn.Tanh(), torch.Generator().manual_seed(s))
        for s in range(4)
    ]
    points = torch.randn(11, 3, generator=torch.Generator().manual_seed(9))
    stack = stack_networks(networks)
    together = logits(stack, points.T.expand(4, -1, -1), nn.Tanh())
    for i, network in enumerate(networks):
        linear = []
        for weight, bias in network:
            layer = nn.Linear(weight.shape[1], weight.shape[0])
            layer.load_state_dict({"weight": weight, "bias": bias + i})
            linear += [layer, nn.Tanh()]
        shifted = [(w, b + i) for w, b in take(stack, [i])]
        expected = nn.Sequential(*linear[:-1])(points)
        assert torch.allclose(logits(shifted, points.T[None], nn.Tanh())[0].T, expected, atol=1e-6)
        assert torch.allclose(together[i], logits(take(stack, [i]), points.T[None], nn.Tanh())[0])


def test_layer_outputs_have_the_widths_of_the_layers():
    network = draw_network([3, 7, 5, 2], "glorot", 1.0, nn.ReLU(), torch.Generator().manual_seed(0))
    points = torch.zeros(1, 3, 11)
    shapes = [tuple(x.shape) for x in layer_outputs(stack_networks([network]), points, nn.ReLU())]
    assert shapes == [(1, 7, 11), (1, 5, 11), (1, 2, 11)]


def test_the_initial_weights_of_torch_are_those_of_linear():
    generator = torch.Generator().manual_seed(0)
    ((weight, bias),) = draw_network([400, 300], "torch", 9.0, nn.ReLU(), generator)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        linear = nn.Linear(400, 300).requires_grad_(False)
    for ours, theirs in ((weight, linear.weight), (bias, linear.bias)):
        assert ours.abs().max() == pytest.approx(float(theirs.abs().max()), rel=0.02)
        assert ours.std() == pytest.approx(float(theirs.std()), rel=0.1)
