"""Nothing runs that should not: no pickle, no program in a file, no path outside of the results."""

import ast
import copy
import os
import pickle
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.running import ROOT
from tests.test_bad_input import base, place
from topodnn.datasets.files import read_data
from topodnn.datasets.readers import read_points
from topodnn.errors import InputError
from topodnn.figures.clouds import read_cloud
from topodnn.homology.files import read_scale
from topodnn.networks.files import read_networks
from topodnn.networks.points import Activations
from topodnn.networks.state_dicts import linear_layers
from topodnn.tables import read_job_table, read_parquet
from topodnn.workflow import outputs
from topodnn.workflow.config import resolve
from topodnn.workflow.plan import BATCH_PATH, Plan

SCHEMA = ROOT / "config/schema.yaml"
CODE = [path for folder in ("topodnn", "scripts") for path in (ROOT / folder).rglob("*.py")]

# Loaders -----------------------------------------------------------------------------------------

WANTED = {  # function → the argument that it must be given
    "np.load": ("allow_pickle", False),
    "numpy.load": ("allow_pickle", False),
    "torch.load": ("weights_only", True),
}
NEVER = re.compile(
    r"(pickle|joblib|marshal|shelve|dill|cloudpickle)\.(load|loads|open|Unpickler)"
    r"|pd\.read_pickle|yaml\.(load|load_all|unsafe_load|full_load)|eval|exec|os\.system|os\.popen"
)


def unsafe_calls(text: str) -> Iterator[str]:
    """Calls that may run what stands in a file."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            given = {one.arg: getattr(one.value, "value", None) for one in node.keywords}
            argument, value = WANTED.get(name, (None, None))
            if NEVER.fullmatch(name) or (argument and given.get(argument) is not value):
                yield f"{name}, line {node.lineno}"
            if given.get("shell"):
                yield f"shell, line {node.lineno}"


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_loader_runs_what_stands_in_a_file(path):
    assert list(unsafe_calls(path.read_text(encoding="utf-8"))) == []


def test_an_unsafe_loader_would_be_found():
    text = (
        "np.load(p)\nnp.load(p, allow_pickle=True)\ntorch.load(p)\npickle.load(f)\nyaml.load(f)\n"
        "run(c, shell=True)\nnp.load(p, allow_pickle=False)\ntorch.load(p, weights_only=True)\n"
    )
    assert [int(found.split()[-1]) for found in unsafe_calls(text)] == [1, 2, 3, 4, 5, 6]


class Malicious:
    """Unpickled, it makes a folder."""

    def __init__(self, marker: Path):
        self.marker = marker

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.marker),)


def numpy_objects(path: Path, evil: Malicious) -> None:
    np.savez(path, X=np.array([evil], dtype=object), y=np.arange(1), points=np.zeros(1))


def lone_array(path: Path, evil: Malicious) -> None:
    with path.open("wb") as file:
        np.save(file, np.array([evil], dtype=object))


def pickled(path: Path, evil: Malicious) -> None:
    path.write_bytes(pickle.dumps(evil, protocol=2))


def yaml_objects(path: Path, evil: Malicious) -> None:
    path.write_text(f"!!python/object/apply:os.mkdir ['{evil.marker}']\n", encoding="utf-8")


MALICIOUS = {
    "points.npz": (numpy_objects, read_points),
    "array.npz": (lone_array, read_points),
    "pickle.npz": (pickled, read_points),
    "data.npz": (numpy_objects, read_data),
    "pickle.csv": (pickled, read_points),
    "pickle.parquet": (pickled, read_points),
    "pickle.tfrecords": (pickled, read_points),
    "network.pt": (lambda path, evil: torch.save({"weight": evil}, path), linear_layers),
    "pickle.pth": (pickled, linear_layers),
    "pickle.safetensors": (pickled, linear_layers),
    "networks.safetensors": (pickled, read_networks),
    "activations.safetensors": (pickled, Activations),
    "scale.yaml": (yaml_objects, read_scale),
    "cloud.npz": (numpy_objects, read_cloud),
    "homology.csv": (pickled, lambda path: read_job_table(path, ["seed"])),
    "pairs.parquet": (pickled, lambda path: read_parquet(path, ["seed"])),
}


@pytest.mark.parametrize("name", MALICIOUS)
def test_a_malicious_file_is_refused_and_runs_nothing(name, tmp_path):
    write, read = MALICIOUS[name]
    path, marker = tmp_path / name, tmp_path / "it ran"
    write(path, Malicious(marker))
    assert not marker.exists(), "writing it must not run it"
    with pytest.raises(InputError) as error:
        read(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    assert not marker.exists()


def test_what_the_malicious_files_hold_would_run(tmp_path):
    marker = tmp_path / "it ran"
    pickle.loads(pickle.dumps(Malicious(marker)))  # noqa: S301
    assert marker.exists()


# Names -------------------------------------------------------------------------------------------

NAMED = ["name", "datasets", "networks", "comparisons", "training.name", "own_activations"]
NAMES = st.one_of(
    st.text(max_size=12),
    st.text("./\\-_ ~$`'\"|;&*?{}%\n\0aZ0", min_size=1, max_size=12),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9_.-]+)?", fullmatch=True),
)


def named(config: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    """The configuration with a name of its own in one place."""
    inside, last = place(config, key)
    if key in ("name", "training.name"):
        inside[last] = name
        return config
    first = {"datasets": "tori", "networks": "4x25", "comparisons": "width"}.get(key, "swish")
    inside[last][name] = inside[last].pop(first)
    for experiment in config["experiments"]:
        if key in experiment:
            experiment[key] = [name if one == first else one for one in experiment[key]]
    if key == "own_activations":
        config["experiments"][0]["activations"] = [name]
    config["claims"]["depth_networks"] = None
    return config


@pytest.mark.parametrize("key", NAMED)
def test_a_plain_name_is_accepted(key):
    name = {"training.name": "mine", "own_activations": "swish_2"}.get(key, "my-name_2")
    assert Plan(resolve(named(copy.deepcopy(BASE), key, name), SCHEMA)).batches


@settings(max_examples=400)
@given(st.sampled_from(NAMED), NAMES)
def test_a_name_that_becomes_a_path_stays_in_the_results(key, name):
    try:
        plan = Plan(resolve(named(copy.deepcopy(BASE), key, name), SCHEMA))
    except InputError:  # most names are refused; by which sentence, test_bad_input.py says
        return
    for path in [*outputs.everything(plan), *plan.paths(f"{plan.results}/networks/{BATCH_PATH}")]:
        parts = PurePosixPath(path).parts
        assert parts[0] == "results", path
        assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", part) for part in parts), path


BASE = base()

# Supply ------------------------------------------------------------------------------------------


def test_actions_of_the_workflow_are_pinned_by_their_full_hash():
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert len(used) >= 8
    for line in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_the_workflow_looks_for_known_flaws_and_for_secrets():
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["audit"]["steps"][-1] == {"run": "make audit"}
    recipe = re.search(r"^audit:\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M)[1]
    assert "pip-audit --requirement requirements.txt" in recipe
    assert "detect-secrets-hook" in recipe
