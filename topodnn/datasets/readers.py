"""A user's own points and labels: npz, csv, parquet, or the authors' tfrecords."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from topodnn.datasets.files import check_points, read_npz
from topodnn.errors import InputError


def read_points(path: str | Path, label: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Read a user's own data, in the format of the file's ending.

    ``.csv`` and ``.parquet`` files have one named column per feature and one column of labels:
    `label` if it is given, else ``label`` or ``y``, else the last one. ``.tfrecords`` are the
    authors' files (:mod:`topodnn.datasets.tfrecords`). Any other file is read as npz, with the
    arrays X (n_points, n_features) and y (n_points,).

    Raises
    ------
    InputError
        As in :func:`topodnn.datasets.files.check_points`, or if the file does not have the format
        of its ending. Rows are counted from 0, without the line of column names.
    """
    ending, columns = Path(path).suffix.lower(), None
    if label is not None and ending not in (".csv", ".parquet"):
        raise InputError(f"{path} has no column {label!r}: only .csv and .parquet have columns")
    if ending in (".csv", ".parquet"):
        points, labels, columns = _read_columns(path, label)
    elif ending == ".tfrecords":
        from topodnn.datasets.tfrecords import read_tfrecords  # imports tensorboard, half a second

        points, labels = read_tfrecords(path)
        labels = _whole(labels)
    else:
        arrays = read_npz(path, ["X", "y"])
        points, labels = arrays["X"], arrays["y"]
    if points.dtype.kind == "f":
        with np.errstate(over="ignore"):  # too large for single precision: inf, then refused
            points = points.astype(np.float32)
    check_points(points, labels, path, columns)
    return points.astype(np.float32), labels.astype(np.int64)


def _read_columns(path: str | Path, label: str | None) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The features, the labels and the names of the features of a table."""
    table = _read_any_table(path)
    usual = [name for name in ("label", "y") if name in table.columns]
    if label is None and len(usual) == 2:
        raise InputError(f"{path} has the columns 'label' and 'y': name one with the key label")
    label = label or next(iter(usual), table.columns[-1])
    if label not in table.columns:
        raise InputError(f"{path} has no column {label!r}; it has {', '.join(table.columns)}")
    for name in table.columns:
        numbers = pd.to_numeric(table[name], errors="coerce")
        bad = np.flatnonzero(numbers.isna() & (table[name].notna() | (name == label)))
        if len(bad):
            what = "labels must be whole numbers" if name == label else "features must be numbers"
            raise InputError(
                f"{path}: {table[name].iloc[bad[0]]} in row {bad[0]}, column {name!r} "
                f"({len(bad)} such values); {what}"
            )
        table[name] = numbers
    features = table.drop(columns=label)
    points = features.to_numpy(dtype=np.float64, na_value=np.nan)
    return points, _whole(table[label].to_numpy()), list(features.columns)


def _read_any_table(path: str | Path) -> pd.DataFrame:
    """Read a CSV or Parquet file; a CSV file must begin with the names of its columns."""
    is_csv = Path(path).suffix.lower() == ".csv"
    try:
        table = pd.read_csv(path) if is_csv else pd.read_parquet(path)
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path} is empty, but must be a table") from error
    except (ValueError, pd.errors.ParserError) as error:  # ValueError: pyarrow, or decoding
        reason, kind = " ".join(str(error).split()), "CSV" if is_csv else "Parquet"
        raise InputError(f"{path} is not a {kind} file: {reason}") from error
    table.columns = table.columns.astype(str)
    if is_csv and any(re.fullmatch(r"-?\d+\.\d.*", name) for name in table.columns):
        raise InputError(
            f"{path}: the first line is {', '.join(table.columns[:3])}, …, but must be the names "
            "of the columns"
        )
    return table


def _whole(labels: np.ndarray) -> np.ndarray:
    """Turn labels such as 1.0 into whole numbers; others stay, and are refused when checked."""
    whole = labels.dtype.kind == "f" and np.isfinite(labels).all() and (labels % 1 == 0).all()
    return labels.astype(np.int64) if whole else labels


def read_dataset(
    path: str | Path, label: str | None, true_betti: list[list[int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read a data set of the configuration.

    Parameters
    ----------
    path, label
        As for :func:`read_points`.
    true_betti : list of list of int
        One row for each class; empty where the Betti numbers are not known.

    Returns
    -------
    points, labels
        As of :func:`read_points`.
    true_betti : ndarray of shape (n_classes, n_dimensions), int64
        Padded to three dimensions, like that of the generators; no rows where it is not known.

    Raises
    ------
    InputError
        If the file is refused, or ``true_betti`` does not have one row per class.
    """
    points, labels = read_points(path, label)
    n_classes = labels.max() + 1
    if not true_betti:
        return points, labels, np.zeros((0, 0), dtype=np.int64)
    if len(true_betti) != n_classes:
        raise InputError(
            f"true_betti has {len(true_betti)} rows, but the file has {n_classes} classes, a row "
            "each"
        )
    width = max(3, *map(len, true_betti))
    padded = [row + [0] * (width - len(row)) for row in true_betti]
    return points, labels, np.array(padded, dtype=np.int64)
