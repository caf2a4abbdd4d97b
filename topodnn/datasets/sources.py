"""Points and labels of a data set that is not drawn: from a file, OpenML, or scikit-learn itself.

What OpenML sends is kept in one file, ``topodnn/NAME,VERSION.npz`` in the folder ``data_home``,
with the arrays X (float32) and y (text): later plans and jobs read it fast, and without a network.
"""

import hashlib
import logging
import os
import uuid
import warnings
import zlib
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from topodnn.checksums import remedied
from topodnn.datasets.files import read_npz
from topodnn.datasets.readers import in_single_precision, numbers_of, read_labelled
from topodnn.errors import InputError
from topodnn.log import log

OPENML = "https://www.openml.org/search?type=data"


def source_of(dataset: dict[str, Any]) -> str:
    """What logs and error messages call the source of a data set."""
    if "openml" in dataset:
        wanted = dataset["openml"]
        return f"OpenML's data set {wanted['name']}, version {wanted['version']}"
    if "sklearn" in dataset:
        return f"scikit-learn's data set {dataset['sklearn']}"
    return str(dataset["file"])


def read_source(
    dataset: dict[str, Any], data_home: str | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Read the points of a data set of the configuration as they are at its source.

    Parameters
    ----------
    dataset : dict
        With ``file`` (and ``label``), ``openml`` or ``sklearn``.
    data_home : str, optional
        Where what is fetched is kept; scikit-learn's own folder where it is None.

    Returns
    -------
    points : ndarray of shape (n_points, n_features), float32
    labels : ndarray of shape (n_points,), str
        As of :func:`label_texts`.

    Raises
    ------
    InputError
        If a file is refused, or a data set cannot be fetched or has another digest; a text or a
        missing value is named by row and column.
    """
    if "openml" in dataset:
        points, labels = _read_openml(dataset, data_home)
    elif "sklearn" in dataset:
        from sklearn import datasets  # here, since it takes more than a second

        found = getattr(datasets, f"load_{dataset['sklearn']}")()
        points, labels = found.data.astype(np.float32), found.target
    else:
        path = dataset["file"]
        points, labels = read_labelled(path, dataset.get("label"))
    if labels.shape != (len(points),):
        raise InputError(
            f"{source_of(dataset)}: the labels have shape {labels.shape}, but there must be one "
            f"for each of the {len(points)} points"
        )
    missing = np.flatnonzero(pd.isna(labels))
    if len(missing):
        raise InputError(
            f"{source_of(dataset)}: {labels[missing[0]]} in row {missing[0]} of the labels "
            f"({len(missing)} such values); every point must have a label"
        )
    return points, label_texts(labels)


def label_texts(labels: np.ndarray) -> np.ndarray:
    """Labels as text: 1, 1.0 and "1" are the same label, "1"; other text stays as it is."""
    codes, found = pd.factorize(labels)
    return np.array([label_text(label) for label in found], dtype=str)[codes]


def label_text(label: Any) -> str:
    """One label as text, as in :func:`label_texts`."""
    if isinstance(label, float | np.floating):
        return str(int(label)) if float(label).is_integer() else repr(float(label))
    return str(label)


def digest(points: np.ndarray, labels: np.ndarray) -> str:
    """The SHA-256 that pins a data set, in hexadecimal digits.

    It is that of these bytes, one after the other: the line ``n_points n_features`` and a line
    feed, in ASCII; the points, row by row, as little-endian float32; each label, as text in UTF-8,
    and a line feed.
    """
    total = hashlib.sha256(f"{points.shape[0]} {points.shape[1]}\n".encode())
    total.update(np.ascontiguousarray(points, dtype="<f4").data)
    total.update("".join(f"{label}\n" for label in labels).encode())
    return total.hexdigest()


# OpenML -------------------------------------------------------------------------------------------


def _read_openml(dataset: dict[str, Any], data_home: str | None) -> tuple[np.ndarray, np.ndarray]:
    wanted = dataset["openml"]
    path = kept_file(wanted, data_home)
    if path.exists():
        with remedied("delete it, and the data set is fetched again"):
            arrays = read_npz(path, ["X", "y"])
        points, labels = arrays["X"], arrays["y"]
    else:
        points, labels = _fetch(wanted, source_of(dataset), path.parents[1])
        _keep(path, points, labels)
    pinned = wanted.get("sha256")
    if pinned or log.isEnabledFor(logging.INFO):  # a third of a second for 70,000 images
        found = digest(points, labels)
        log.info("%s: sha256 %s", source_of(dataset), found)
        if pinned and found != pinned:
            raise InputError(
                f"{source_of(dataset)} has the sha256 {found}, but openml.sha256 is {pinned}; if "
                f"{path} is damaged, delete it, and the data set is fetched again"
            )
    return points, labels


def kept_file(wanted: dict[str, Any], data_home: str | None) -> Path:
    """Where a data set of OpenML is kept once it was fetched.

    Parameters
    ----------
    wanted : dict
        The key ``openml`` of a data set: name, version, and label if it is given.
    data_home : str or None
        As for :func:`read_source`.
    """
    if data_home is None:
        # As scikit-learn's get_data_home, which takes more than a second to import.
        data_home = os.environ.get("SCIKIT_LEARN_DATA", os.path.join("~", "scikit_learn_data"))
    parts = [wanted["name"].lower(), wanted["version"], *filter(None, [wanted.get("label")])]
    name = ",".join(quote(str(part), safe="") for part in parts)  # no part has a comma then
    return Path(data_home).expanduser() / "topodnn" / f"{name}.npz"


def _fetch(wanted: dict[str, Any], source: str, home: Path) -> tuple[np.ndarray, np.ndarray]:
    """Fetch a data set, by way of scikit-learn's own cache; its warnings go to the log."""
    from sklearn.datasets import fetch_openml

    # A warning, since a plan, which waits for it, shows no other lines.
    log.warning("%s is fetched from openml.org and kept in %s", source, home)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            found = fetch_openml(
                wanted["name"],
                version=wanted["version"],
                target_column=wanted.get("label", "default-target"),
                data_home=home,
                as_frame=True,
                parser="auto",
            )
        except (OSError, EOFError, HTTPException, zlib.error) as error:
            raise InputError(
                f"{source} cannot be fetched ({_one_line(error)}): it comes from {OPENML} and is "
                f"kept in {home} (the key data_home); without a network, save it elsewhere as "
                ".csv, .parquet or .npz, and give that by the key 'file' instead of 'openml'"
            ) from error
        except (ValueError, KeyError) as error:  # no such data set or column, sparse, md5
            raise InputError(f"{source}: {_one_line(error).rstrip('.')}") from error
    for warning in said:
        log.warning("%s: %s", source, _one_line(warning.message))
    if len(found.target_names) != 1:
        there = ", ".join(found.target_names) or "none"
        raise InputError(
            f"{source} has as columns of labels {there}, but must have one: name it by the key "
            "openml.label"
        )
    points, labels, columns = numbers_of(
        found.frame, found.target_names[0], source, any_labels=True
    )
    return in_single_precision(points, source, columns), label_texts(labels)


def _one_line(error: BaseException | str | Warning) -> str:
    text = error.args[0] if isinstance(error, KeyError) else error  # its str has quotes
    return " ".join(str(text).split())


def _keep(path: Path, points: np.ndarray, labels: np.ndarray) -> None:
    """Write the file at once: another process may look for it, or write it too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_name(f"{uuid.uuid4().hex}.npz")
    try:
        np.savez(begun, X=points, y=labels)
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)
