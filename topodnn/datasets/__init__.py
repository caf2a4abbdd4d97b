"""Labelled point clouds.

In: the data set of a configuration: drawn, public, or a file of a user's own.
Out: points (n_points, n_features), labels, which points are held out, true Betti numbers.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "generators": [
            "GENERATORS",
            "discs_in_square",
            "entangled_tori",
            "five_discs",
            "linked_rings",
            "nested_spheres",
        ],
        "readers": ["read_points"],
    },
)
