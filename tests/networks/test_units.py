"""Dead and saturated units, and the rank of the Jacobian, in known cases."""

import numpy as np
import pytest
import torch
from torch import nn

from scripts import measure_weights
from topodnn.datasets.files import Data
from topodnn.networks.activations import ACTIVATIONS, make_activation
from topodnn.networks.files import Networks
from topodnn.networks.stacks import draw_network, stack_networks
from topodnn.networks.units import derivative, unit_measures

POINTS = np.random.default_rng(0).uniform(-1, 1, size=(500, 3)).astype(np.float32)


def measured(layers, function, residual=False, points=POINTS):
    """The measures of one network of given weights and biases."""
    stack = [
        (torch.as_tensor(w)[None].float(), torch.as_tensor(b)[None].float()) for w, b in layers
    ]
    found = unit_measures(stack, points, function, [7], residual)
    assert found["seed"].eq(7).all()
    assert found["layer"].tolist() == list(range(1, len(layers) + 1))
    return found.set_index("layer").drop(columns="seed")


def test_zero_weights():
    layers = [(torch.zeros(4, 3), torch.ones(4)), (torch.zeros(2, 4), torch.zeros(2))]
    found = measured(layers, nn.ReLU())
    assert found.loc[1].tolist() == [0, 0, 0]
    assert found.loc[2, ["dead", "saturated"]].isna().all()  # no activation
    assert found.loc[2, "jacobian_rank"] == 0


def test_the_identity_has_full_rank_and_no_dead_unit():
    layers = [(torch.eye(3), torch.zeros(3)), (torch.eye(3), torch.zeros(3))]
    found = measured(layers, nn.Identity())
    assert found.loc[1].tolist() == [0, 0, 3]
    assert found.loc[2, "jacobian_rank"] == 3


def test_relu_of_negative_sums_is_dead_and_a_residual_layer_passes_its_input_on():
    layers = [(torch.eye(3), -5 * torch.ones(3)), (torch.eye(2, 3), torch.zeros(2))]
    assert measured(layers, nn.ReLU()).loc[1].tolist() == [1, 1, 0]
    assert measured(layers, nn.ReLU(), residual=True).loc[1].tolist() == [1, 1, 3]
    half = [(torch.eye(3), torch.tensor([-5.0, 5.0, 0.0])), layers[1]]
    found = measured(half, nn.ReLU()).loc[1]
    assert found["dead"] == pytest.approx(1 / 3)
    negative = (POINTS[:, 2] < 0).mean()
    assert found["saturated"] == pytest.approx((1 + negative) / 3, abs=1e-6)
    spread = POINTS[np.linspace(0, 499, 200).round().astype(int), 2]
    assert found["jacobian_rank"] == pytest.approx(1 + (spread > 0).mean())


def test_a_residual_layer_may_have_less_rank_than_its_weights():
    layers = [(-torch.eye(3), torch.zeros(3)), (torch.eye(2, 3), torch.zeros(2))]
    assert measured(layers, nn.Identity(), residual=True).loc[1, "jacobian_rank"] == 0


def test_tanh_saturates_and_leaky_relu_never_does():
    layers = [(torch.eye(3), torch.tensor([0.0, 4.0, 40.0])), (torch.eye(2, 3), torch.zeros(2))]
    found = measured(layers, nn.Tanh()).loc[1]
    assert found["saturated"] == pytest.approx(2 / 3)
    assert found["dead"] == pytest.approx(1 / 3)
    assert measured(layers, nn.LeakyReLU(0.2)).loc[1].tolist() == [0, 0, 3]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_are_slopes(name):
    function = make_activation(name)
    sums = torch.linspace(-4.013, 4.017, 50, dtype=torch.float64)
    slopes = (function(sums + 1e-6) - function(sums - 1e-6)) / 2e-6
    assert torch.allclose(derivative(function, sums), slopes, atol=1e-5)


def test_networks_that_diverged_are_left_out():
    widths, seeds = [3, 4, 2], [3, 1, 2]
    networks = [
        draw_network(widths, "glorot", 1.0, nn.Tanh(), torch.Generator().manual_seed(s))
        for s in seeds
    ]
    networks[1][0][1][2] = torch.nan
    found = unit_measures(stack_networks(networks), POINTS, nn.Tanh(), seeds)
    assert found["seed"].tolist() == [2, 2, 3, 3]


def test_large_weights_have_no_rank_instead_of_an_error():
    layers = [(3e38 * torch.ones(3, 3), torch.zeros(3)), (torch.ones(2, 3), torch.zeros(2))]
    found = measured(layers, nn.SiLU())
    assert found.loc[1].isna()["jacobian_rank"] or found.loc[1, "jacobian_rank"] <= 1


def networks_of(residual: bool, **about) -> Networks:
    network = draw_network(
        [3, *[15] * 9, 2], "glorot", 1.4, nn.ReLU(), torch.Generator().manual_seed(0)
    )
    weights, biases = ([t[None].numpy() for t in part] for part in zip(*network, strict=True))
    about = {"seeds": [5], "activation": "relu", "activation_parameters": {}, **about}
    return Networks(weights, biases, POINTS.mean(0), np.float64(2), about | {"residual": residual})


def test_the_script_joins_both_measures_and_says_where_injective_is_not_known():
    held_out = np.arange(500) % 5 == 0
    data = Data(POINTS, np.arange(500) % 2, held_out, np.zeros((0, 0), int))
    for residual in (False, True):
        table = measure_weights.measure(
            networks_of(residual, protocol={"protocol": "pretrained", "files": []}), data
        )
        assert len(table) == 10
        assert table.loc[1:8, "injective"].eq(not residual).all()
        assert table["rank"].tolist() == [3, *[15] * 8, 2]
        assert table["dead"].notna().tolist() == [True] * 9 + [False]
        assert table.loc[1:8, "jacobian_rank"].between(3, 15).all()
    protocol = {"protocol": "paper", "hold_out": False}
    whole = measure_weights.measure(networks_of(False, protocol=protocol), data)
    assert not whole["saturated"].equals(table["saturated"])
