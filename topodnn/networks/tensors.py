"""Arrays in a safetensors file, and a JSON text in its metadata; both with checksums.

The format has none of its own. The metadata have one entry, since the library writes several in
any order: a JSON text with ``about`` and ``crc32``, the checksum of each array, of its type and
shape too, and of ``about``. In a file of an older version it is the text of ``about``, and nothing
is checked.
"""

import errno
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any, Self

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from topodnn import checksums
from topodnn.errors import InputError

ABOUT = "about"


def write_tensors(path: str | Path, tensors: dict[str, np.ndarray], about: dict[str, Any]) -> None:
    """Write arrays by their names, and ``about`` as JSON in the metadata.

    The file is the old one or the new one, never half of one. The library writes to a file of a
    random name, which only its owner may read; it does so in a folder here, so that what a killed
    job leaves is found by the next one.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    sums = {name: _checksum(tensor) for name, tensor in contiguous.items()}
    sums[ABOUT] = _checksum_of_text(about)
    metadata = {ABOUT: json.dumps({ABOUT: about, checksums.NAME: sums}, sort_keys=True)}
    remove_begun(path)
    folder = _begun(path)
    folder.mkdir()
    try:
        save_file(contiguous, folder / "tensors", metadata=metadata)
        (folder / "tensors").chmod(folder.stat().st_mode & 0o666)
        (folder / "tensors").replace(path)
    except SafetensorError as error:
        code = re.search(r"os error (\d+)", str(error))  # it has no OSError
        number = int(code[1]) if code else errno.EIO
        raise OSError(number, os.strerror(number), str(path)) from error
    finally:
        remove_begun(path)


def remove_begun(path: str | Path) -> None:
    """Remove what a killed job has left of a file that it did not finish."""
    shutil.rmtree(_begun(path), ignore_errors=True)


def _begun(path: str | Path) -> Path:
    return Path(f"{path}.begun")


def _checksum(tensor: np.ndarray) -> str:
    kind = f"{tensor.dtype} {tensor.shape}".encode()
    return checksums.checksum([kind, tensor.reshape(-1).view(np.uint8)])


def _checksum_of_text(about: dict[str, Any]) -> str:
    return checksums.checksum([json.dumps(about, sort_keys=True).encode()])


class Tensors:
    """An open file, to be used in a ``with``; an array is read and checked when it is asked for.

    Attributes
    ----------
    names : list of str
        Of the arrays.
    about : dict
        What :func:`write_tensors` was given.

    Raises
    ------
    InputError
        If it is not a complete safetensors file, or not as it was written.
    """

    def __init__(self, path: str | Path):
        self._path = path
        try:
            self._file = safe_open(path, framework="np")
            self.names = list(self._file.keys())
            written = json.loads((self._file.metadata() or {})[ABOUT])
            self._sums = {}
            if {ABOUT, checksums.NAME} & {*written}:
                written, self._sums = written[ABOUT], dict(written[checksums.NAME])
                self._check(ABOUT, _checksum_of_text(written))
                self._check_names()
            self.about = written
        except SafetensorError as error:
            raise checksums.damaged(
                path, f"it is not a complete safetensors file: {error}"
            ) from error
        except InputError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise checksums.damaged(path, f"its metadata cannot be read: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)

    def __getitem__(self, name: str) -> np.ndarray:
        try:
            tensor = self._file.get_tensor(name)
        except (SafetensorError, TypeError, ValueError) as error:
            raise checksums.damaged(self._path, error) from error
        if self._sums:
            self._check(name, _checksum(tensor))
        return tensor

    def _check_names(self) -> None:
        lost = {*self._sums} ^ {*self.names, ABOUT}
        if lost:
            raise checksums.damaged(self._path, f"the names of its arrays changed: {min(lost)}")

    def _check(self, name: str, found: str) -> None:
        checksums.check(self._path, name, found, str(self._sums.get(name)))


def check_networks(path: str | Path, about: dict[str, Any], wanted: dict[str, Any] | None) -> None:
    """Refuse a file of other networks than a job is of, such as one of another configuration.

    Parameters
    ----------
    path : path
    about : dict
        What the file says of its networks.
    wanted : dict, optional
        What is known of them: dataset, network, activation, seeds, the numbers of the training;
        hidden_widths, residual, function and activation_parameters; and data, what decides the
        points.

    Raises
    ------
    InputError
        Naming the file, and the first thing that differs.
    """
    # The numbers of the training stand in a dict of theirs.
    found = about | about.get("protocol", {}) | {"hidden_widths": about.get("widths", [])[1:-1]}
    for key, value in (wanted or {}).items():
        if found.get(key) != json.loads(json.dumps(value)):  # as it is in a file
            raise InputError(
                f"{path} is of other networks ({key} is {found.get(key)!r}, not {value!r}): "
                f"{checksums.REMEDY}"
            )
