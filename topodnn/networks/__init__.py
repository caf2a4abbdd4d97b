"""Networks: their training, their files, and the points at their layers.

In: points with labels, and a training protocol; or trained networks of a user's own.
Out: weights, one row for each trial, and the points at every layer of every network.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "activations": ["make_activation"],
        "recording": ["record"],
        "state_dicts": ["linear_layers", "load"],
    },
)
