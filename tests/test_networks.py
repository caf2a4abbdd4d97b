"""Networks: activations by name, initial weights, stacks."""

import numpy as np
import pytest
import torch
from torch import nn

from topodnn.networks import (
    ACTIVATIONS,
    GAINS,
    draw_network,
    layer_outputs,
    logits,
    make_activation,
    stack_networks,
    take,
)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_acts_on_each_number_by_itself(name):
    points = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    function = make_activation(name)
    one_by_one = torch.stack([function(x.reshape(1)) for x in points.ravel()]).view_as(points)
    assert torch.allclose(function(points), one_by_one)


def test_activation_parameters_reach_the_activation():
    assert make_activation("leaky_relu", {"negative_slope": 0.2})(torch.tensor(-1.0)) == -0.2


@pytest.mark.parametrize(
    ("name", "parameters", "text"),
    [
        ("reluu", {}, "activation is 'reluu', but must be one of celu, elu"),
        ("softmax", {}, "activation is 'softmax', but must be one of"),
        ("leaky_relu", {"slope": 1}, "'leaky_relu' has no parameter 'slope'; it takes negative"),
    ],
)
def test_bad_activations_are_refused(name, parameters, text):
    with pytest.raises(ValueError, match=text):
        make_activation(name, parameters)


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
