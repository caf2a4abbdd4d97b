"""Homology of a point cloud, exact and fast.

In: points (n_points, n_features), a number of neighbours k or several, a scale in hops.
Out: Betti numbers at one k, what persists over several, persistence diagrams, and the choice of k
and the scale by a known input.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "betti": ["betti_numbers", "betti_numbers_of_graph"],
        "diagrams": ["betti_curve", "persistence_diagrams"],
        "filtration": ["persistent_betti_numbers", "scale_barcode", "scale_barcode_of_graph"],
        "graph": ["neighbor_graph"],
    },
)
