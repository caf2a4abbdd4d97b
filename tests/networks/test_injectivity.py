"""Which activations are injective, beside their values on a fine grid."""

import pytest
import torch

from topodnn.networks.activations import ACTIVATIONS, make_activation
from topodnn.networks.injectivity import is_injective

PARAMETERS = [
    ("celu", {"alpha": -1.0}),
    ("elu", {"alpha": 0.3}),
    ("elu", {"alpha": 0.0}),
    ("elu", {"alpha": -1.0}),
    ("gelu", {"approximate": "tanh"}),
    ("hardshrink", {"lambd": 0.0}),
    ("hardshrink", {"lambd": -1.0}),
    ("hardtanh", {"min_val": -2.0, "max_val": 3.0}),
    ("leaky_relu", {"negative_slope": 0.2}),
    ("leaky_relu", {"negative_slope": 0.0}),
    ("leaky_relu", {"negative_slope": -0.2}),
    ("softplus", {"beta": -2.0}),
    ("softplus", {"threshold": 0.0}),
    ("softshrink", {"lambd": 0.0}),
]


@pytest.mark.parametrize(("name", "parameters"), [*((a, {}) for a in ACTIVATIONS), *PARAMETERS])
def test_an_activation_is_injective_where_it_is_strictly_monotone_on_a_fine_grid(name, parameters):
    points = torch.linspace(-8, 8, 16001, dtype=torch.float64)
    steps = make_activation(name, parameters)(points).diff()
    assert is_injective(name, parameters) == bool((steps > 0).all() or (steps < 0).all())


def test_of_a_users_own_activation_it_is_not_known():
    assert is_injective("my_module:Swish") is None
    assert is_injective("Threshold", {"threshold": 0, "value": 0}) is None
