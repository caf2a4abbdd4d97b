"""The points of a layer whose homology is computed, and the Betti numbers that are reported."""

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
    shape = (max_dimension + 1, len(steps), len(steps))
    found = np.zeros(shape, dtype=object)
    if not np.isfinite(points).all():
        found = np.full(shape, pd.NA)
    elif len(points):
        found = persistent_betti_numbers(
            points, n_neighbors=steps, scale=scale, max_dimension=max_dimension
        )
    middle = steps.index(n_neighbors)
    result = _reported("beta", found[:, middle, middle], points.shape[1])
    if ends:
        result |= _reported("persistent_beta", found[:, 0, -1], points.shape[1])
    return result


def _reported(name: str, numbers: np.ndarray, width: int) -> dict[str, object]:
    found = [number if number is pd.NA else int(number) for number in numbers]
    reported = {f"{name}_{k}": found[k] if k < width else pd.NA for k in range(len(found))}
    return reported | {f"raw_{name}_{k}": found[k] for k in range(1, len(found))}
