"""Every file format of the workflow: written here, read and checked here, and nowhere else.

| file | format | content |
|---|---|---|
| data | npz | points, labels, held_out, true_betti |
| data of one's own | npz, csv, parquet, tfrecords | points and labels, read only |
| networks | safetensors | layer_00.weight (seeds, out, in), layer_00.bias, ..., input_mean, ... |
| checkpoint | safetensors | a training in its course, see topodnn.training |
| activations | safetensors | labels, network_00.layer_00 (points, features), ..., .predicted |
| cloud | npz | seed, well_trained, labels, layer_00 (points, 2 or 3), ... |
| weights of one's own | pth, pt, safetensors | a state_dict, read only |
| tables | csv, parquet | one row per observation |
| scale | yaml | n_neighbors, scale, block, every |

Nothing is ever unpickled: npz are read with ``allow_pickle=False``.
"""

import json
import os
import pickle
import re
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import yaml
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from topodnn import KIND
from topodnn.errors import InputError

FilePath = str | Path


class Data(NamedTuple):
    """A labelled point cloud.

    points : (n_points, n_features) float32; labels : (n_points,) int64, from 0; held_out :
    (n_points,) bool; true_betti : (n_classes, n_dimensions) int64, with no rows if unknown.
    """

    points: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    true_betti: np.ndarray


def _read_npz(path: FilePath, names: list[str]) -> dict[str, np.ndarray]:
    try:
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise InputError(f"{path} holds a single array; save it with numpy.savez")
        with archive:
            missing = [name for name in names if name not in archive.files]
            if missing:
                raise InputError(
                    f"{path} has no array {missing[0]!r}; it has {', '.join(archive.files)}"
                )
            return {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, EOFError) as error:
        raise InputError(f"{path} is not an npz file: {error}") from error
    except InputError:
        raise
    except ValueError as error:  # of numpy, about pickle
        raise InputError(
            f"{path} holds Python objects or is not an npz file; save arrays of numbers"
        ) from error


def check_points(
    points: np.ndarray, labels: np.ndarray, path: FilePath, columns: list[str] | None = None
) -> None:
    """Refuse what is not a finite, labelled point cloud; `columns` are names of the features.

    Raises
    ------
    InputError
        One sentence that names the file and, for a bad number, its row and column.
    """
    if points.ndim != 2 or points.dtype.kind not in "fiu" or not points.size:
        raise InputError(
            f"{path}: the points have shape {points.shape} and type {points.dtype}, "
            "but must be real numbers of shape (n_points, n_features)"
        )
    bad = np.argwhere(~np.isfinite(points))
    if len(bad):
        row, column = bad[0]
        name = repr(columns[column]) if columns else column
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
        shown = ", ".join(str(c) for c in classes[:5])
        raise InputError(
            f"{path}: the labels are {shown}, but must be 0, 1, … of two or more classes"
        )


def read_labelled_points(path: FilePath, label: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Read a user's own data, in the format of the file's ending.

    ``.csv`` and ``.parquet`` have a column a feature, by its name, and one of labels: `label`, else
    ``label`` or ``y``, else the last one. ``.tfrecords`` are those of the authors
    (:mod:`topodnn.tfrecords`). Everything else is an npz with arrays X (n_points, n_features) and
    y (n_points,).

    Raises
    ------
    InputError
        As :func:`check_points`, or if the file is not of its format. Rows are counted from 0, a
        line of names not counted.
    """
    ending, columns = Path(path).suffix.lower(), None
    if label is not None and ending not in (".csv", ".parquet"):
        raise InputError(f"{path} has no column {label!r}: only .csv and .parquet have columns")
    if ending in (".csv", ".parquet"):
        points, labels, columns = _read_columns(path, label)
    elif ending == ".tfrecords":
        from topodnn.tfrecords import read_tfrecords  # imports tensorboard, half a second

        points, labels = read_tfrecords(path)
        labels = _whole(labels)
    else:
        arrays = _read_npz(path, ["X", "y"])
        points, labels = arrays["X"], arrays["y"]
    if points.dtype.kind == "f":
        with np.errstate(over="ignore"):  # too large for single precision: infinite, and refused
            points = points.astype(np.float32)
    check_points(points, labels, path, columns)
    return points.astype(np.float32), labels.astype(np.int64)


def _read_columns(path: FilePath, label: str | None) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Features, labels and the names of the features of a table."""
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


def _read_any_table(path: FilePath) -> pd.DataFrame:
    """A CSV or Parquet file as it is."""
    is_csv = Path(path).suffix.lower() == ".csv"
    try:
        table = pd.read_csv(path) if is_csv else pd.read_parquet(path)
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path} is empty, but must be a table") from error
    except (ValueError, pd.errors.ParserError) as error:  # ValueError: of pyarrow, of the encoding
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
    """Labels such as 1.0 as whole numbers; others are left, and refused where they are checked."""
    whole = labels.dtype.kind == "f" and np.isfinite(labels).all() and (labels % 1 == 0).all()
    return labels.astype(np.int64) if whole else labels


