"""The points of a data set of the configuration: drawn by a generator, or read from a file."""

import numpy as np

from topodnn.datasets.generators import GENERATORS
from topodnn.errors import InputError


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
        from topodnn.datasets.readers import read_points  # needs pandas: slow to import

        points, labels = read_points(dataset["file"], dataset.get("label"))
        return points, labels, _true_betti(dataset.get("true_betti", []), labels.max() + 1)
    generator = GENERATORS[dataset["generator"]]
    rng = np.random.default_rng(dataset["seed"])
    points, labels = generator.draw(rng, **dataset["parameters"])
    return points.astype(np.float32), labels, np.array(generator.true_betti, dtype=np.int64)


def _true_betti(rows: list[list[int]], n_classes: int) -> np.ndarray:
    """Betti numbers that a user gives, padded to three dimensions like those of generators."""
    if not rows:
        return np.zeros((0, 0), dtype=np.int64)
    if len(rows) != n_classes:
        raise InputError(
            f"true_betti has {len(rows)} rows, but the file has {n_classes} classes, a row each"
        )
    width = max(3, *map(len, rows))
    return np.array([row + [0] * (width - len(row)) for row in rows], dtype=np.int64)
