"""A user's own points and labels: npz, csv, parquet, or the authors' tfrecords."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from topodnn.datasets.files import check_points, read_npz
from topodnn.errors import InputError, listed, plain, shown

LONGEST_REASON = 150  # characters


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
    points, labels, columns = _read(path, label)
    points = _as_singles(points)
    check_points(points, labels, path, columns)
    return points.astype(np.float32), labels.astype(np.int64)


def read_labelled(path: str | Path, label: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Read a file as :func:`read_points` does, with its labels as they stand there, or text.

    Returns
    -------
    points : ndarray of shape (n_points, n_features), float32
    labels : ndarray
        Not checked, but that none is missing in a table.

    Raises
    ------
    InputError
        As :func:`read_points`.
    """
    points, labels, columns = _read(path, label, any_labels=True)
    return in_single_precision(points, path, columns), labels


def _read(
    path: str | Path, label: str | None, *, any_labels: bool = False
) -> tuple[np.ndarray, np.ndarray, list[str] | None]:
    ending, columns = Path(path).suffix.lower(), None
    if label is not None and ending not in (".csv", ".parquet"):
        raise InputError(f"{path} has no column {label!r}: only .csv and .parquet have columns")
    if ending in (".csv", ".parquet"):
        table = _read_any_table(path)
        label = _label_column(table, label, path)
        points, labels, columns = numbers_of(table, label, path, any_labels=any_labels)
    elif ending == ".tfrecords":
        from topodnn.datasets.tfrecords import read_tfrecords  # imports tensorboard, half a second

        points, labels = read_tfrecords(path)
        labels = _whole(labels)
    else:
        arrays = read_npz(path, ["X", "y"])
        points, labels = arrays["X"], arrays["y"]
    return points, labels, columns


def in_single_precision(
    points: np.ndarray, path: str | Path, columns: list[str] | None = None
) -> np.ndarray:
    """The points as float32; what is not finite, or too large, is refused by row and column."""
    points = _as_singles(points)
    any_two_classes = np.arange(len(points)) % 2 if points.ndim else points
    check_points(points, any_two_classes, path, columns)
    return points.astype(np.float32)


def _as_singles(points: np.ndarray) -> np.ndarray:
    """Floats in single precision; what is none, such as text, stays, and is refused later."""
    if points.dtype.kind != "f":
        return points
    with np.errstate(over="ignore"):  # too large for single precision: inf, then refused
        return points.astype(np.float32)


def _label_column(table: pd.DataFrame, label: str | None, path: str | Path) -> str:
    usual = [name for name in ("label", "y") if name in table.columns]
    if label is None and len(usual) == 2:
        raise InputError(f"{path} has the columns 'label' and 'y': name one with the key label")
    label = label or next(iter(usual), table.columns[-1])
    if label not in table.columns:
        raise InputError(f"{path} has no column {label!r}; it has {listed(table.columns)}")
    return label


def numbers_of(
    table: pd.DataFrame, label: str, path: str | Path, *, any_labels: bool = False
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The features, the labels and the names of the features of a table.

    Parameters
    ----------
    table : DataFrame
    label : str
        The column of labels.
    path : path
        What error messages call the table.
    any_labels : bool
        Whether labels may be text; they are then left as they are.

    Raises
    ------
    InputError
        Naming the row and the column of a text, or of a label that is missing.
    """
    numbers = {}
    for name in table.columns:
        column = table[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(object)
        numbers[name] = pd.to_numeric(column, errors="coerce")
        bad = numbers[name].isna() & (column.notna() | (name == label))
        if column.dtype.kind in "mM":  # times, which pandas takes for nanoseconds
            bad[:] = True
        what = "features must be numbers"
        if name == label:
            what = "every point must have a label" if any_labels else "labels must be whole numbers"
            bad = column.isna() if any_labels else bad
        rows = np.flatnonzero(bad)
        if len(rows):
            raise InputError(
                f"{path}: {plain(column.iloc[rows[0]])} in row {rows[0]}, column {shown(name)} "
                f"({len(rows)} such values); {what}"
            )
    labels = table[label].to_numpy() if any_labels else _whole(numbers[label].to_numpy())
    features = pd.DataFrame({name: numbers[name] for name in numbers if name != label})
    points = features.to_numpy(dtype=np.float64, na_value=np.nan)
    return points, labels, list(features.columns)


def _read_any_table(path: str | Path) -> pd.DataFrame:
    """Read a CSV or Parquet file; a CSV file must begin with the names of its columns."""
    is_csv = Path(path).suffix.lower() == ".csv"
    try:
        table = pd.read_csv(path) if is_csv else pd.read_parquet(path)
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path} is empty, but must be a table") from error
    except (ValueError, pd.errors.ParserError) as error:  # ValueError: pyarrow, or decoding
        reason, kind = " ".join(str(error).split()), "CSV" if is_csv else "Parquet"
        raise InputError(f"{path} is not a {kind} file: {reason[:LONGEST_REASON]}") from error
    table.columns = table.columns.astype(str)
    if is_csv and any(re.fullmatch(r"-?\d+\.\d.*", name) for name in table.columns):
        raise InputError(
            f"{path}: the first line is {listed(table.columns[:3])}, …, but must be the names "
            "of the columns"
        )
    if len(table.columns) < 2:
        hint = ", separated by commas" if is_csv else ""
        raise InputError(
            f"{path} has the one column {shown(listed(table.columns))}, but must have features and "
            f"labels in columns of their own{hint}"
        )
    return table


def _whole(labels: np.ndarray) -> np.ndarray:
    """Turn labels such as 1.0 into whole numbers; others stay, and are refused when checked."""
    whole = labels.dtype.kind == "f" and np.isfinite(labels).all() and (labels % 1 == 0).all()
    return labels.astype(np.int64) if whole else labels