def write_data(path: FilePath, data: Data) -> None:
    """Write a labelled point cloud."""
    np.savez(path, **data._asdict())


def read_data(path: FilePath) -> Data:
    """Read what :func:`write_data` wrote, checked by :func:`check_points`."""
    arrays = _read_npz(path, list(Data._fields))
    check_points(arrays["points"], arrays["labels"], path)
    return Data(**{name: arrays[name] for name in Data._fields})


class Networks(NamedTuple):
    """A stack of networks as it lies in a file.

    weights, biases : lists of arrays (n_networks, n_out, n_in) and (n_networks, n_out), one a
    layer; input_mean (n_features,) and input_scale (1,) standardise the points; about : dict with
    seeds, activation, activation_parameters, protocol.
    """

    weights: list[np.ndarray]
    biases: list[np.ndarray]
    input_mean: np.ndarray
    input_scale: np.ndarray
    about: dict[str, Any]


def write_networks(path: FilePath, networks: Networks) -> None:
    """Write a stack of networks with the seeds in the leading dimension."""
    tensors = {"input_mean": networks.input_mean, "input_scale": networks.input_scale}
    for i, (weight, bias) in enumerate(zip(networks.weights, networks.biases, strict=True)):
        tensors[f"layer_{i:02d}.weight"] = weight
        tensors[f"layer_{i:02d}.bias"] = bias
    _write_tensors(path, tensors, networks.about)


def read_networks(path: FilePath) -> Networks:
    """Read what :func:`write_networks` wrote."""
    with _open_tensors(path) as tensors:
        names = sorted(tensors.keys())
        return Networks(
            [tensors.get_tensor(n) for n in names if n.endswith(".weight")],
            [tensors.get_tensor(n) for n in names if n.endswith(".bias")],
            tensors.get_tensor("input_mean"),
            tensors.get_tensor("input_scale"),
            json.loads(tensors.metadata()["about"]),
        )


def read_state_dict(path: FilePath) -> dict[str, Any]:
    """Read the state_dict of a torch module: a file of ``torch.save``, or safetensors.

    Returns
    -------
    dict of str to torch.Tensor
        On the CPU. Of a checkpoint of several things, its ``state_dict``, ``model_state_dict`` or
        ``model``. Safetensors forget the order: there the names are sorted, numbers as numbers.

    Raises
    ------
    InputError
        If the file is something else. Nothing is unpickled but tensors in plain containers.
    """
    if str(path).endswith(".safetensors"):
        import safetensors.torch  # here, with torch: scripts that only read tables need neither

        try:
            tensors = safetensors.torch.load_file(path)
        except SafetensorError as error:
            raise InputError(f"{path} is not a complete safetensors file: {error}") from error
        return {name: tensors[name] for name in sorted(tensors, key=_numbers_as_numbers)}
    import torch

    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} is no file of torch.save with tensors only; write "
            "torch.save(model.state_dict(), path)"
        ) from error
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    values = list(found.values()) if isinstance(found, dict) else [found]
    wrong = [type(value).__name__ for value in values if not isinstance(value, torch.Tensor)]
    if wrong or not isinstance(found, dict):
        raise InputError(
            f"{path} holds a {(wrong or [type(found).__name__])[0]}, but must hold a state_dict of "
            "tensors; write torch.save(model.state_dict(), path)"
        )
    return dict(found)


def _numbers_as_numbers(name: str) -> list:
    """A key by which layer.2 comes before layer.10, and each weight before its bias."""
    parts = re.split(r"(\d+)", name.replace("bias", "\uffff"))
    return [(part.isdigit(), int(part) if part.isdigit() else part) for part in parts]


def write_checkpoint(path: FilePath, tensors: dict[str, np.ndarray], about: dict) -> None:
    """Write a training in its course; the file is the old one or the new one, never a half."""
    written = Path(f"{path}.new")
    _write_tensors(written, tensors, about)
    os.replace(written, path)


def read_checkpoint(path: FilePath) -> tuple[dict[str, np.ndarray], dict]:
    """Read what :func:`write_checkpoint` wrote."""
    with _open_tensors(path) as tensors:
        arrays = {name: tensors.get_tensor(name) for name in list(tensors.keys())}
        return arrays, json.loads(tensors.metadata()["about"])


