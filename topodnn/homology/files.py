"""The choice of the scale as a file: YAML with n_neighbors, scale, block, method and points."""

from pathlib import Path
from typing import Any

import yaml

from topodnn import checksums

# The choice where no pair of k and ε gives the true Betti numbers.
NOTHING_FITS: dict[str, Any] = {
    "n_neighbors": None,
    "scale": None,
    "block": {"n_neighbors": [], "scale": []},
}


def write_scale(path: str | Path, choice: dict[str, Any]) -> None:
    """Write a choice of :mod:`topodnn.homology.scale`, and what it was made by, in YAML.

    That is ``method``, and of the points ``stride``, ``sample`` and ``dataset``, what decides them.
    The first line is the checksum of those that follow.
    """
    text = yaml.safe_dump(choice, sort_keys=False, default_flow_style=None)
    total = checksums.checksum([text.encode()])
    Path(path).write_text(f"{checksums.NAME}: '{total}'\n{text}", encoding="utf-8")


def chosen_complex(choice: dict[str, Any]) -> dict[str, Any]:
    """The complex that was chosen: n_neighbors, scale, and the ends of the block, k_low, k_high.

    All are None where nothing fits.
    """
    block = choice["block"]["n_neighbors"] or [None]
    return {
        "n_neighbors": choice["n_neighbors"],
        "scale": choice["scale"],
        "k_low": block[0],
        "k_high": block[-1],
    }


def sampled_complex(
    homology: dict[str, Any],
    scale_path: str | Path | None,
    dataset: dict[str, Any] | None = None,
) -> tuple[int, dict[str, Any]]:
    """The stride of a job and its complex: what is given; what is auto is chosen in a file.

    Raises
    ------
    InputError
        If the choice was made on other points than those of the job, as far as it says that.
    """
    numbers = {key: value for key, value in homology.items() if value != "auto"}
    if scale_path:
        choice = read_scale(scale_path)
        of_job = {"stride": homology["stride"], "sample": homology.get("sample")}
        written = choice | (choice.get("dataset") or {})
        for key, value in (of_job | (dataset or {})).items():
            if written.get(key, value) != value:
                reason = f"it was chosen on other points: {key} {written[key]!r}, not {value!r}"
                raise checksums.damaged(scale_path, reason)
        numbers = chosen_complex(choice) | numbers
    return numbers.pop("stride"), numbers


def read_scale(path: str | Path) -> dict[str, Any]:
    """Read what :func:`write_scale` wrote.

    Returns
    -------
    dict
        n_neighbors, scale, block, stride, and method: ``true_betti`` or ``plateau``. A file without
        a method is from the time when only true Betti numbers chose, and one without sample and
        dataset from that when it did not say them.

    Raises
    ------
    InputError
        If the file is not YAML, a key is missing, or it is not as it was written.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        choice = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise checksums.damaged(path, f"it is not a YAML file: {error}") from error
    keys = choice if isinstance(choice, dict) else {}
    missing = [key for key in ("n_neighbors", "scale", "block", "stride") if key not in keys]
    if missing:
        raise checksums.damaged(
            path, f"it has no key {missing[0]!r}; it must be what choose_scale wrote"
        )
    if checksums.NAME in keys:
        kept = keys.pop(checksums.NAME)
        written = text.partition("\n")[2]
        checksums.check(path, "the choice", checksums.checksum([written.encode()]), kept)
    return {"method": "true_betti", **choice}
