"""The points of a data set of the configuration: drawn by a generator, or read from its source."""

import numpy as np

from topodnn.datasets.generators import draw_points


def load_points(
    dataset: dict, data_home: str | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Draw, or read and choose, the points of a data set of the configuration.

    Parameters
    ----------
    dataset : dict
        Either ``generator``, ``parameters`` and ``seed``; or ``file``, ``openml`` or ``sklearn``,
        with the keys of :mod:`topodnn.datasets.preparation` where they are given.
    data_home : str, optional
        As for :func:`topodnn.datasets.sources.read_source`.

    Returns
    -------
    points : ndarray of shape (n_points, n_features), float32
        Neither scaled nor projected.
    labels : ndarray of shape (n_points,), int64
    true_betti : ndarray of shape (n_classes, n_dimensions), int64
        No rows where the Betti numbers are not known.
    n_read : int
        Points before any was left out.

    Raises
    ------
    InputError
        If the source or a key is refused, or ``true_betti`` does not have one row per class.
    """
    if "generator" not in dataset:
        from topodnn.datasets.preparation import read_dataset  # needs pandas: slow to import

        return read_dataset(dataset, data_home)
    drawn = draw_points(dataset["generator"], dataset["parameters"], dataset["seed"])
    return *drawn, len(drawn[0])
