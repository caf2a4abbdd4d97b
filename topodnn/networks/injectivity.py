"""Which activations are injective on the real line, by name and parameters.

A continuous function of one number is injective where it is strictly monotone. This stands apart
from :mod:`topodnn.networks.activations`, since it decides nothing of how networks are trained.
"""

from collections.abc import Callable
from typing import Any

# As functions of real numbers: that tanh of 20 is rounded to 1 does not count.
ALWAYS = {"celu", "identity", "logsigmoid", "selu", "sigmoid", "softsign", "tanh", "tanhshrink"}
# Constant somewhere, or falling and rising.
NEVER = {"gelu", "hardsigmoid", "hardswish", "hardtanh", "mish", "relu", "relu6", "silu"}
# Those of which a parameter decides it, with the defaults of torch.nn.
WHERE: dict[str, Callable[..., bool]] = {
    "elu": lambda alpha=1.0: alpha > 0,
    "hardshrink": lambda lambd=0.5: lambd <= 0,
    "leaky_relu": lambda negative_slope=0.01: negative_slope > 0,
    # Above the threshold it is the identity: with a low one it jumps back there.
    "softplus": lambda beta=1.0, threshold=20.0: threshold >= 20,
    "softshrink": lambda lambd=0.5: lambd == 0,
}


def is_injective(name: str, parameters: dict[str, Any] | None = None) -> bool | None:
    """Whether an activation takes no value twice; None where it is not known.

    Parameters
    ----------
    name : str
        A key of ``topodnn.networks.activations.ACTIVATIONS``. Of any other function, such as a
        user's own, it is not known.
    parameters : dict, optional
        Keyword arguments of the activation, such as ``{"negative_slope": 0.2}``.
    """
    if name in WHERE:
        return WHERE[name](**(parameters or {}))
    return name in ALWAYS if name in ALWAYS | NEVER else None
