"""Which points of a data set are held out, and which make up the batch for persistence."""

import numpy as np

from topodnn.datasets.files import Data
from topodnn.errors import InputError


def held_out_mask(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Choose the held-out points, the same share of every class.

    Parameters
    ----------
    labels : ndarray of shape (n_points,)
    share : float
        Held-out share, in (0, 1).
    seed : int

    Returns
    -------
    ndarray of shape (n_points,), bool
        True for the points that training does not see, unless its ``hold_out`` is false.

    Raises
    ------
    InputError
        If the share is so small or so large that one of the two parts lacks a class.
    """
    rng = np.random.default_rng([seed, 1])  # not the stream that draws the points
    mask = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        n_held_out = round(share * len(members))
        if not 0 < n_held_out < len(members):
            raise InputError(
                f"held_out is {share}, but of the {len(members)} points of class {label} at least "
                "one must be held out and one left"
            )
        mask[rng.permutation(members)[:n_held_out]] = True
    return mask


def hold_out(
    points: np.ndarray, labels: np.ndarray, true_betti: np.ndarray, share: float, seed: int
) -> Data:
    """A data set of points, with the held-out ones chosen by :func:`held_out_mask`."""
    return Data(points, labels, held_out_mask(labels, share, seed), true_betti)


def draw_batch(data: Data, n_points: int, seed: int) -> Data:
    """Draw training points without replacement, from all classes together.

    Raises
    ------
    InputError
        If there are fewer training points than asked for.
    """
    training = np.flatnonzero(~data.held_out)
    if n_points > len(training):
        raise InputError(
            f"persistence.n_points is {n_points}, but must be at most {len(training)}, the number "
            "of training points of the data set"
        )
    drawn = np.sort(np.random.default_rng(seed).choice(training, n_points, replace=False))
    return Data(data.points[drawn], data.labels[drawn], data.held_out[drawn], data.true_betti)
