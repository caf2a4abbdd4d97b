"""Topology of deep neural networks: Betti numbers of the points at every layer."""

__version__ = "0.1.0"

# What tells one kind of network from another: in paths, tables and figures.
KIND = ["dataset", "network", "protocol", "activation"]
