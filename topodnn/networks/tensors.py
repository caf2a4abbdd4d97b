"""Arrays in a safetensors file, and a JSON text in its metadata."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from topodnn.errors import InputError


def write_tensors(path: str | Path, tensors: dict[str, np.ndarray], about: dict[str, Any]) -> None:
    """Write arrays by their names, and ``about`` as JSON in the metadata."""
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    save_file(contiguous, path, metadata={"about": json.dumps(about, sort_keys=True)})


def open_tensors(path: str | Path) -> Any:
    """Open a file, whose arrays are read when they are asked for.

    Raises
    ------
    InputError
        If it is not a complete safetensors file.
    """
    try:
        return safe_open(path, framework="np")
    except SafetensorError as error:
        raise InputError(f"{path} is not a complete safetensors file: {error}") from error
