"""Points to draw: coordinates in two or three dimensions, and their file.

The file is an npz with kind, seed, well_trained, labels, and layer_00 (points, 2 or 3), ...
"""

from pathlib import Path
from typing import Any

import numpy as np

from topodnn.checksums import remedied
from topodnn.datasets.files import read_npz
from topodnn.errors import InputError


def in_space(points: np.ndarray) -> np.ndarray:
    """Coordinates to draw: the points' own two or three, else three principal components.

    Points that are not finite, of a network that diverged, have no coordinates (NaN).
    """
    return points if points.shape[1] in (2, 3) else principal_components(points, 3)


def principal_components(points: np.ndarray, n_components: int) -> np.ndarray:
    """Coordinates of the points along their first principal components.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
    n_components : int
        Where there are fewer features, the remaining coordinates are zero.

    Returns
    -------
    ndarray of shape (n_points, n_components)
        NaN for points that are not finite, which do not decide the components.
    """
    finite = np.isfinite(points).all(axis=1)
    scores = np.full((len(points), n_components), np.nan)
    if finite.any():
        centred = points[finite] - points[finite].mean(axis=0, dtype=np.float64)
        _, axes = np.linalg.eigh(centred.T @ centred)  # in ascending order
        found = centred @ axes[:, ::-1][:, :n_components]
        scores[finite] = np.pad(found, ((0, 0), (0, n_components - found.shape[1])))
    return scores


def to_box(points: np.ndarray) -> np.ndarray:
    """Scale each axis to [-1, 1]; points that differ only by rounding errors stay together.

    Points that are not finite stay so, and do not decide the scale.
    """
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return np.full(points.shape, np.nan)
    low, high = finite.min(axis=0), finite.max(axis=0)
    half = (high - low) / 2
    return (points - (low + high) / 2) / np.where(half > 1e-6 * half.max(), half, np.inf)


def write_cloud(
    path: str | Path,
    layers: list[np.ndarray],
    labels: np.ndarray,
    seed: int,
    well_trained: bool,
    kind: dict[str, str] | None = None,
) -> None:
    """Write the points for one picture of the layers of a network of some kind."""
    named: dict[str, Any] = {f"layer_{i:02d}": points for i, points in enumerate(layers)}
    # Where the list of arrays is damaged, the first or the last of them are lost.
    named = {"n_layers": len(layers), **named, "labels": labels, "kind": _text(kind or {})}
    np.savez_compressed(path, **named, seed=seed, well_trained=well_trained)


def read_cloud(
    path: str | Path, kind: dict[str, str] | None = None
) -> tuple[list[np.ndarray], np.ndarray, int, bool]:
    """Read what :func:`write_cloud` wrote: layers, labels, seed, well_trained.

    Raises
    ------
    InputError
        If the file is damaged, or says that it is of another kind of network than is wanted.
    """
    with remedied():
        arrays = read_npz(path, ["labels", "seed", "well_trained"])
        n_layers = int(arrays.get("n_layers", sum(name.startswith("layer_") for name in arrays)))
        names = [f"layer_{i:02d}" for i in range(n_layers)]
        missing = [name for name in names if name not in arrays]
        if missing:
            raise InputError(f"{path} has no array {missing[0]!r}; it has {', '.join(arrays)}")
        found = str(arrays.get("kind", ""))
        if kind and found and found != _text(kind):
            raise InputError(f"{path} is of {found}, and not of {_text(kind)}")
    layers = [arrays[name] for name in names]
    return layers, arrays["labels"], int(arrays["seed"]), bool(arrays["well_trained"])


def _text(kind: dict[str, str]) -> str:
    return "/".join(kind.values())
