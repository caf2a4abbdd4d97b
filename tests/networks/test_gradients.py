"""The gradients of a stack, against autograd."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from topodnn.networks.activations import ACTIVATIONS, make_activation
from topodnn.networks.gradients import BACKWARD, Gradients
from topodnn.networks.stacks import logits

WIDTHS = [3, 7, 2, 5, 4]


def stack_of(n_networks: int, widths: list[int], seed: int = 0) -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    shapes = [s for i, o in pairwise(widths) for s in ((o, i), (o,))]
    return [torch.randn(n_networks, *shape, generator=random) for shape in shapes]


def by_autograd(tensors, activation, points, labels, class_weights=None, residual=False):
    leaves = [tensor.clone().requires_grad_() for tensor in tensors]
    stack = list(zip(leaves[::2], leaves[1::2], strict=True))
    scores = logits(stack, points, activation, residual)
    losses = nn.functional.cross_entropy(scores, labels, class_weights, reduction="none")
    losses.mean(dim=1).sum().backward()
    return [leaf.grad for leaf in leaves], losses.detach(), scores.detach()


def points_of(n_networks: int, n_points: int, seed: int = 1):
    random = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, WIDTHS[-1], (n_networks, n_points), generator=random)
    return torch.randn(n_networks, WIDTHS[0], n_points, generator=random), labels


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_gradients_are_those_of_autograd_to_the_last_bit(name):
    activation, tensors = make_activation(name), stack_of(4, WIDTHS)
    points, labels = points_of(4, 60)
    gradients = Gradients(tensors, activation)
    for _ in range(2):  # the second time over the memory of the first
        losses, scores = gradients.add(points, labels, 60)
        expected, *others = by_autograd(tensors, activation, points, labels)
        assert torch.equal(losses, others[0])
        assert torch.equal(scores, others[1])
        for found, wanted in zip(gradients.tensors, expected, strict=True):
            assert torch.equal(found, wanted)
        gradients.clear()


@given(
    widths=st.lists(st.integers(1, 6), min_size=0, max_size=4),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    n_networks=st.integers(1, 3),
    name=st.sampled_from(["relu", "leaky_relu", "tanh", "sigmoid", "gelu"]),
    class_weights=st.sampled_from([None, torch.tensor([0.5, 4.0, 1.0, 0.0])]),
)
def test_passes_of_any_size_add_up(widths, sizes, n_networks, name, class_weights):
    activation = make_activation(name)
    tensors = stack_of(n_networks, [WIDTHS[0], *widths, WIDTHS[-1]])
    points, labels = points_of(n_networks, sum(sizes))
    gradients = Gradients(tensors, activation, class_weights)
    parts = zip(points.split(sizes, dim=2), labels.split(sizes, dim=1), strict=True)
    losses = torch.cat([gradients.add(*part, sum(sizes))[0] for part in parts], dim=1)
    expected, wanted_losses, _ = by_autograd(tensors, activation, points, labels, class_weights)
    assert torch.allclose(losses, wanted_losses, atol=1e-5)
    for found, wanted in zip(gradients.tensors, expected, strict=True):
        assert torch.allclose(found, wanted, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu"])
@pytest.mark.parametrize("width", [15, 31])
@pytest.mark.parametrize("residual", [False, True])
def test_layers_one_neuron_short_of_whole_registers(name, width, residual):
    activation = make_activation(name)
    tensors = [tensor / 3 for tensor in stack_of(3, [3, width, width, width, 4])]
    points, labels = points_of(3, 50)
    gradients = Gradients(tensors, activation, residual=residual)
    expected, wanted_losses, _ = by_autograd(tensors, activation, points, labels, residual=residual)
    for sizes in ([50], [20, 20, 10]):
        parts = zip(points.split(sizes, dim=2), labels.split(sizes, dim=1), strict=True)
        losses = torch.cat([gradients.add(*part, 50)[0] for part in parts], dim=1)
        assert torch.allclose(losses, wanted_losses, atol=1e-4)
        for found, wanted in zip(gradients.tensors, expected, strict=True):
            assert torch.allclose(found, wanted, atol=1e-4 * float(wanted.abs().max()))
        gradients.clear()
    assert gradients._padded  # it was so computed


@pytest.mark.parametrize("slope", [0.0, -0.5])
def test_a_slope_that_hides_the_sign_of_the_sums(slope):
    activation, tensors = (
        make_activation("leaky_relu", {"negative_slope": slope}),
        stack_of(2, WIDTHS),
    )
    points, labels = points_of(2, 30)
    gradients = Gradients(tensors, activation)
    gradients.add(points, labels, 30)
    for found, wanted in zip(
        gradients.tensors, by_autograd(tensors, activation, points, labels)[0], strict=True
    ):
        assert torch.equal(found, wanted)


class InPlace(nn.Module):
    def forward(self, x):
        return torch.relu_(x)


def test_an_activation_of_ones_own_may_work_in_place():
    tensors, (points, labels) = stack_of(2, WIDTHS), points_of(2, 30)
    gradients = Gradients(tensors, InPlace())
    gradients.add(points, labels, 30)
    expected, *_ = by_autograd(tensors, nn.ReLU(), points, labels)
    assert all(torch.equal(a, b) for a, b in zip(gradients.tensors, expected, strict=True))


def test_the_points_are_not_changed():
    points, labels = points_of(2, 30)
    before = points.clone()
    for activation in (*(cls() for cls in BACKWARD), nn.GELU()):
        Gradients(stack_of(2, WIDTHS), activation).add(points, labels, 30)
        assert np.array_equal(points, before)
