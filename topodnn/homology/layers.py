"""The points of a layer whose homology is computed, and the Betti numbers that are reported."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from topodnn.homology.filtration import persistent_betti_numbers


def every_qth(labels: np.ndarray, stride: int) -> np.ndarray:
    """The sample of the points: every q-th point of each class, in order.

    Parameters
    ----------
    labels : ndarray of shape (n_points,)
        True classes, so that the sample does not depend on what a network predicts.
    stride : int
        q.

    Returns
    -------
    ndarray of shape (n_points,), bool
    """
    mask = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        mask[np.flatnonzero(labels == label)[::stride]] = True
    return mask


def random_sample(labels: np.ndarray, stride: int, seed: int) -> np.ndarray:
    """A random sample of the points, of the size of :func:`every_qth`.

    Where that takes all points, this one takes half of them.

    Parameters
    ----------
    labels : ndarray of shape (n_points,)
        True classes; of each, as many points are drawn as every q-th would be.
    stride : int
        q; 1 counts as 2.
    seed : int

    Returns
    -------
    ndarray of shape (n_points,), bool
    """
    rng, stride = np.random.default_rng(seed), max(stride, 2)
    mask = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        mask[rng.choice(of_class, -(-len(of_class) // stride), replace=False)] = True
    return mask


def sampled_points(labels: np.ndarray, stride: int, seed: int | None = None) -> np.ndarray:
    """The sample of :func:`every_qth`, or with a seed that of :func:`random_sample`."""
    return every_qth(labels, stride) if seed is None else random_sample(labels, stride, seed)


def layer_betti_numbers(
    points: np.ndarray,
    *,
    n_neighbors: int,
    scale: float,
    max_dimension: int,
    k_low: int | None = None,
    k_high: int | None = None,
) -> dict[str, object]:
    """Betti numbers of the complex of some points, and those that their layer can have.

    A compact, locally contractible subset of R^w has no homology in dimension w or above
    (A. Hatcher, Algebraic Topology, 2002, proposition 3.29 and corollary 3.45), and so a layer of
    w neurons has no βk for k ≥ w: what the complex has there is of the scale, not of the layer.

    Parameters
    ----------
    points : ndarray of shape (n_points, w)
    n_neighbors, scale, max_dimension
        As in :func:`topodnn.betti_numbers`.
    k_low, k_high : int, optional
        The ends of a range of k with n_neighbors in it: what is alive from the one to the other is
        counted too, see :func:`topodnn.persistent_betti_numbers`.

    Returns
    -------
    dict
        beta_0, beta_1, ...: the Betti numbers, missing for k ≥ w. raw_beta_1, ...: those of the
        complex, without this rule. With a range of k, persistent_beta_0, ... and
        raw_persistent_beta_1, ... likewise. All are 0 where there is no point, and missing where a
        number is not finite.
    """
    ends = () if k_low is None or k_high is None else (k_low, k_high)
    steps = sorted({n_neighbors, *ends})
    found = _ranks(points, steps, scale, max_dimension)
    middle = steps.index(n_neighbors)
    result = _reported("beta", found[:, middle, middle], points.shape[1])
    if ends:
        result |= _reported("persistent_beta", found[:, 0, -1], points.shape[1])
    return result


def betti_numbers_over_k(
    points: np.ndarray,
    *,
    steps: dict[str, int],
    scale: float,
    max_dimension: int,
    k_low: int | None = None,
    k_high: int | None = None,
) -> dict[str, dict[str, object]]:
    """Betti numbers of some points at several k, and what is alive over a range of them.

    Parameters
    ----------
    points : ndarray of shape (n_points, w)
    steps : dict
        Values of k, by the name under which each is returned.
    scale, max_dimension
        As in :func:`topodnn.betti_numbers`.
    k_low, k_high : int, optional
        The ends of the range, which need not be among `steps`.

    Returns
    -------
    dict
        The names of `steps`, and with a range ``persistent`` → beta_0, beta_1, ...,
        raw_beta_1, ... as from :func:`layer_betti_numbers`.
    """
    ends = {} if k_low is None or k_high is None else {"persistent": (k_low, k_high)}
    looked_at = {name: (k, k) for name, k in steps.items()} | ends
    ks = sorted({k for pair in looked_at.values() for k in pair})
    found = _ranks(points, ks, scale, max_dimension)
    pairs = {name: (ks.index(low), ks.index(high)) for name, (low, high) in looked_at.items()}
    return {
        name: _reported("beta", found[:, first, last], points.shape[1])
        for name, (first, last) in pairs.items()
    }


def shows(found: dict[str, Any], true_betti: Sequence[int], name: str = "beta") -> bool:
    """Whether a complex has the true Betti numbers, in the dimensions that were looked at.

    Parameters
    ----------
    found : dict
        From :func:`layer_betti_numbers`; those of the complex decide, also where its layer cannot
        have them.
    true_betti : sequence of int
        Those that are not given are 0.
    name : {'beta', 'persistent_beta'}
    """
    numbers = complex_numbers(found, name)
    return numbers == in_dimensions(true_betti, len(numbers))


def in_dimensions(true_betti: Sequence[int], n_dimensions: int) -> list[int]:
    """The true Betti numbers in the dimensions that are looked at: those not given are 0."""
    return [int(number) for number in (*true_betti, *[0] * n_dimensions)][:n_dimensions]


def complex_numbers(found: dict[str, Any], name: str = "beta") -> list[int]:
    """Betti numbers of a complex from what :func:`layer_betti_numbers` says of its layer."""
    n_dimensions = sum(key.startswith(f"{name}_") for key in found)
    return [found.get(f"raw_{name}_{d}", found[f"{name}_{d}"]) for d in range(n_dimensions)]


def _ranks(points: np.ndarray, ks: list[int], scale: float, max_dimension: int) -> np.ndarray:
    """The ranks between the complexes of several k: 0 without points, missing if not finite."""
    shape = (max_dimension + 1, len(ks), len(ks))
    if not np.isfinite(points).all():
        return np.full(shape, pd.NA)
    if not len(points):
        return np.zeros(shape, dtype=object)
    return persistent_betti_numbers(
        points, n_neighbors=ks, scale=scale, max_dimension=max_dimension
    )


def _possible(name: str, numbers: np.ndarray, width: int) -> dict[str, object]:
    """The Betti numbers, missing where a layer of this width cannot have them."""
    found = [number if number is pd.NA else int(number) for number in numbers]
    return {f"{name}_{k}": found[k] if k < width else pd.NA for k in range(len(found))}


def _reported(name: str, numbers: np.ndarray, width: int) -> dict[str, object]:
    found = [number if number is pd.NA else int(number) for number in numbers]
    raw = {f"raw_{name}_{k}": found[k] for k in range(1, len(found))}
    return _possible(name, numbers, width) | raw
