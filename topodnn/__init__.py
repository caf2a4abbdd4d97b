"""Topology of deep neural networks: Betti numbers of the points at every layer."""

__version__ = "0.1.0"
