"""The points of a data set of the configuration: drawn by a generator, or read from a file."""

import numpy as np

from topodnn.datasets.generators import draw_points


def load_points(dataset: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw or read the points of a data set of the configuration.

    Parameters
    ----------
    dataset : dict
        Either ``file``, with ``label`` and ``true_betti`` where they are given, or ``generator``,
        ``parameters`` and ``seed``.

    Returns
    -------
    points : ndarray of shape (n_points, n_features), float32
    labels : ndarray of shape (n_points,), int64
    true_betti : ndarray of shape (n_classes, n_dimensions), int64
        No rows where the Betti numbers are not known.

    Raises
    ------
    InputError
        If the file is refused, or ``true_betti`` does not have one row per class.
    """
    if "file" in dataset:
        from topodnn.datasets.readers import read_dataset  # needs pandas: slow to import

        return read_dataset(dataset["file"], dataset.get("label"), dataset.get("true_betti", []))
    return draw_points(dataset["generator"], dataset["parameters"], dataset["seed"])
