"""Activations by name."""

import pytest
import torch
from torch import nn

from topodnn.networks.activations import ACTIVATIONS, make_activation
from topodnn.networks.state_dicts import load


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
        ("PReLU", {}, "'PReLU' has weights of its own"),
        ("RReLU", {}, "'RReLU' does not act on each number by itself, always in the same way"),
        ("Softmax", {"dim": 0}, "'Softmax' does not act on each number by itself"),
        ("GLU", {}, "'GLU' does not act on each number by itself"),
        (
            f"{__name__}:nothing",
            {},
            "the module has no class 'nothing' of torch.nn.Mod",
        ),
        ("no_module:Swish", {}, "activation 'no_module:Swish': No module named 'no_module'"),
        ("Threshold", {"slope": 1}, "'Threshold' has no parameter 'slope'; it takes threshold, v"),
        ("leaky_relu", {"slope": 1}, "'leaky_relu' has no parameter 'slope'; it takes negative"),
    ],
)
def test_bad_activations_are_refused(name, parameters, text):
    with pytest.raises(ValueError, match=text):
        make_activation(name, parameters)


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


def test_an_activation_may_be_of_torch_or_of_any_module():
    points = torch.linspace(-2, 2, 9)
    assert torch.equal(make_activation(f"{__name__}:Swish")(points), Swish()(points))
    threshold = make_activation("Threshold", {"threshold": 0.5, "value": 7})
    assert torch.equal(threshold(points), nn.Threshold(0.5, 7)(points))
    loaded = load({"a": torch.ones(2, 2), "b": torch.ones(2, 2)}, f"{__name__}:Swish")
    assert type(loaded[1]).__name__ == "Swish"