def write_activations(
    path: FilePath,
    layers: list[list[np.ndarray]],
    predicted: list[np.ndarray],
    labels: np.ndarray,
    about: dict[str, Any],
) -> None:
    """Write the points at every layer of every network, with true and predicted class."""
    tensors = {"labels": labels}
    for i, network in enumerate(layers):
        tensors[f"network_{i:02d}.predicted"] = predicted[i]
        for j, points in enumerate(network):
            tensors[f"network_{i:02d}.layer_{j:02d}"] = points
    _write_tensors(path, tensors, about)


class Activations:
    """Points at the layers of a batch of networks, read from the file one layer at a time."""

    def __init__(self, path: FilePath):
        with _open_tensors(path) as tensors:
            self.about = json.loads(tensors.metadata()["about"])
            names = tensors.keys()
            self.n_layers = sum(name.startswith("network_00.layer_") for name in names)
        self._path = path

    def _get(self, name: str) -> np.ndarray:
        with _open_tensors(self._path) as tensors:
            return tensors.get_tensor(name)

    def labels(self) -> np.ndarray:
        """True class, (n_points,) int64."""
        return self._get("labels")

    def predicted(self, network: int) -> np.ndarray:
        """Class that the network predicts, (n_points,) int64."""
        return self._get(f"network_{network:02d}.predicted")

    def layer(self, network: int, layer: int) -> np.ndarray:
        """Points at a layer, (n_points, n_out) float32; layer 0 is the input."""
        return self._get(f"network_{network:02d}.layer_{layer:02d}")


def _write_tensors(path: FilePath, tensors: dict[str, np.ndarray], about: dict[str, Any]) -> None:
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    save_file(contiguous, path, metadata={"about": json.dumps(about, sort_keys=True)})


def _open_tensors(path: FilePath) -> Any:
    try:
        return safe_open(path, framework="np")
    except SafetensorError as error:
        raise InputError(f"{path} is not a complete safetensors file: {error}") from error


def write_cloud(
    path: FilePath, layers: list[np.ndarray], labels: np.ndarray, seed: int, well_trained: bool
) -> None:
    """Write the points that one picture of a network's layers shows."""
    named: dict[str, Any] = {f"layer_{i:02d}": points for i, points in enumerate(layers)}
    np.savez_compressed(path, labels=labels, seed=seed, well_trained=well_trained, **named)


def read_cloud(path: FilePath) -> tuple[list[np.ndarray], np.ndarray, int, bool]:
    """Read what :func:`write_cloud` wrote: layers, labels, seed, well_trained."""
    arrays = _read_npz(path, ["labels", "seed", "well_trained"])
    layers = [arrays[name] for name in sorted(arrays) if name.startswith("layer_")]
    return layers, arrays["labels"], int(arrays["seed"]), bool(arrays["well_trained"])


def read_table(path: FilePath, columns: list[str]) -> pd.DataFrame:
    """Read a CSV table and check that it has the columns named.

    Raises
    ------
    InputError
        If the file is empty or a column is missing.
    """
    try:
        # Names such as 15 or NA are names, neither numbers nor missing values.
        names = dict.fromkeys(KIND, str)
        table = pd.read_csv(path, dtype=names, keep_default_na=False, na_values=[""])
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path} is empty, but must be a table") from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(f"{path} has no column {missing[0]!r}; it has {', '.join(table.columns)}")
    return table


def read_betti_numbers(path: FilePath) -> pd.DataFrame:
    """Read the tidy table, as a figure of the networks needs it."""
    return read_table(path, [*KIND, "seed", "layer", "class", "omega", "well_trained", "counted"])


def write_scale(path: FilePath, choice: dict[str, Any]) -> None:
    """Write what :func:`topodnn.scale.choose_scale` returns, with ``every``, in YAML."""
    text = yaml.safe_dump(choice, sort_keys=False, default_flow_style=None)
    Path(path).write_text(text, encoding="utf-8")


def read_scale(path: FilePath) -> dict[str, Any]:
    """Read what :func:`write_scale` wrote.

    Raises
    ------
    InputError
        If the file is not YAML or a key is missing.
    """
    try:
        choice = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a YAML file: {' '.join(str(error).split())}") from error
    keys = choice if isinstance(choice, dict) else {}
    missing = [key for key in ("n_neighbors", "scale", "block", "every") if key not in keys]
    if missing:
        raise InputError(f"{path} has no key {missing[0]!r}; it must be what choose_scale wrote")
    return choice
