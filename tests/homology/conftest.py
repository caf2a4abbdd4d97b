"""Layers of a trained network, for the tests of exactness."""

from itertools import pairwise

import numpy as np
import pytest

from topodnn.datasets.generators import linked_rings


@pytest.fixture(scope="session")
def network_layers():
    """Both classes at every layer of a small ReLU network, trained to tell linked rings apart."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    points, labels = map(torch.from_numpy, linked_rings(rng, points_per_ring=200))
    points = points.float()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        widths = [3, 12, 12, 12, 12, 2]
        linear = [torch.nn.Linear(a, b) for a, b in pairwise(widths)]
    modules = [module for layer in linear for module in (layer, torch.nn.ReLU())][:-1]
    optimizer = torch.optim.Adam([p for layer in linear for p in layer.parameters()], lr=0.01)
    order = torch.from_numpy(rng.permutation(len(points)))
    for _ in range(15):
        for batch in order.split(300):
            optimizer.zero_grad()
            output = torch.nn.Sequential(*modules)(3 * points[batch])
            torch.nn.functional.cross_entropy(output, labels[batch]).backward()
            optimizer.step()
    layers, values = [points], 3 * points
    with torch.no_grad():
        for module in modules:
            values = module(values)
            if isinstance(module, torch.nn.ReLU) or module is modules[-1]:
                layers.append(values)
    return [layer[labels == label].numpy() for layer in layers for label in (0, 1)]
