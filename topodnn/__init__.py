"""Topology of deep neural networks: Betti numbers of the points at every layer."""

from typing import Any

__version__ = "0.1.0"

# What tells one kind of network from another: in paths, tables and figures.
KIND = ["dataset", "network", "protocol", "activation"]

# Imported when they are first used: scripts import this package for KIND, and torch takes a second.
_LAZY = {"profile": "profiles", "plot_profile": "plots"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'topodnn' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"topodnn.{_LAZY[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
