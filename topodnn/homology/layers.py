"""The points of a layer whose homology is computed, and the Betti numbers that are reported."""

import numpy as np
import pandas as pd

from topodnn.homology.betti import betti_numbers


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
    points: np.ndarray, *, n_neighbors: int, scale: float, max_dimension: int
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

    Returns
    -------
    dict
        beta_0, beta_1, ...: the Betti numbers, missing for k ≥ w. raw_beta_1, ...: those of the
        complex, without this rule. All are 0 where there is no point, and missing where a number
        is not finite.
    """
    found: list = [0] * (max_dimension + 1)
    if not np.isfinite(points).all():
        found = [pd.NA] * (max_dimension + 1)
    elif len(points):
        found = betti_numbers(
            points, n_neighbors=n_neighbors, scale=scale, max_dimension=max_dimension
        ).tolist()
    width = points.shape[1]
    reported = {f"beta_{k}": found[k] if k < width else pd.NA for k in range(len(found))}
    return reported | {f"raw_beta_{k}": found[k] for k in range(1, len(found))}
