"""Points of any number of features shown in two or three dimensions."""

import numpy as np


def in_space(points: np.ndarray) -> np.ndarray:
    """Coordinates to draw: the points' own two or three, else three principal components."""
    return points if points.shape[1] in (2, 3) else principal_components(points, 3)


def principal_components(points: np.ndarray, n_components: int) -> np.ndarray:
    """Coordinates of the points along their first principal components.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
    n_components : int
        Where there are fewer features, the coordinates left over are zero.

    Returns
    -------
    ndarray of shape (n_points, n_components)
    """
    centred = points - points.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)  # in ascending order
    scores = centred @ axes[:, ::-1][:, :n_components]
    return np.pad(scores, ((0, 0), (0, n_components - scores.shape[1])))
