"""A data set as a file: an npz archive with points, labels, held_out and true_betti.

Nothing is ever unpickled: archives are read with ``allow_pickle=False``. The format has a checksum
for each array.
"""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from topodnn.checksums import remedied
from topodnn.errors import InputError, listed, shown


class Data(NamedTuple):
    """A labelled point cloud.

    points : (n_points, n_features) float32; labels : (n_points,) int64, from 0; held_out :
    (n_points,) bool; true_betti : (n_classes, n_dimensions) int64, with no rows if unknown.
    """

    points: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    true_betti: np.ndarray


def read_npz(path: str | Path, names: list[str]) -> dict[str, np.ndarray]:
    """Read all arrays of an archive, among which must be those named.

    Raises
    ------
    InputError
        If it is damaged, is no archive of arrays, or has no such array.
    """
    Path(path).open("rb").close()  # NumPy's own OSError would be one of a damaged file
    try:
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise InputError(f"{path} holds a single array; save it with numpy.savez")
        with archive, zipfile.ZipFile(path) as members:
            missing = [name for name in names if name not in archive.files]
            if missing:
                raise InputError(
                    f"{path} has no array {missing[0]!r}; it has {listed(archive.files) or 'none'}"
                )
            # NumPy reads as much as the shape says, and the checksum is of the whole.
            changed = members.testzip()
            if changed:
                raise zipfile.BadZipFile(f"{changed} is not what its checksum says")
            return {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, zlib.error) as error:
        raise InputError(f"{path} is not an npz file: {error}") from error
    except InputError:
        raise
    except ValueError as error:  # NumPy's own, about pickled objects
        raise InputError(
            f"{path} holds Python objects or is not an npz file; save arrays of numbers"
        ) from error


def check_points(
    points: np.ndarray, labels: np.ndarray, path: str | Path, columns: list[str] | None = None
) -> None:
    """Refuse anything but a finite, labelled point cloud; `columns` names the features.

    Raises
    ------
    InputError
        The message names the file and, for a bad number, its row and column.
    """
    if points.ndim == 2 and not len(points):
        raise InputError(f"{path} has no points")
    if points.ndim != 2 or points.dtype.kind not in "fiu" or not points.size:
        raise InputError(
            f"{path}: the points have shape {points.shape} and type {points.dtype}, "
            "but must be real numbers of shape (n_points, n_features)"
        )
    bad = np.argwhere(~np.isfinite(points))
    if len(bad):
        row, column = bad[0]
        name = shown(columns[column]) if columns else column
        raise InputError(
            f"{path}: {points[row, column]} in row {row}, column {name} "
            f"({len(bad)} such values); every value must be finite"
        )
    if labels.shape != points.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        raise InputError(
            f"{path}: the labels have shape {labels.shape} and type {labels.dtype}, "
            f"but must be {len(points)} whole numbers"
        )
    classes = np.unique(labels)
    if len(classes) < 2 or not np.array_equal(classes, np.arange(len(classes))):
        raise InputError(
            f"{path}: the labels are {listed(classes)}, but must be 0, 1, … of two or more classes"
        )


def write_data(path: str | Path, data: Data, about: dict[str, Any] | None = None) -> None:
    """Write a labelled point cloud, and what decides it: the data set of the configuration."""
    np.savez(path, **data._asdict(), about=np.array(_text(about or {})))


def read_data(path: str | Path, about: dict[str, Any] | None = None) -> Data:
    """Read what :func:`write_data` wrote, and check it with :func:`check_points`.

    Parameters
    ----------
    path : path
    about : dict, optional
        What the points must be of; a file that does not say what decides it is not checked.

    Raises
    ------
    InputError
        If the file is damaged, or of another data set.
    """
    with remedied():
        arrays = read_npz(path, list(Data._fields))
        check_points(arrays["points"], arrays["labels"], path)
        kept = str(arrays.get("about", "{}"))
        if about is not None and kept not in (_text({}), _text(about)):
            raise InputError(f"{path} is of another data set, {kept}, and not of {_text(about)}")
    return Data(**{name: arrays[name] for name in Data._fields})


def _text(about: dict[str, Any]) -> str:
    return json.dumps(about, sort_keys=True)
