"""Topology of deep neural networks: Betti numbers of the points at every layer.

Data flows one way: datasets → networks → homology → analysis → figures → publish. Nothing is
imported before it is used: torch alone takes more than a second.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["datasets", "homology", "networks"],
    submod_attrs={
        "datasets.readers": ["read_points"],
        "figures.curves": ["plot_profile"],
        "homology.betti": ["betti_numbers"],
        "homology.diagrams": ["persistence_diagrams"],
        "homology.filtration": ["persistent_betti_numbers", "scale_barcode"],
        "profiles": ["profile"],
    },
)
