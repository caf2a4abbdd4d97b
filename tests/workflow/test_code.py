"""The fingerprint of the code of a rule: what changes it, what does not, what it follows."""

import importlib
import re
import shutil
from pathlib import Path

import pytest

from tests.running import ROOT
from topodnn.workflow import code
from topodnn.workflow.code import fingerprint, modules_of, own_fingerprint

SCRIPTS = sorted(path.name for path in ROOT.glob("scripts/[a-z]*.py"))
HOMOLOGY = {"choose_scale.py", "compute_homology.py", "compute_persistence.py"}
DRAWINGS = {name for name in SCRIPTS if name.startswith("plot_")}


@pytest.fixture
def copy(tmp_path):
    """A function that gives a copy of the code in which some files have another text."""

    def changed(paths: str | list[str], edit) -> Path:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        for package in ("scripts", "topodnn"):
            without = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / package, folder / package, ignore=without)
        for path in [paths] if isinstance(paths, str) else paths:
            text = (folder / path).read_text(encoding="utf-8") if (folder / path).exists() else ""
            new = edit(text)
            assert new != text
            (folder / path).write_text(new, encoding="utf-8")
        return folder

    return changed


def changed_scripts(folder: Path) -> set[str]:
    """The scripts of which the code differs from that of the repository."""
    return {
        name
        for name in SCRIPTS
        if fingerprint(folder / "scripts" / name, folder)
        != fingerprint(ROOT / "scripts" / name, ROOT)
    }


def replaced(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: f"# Copyright\n\n{text}",
        replaced('"""', '"""In other words: '),
        replaced("import numpy as np\n", "import numpy as np  # arrays\n\n\n"),
        lambda text: re.sub(r'"""(?=\w)', '"""That is: ', text),
    ],
    ids=["comment", "docstring of the module", "comment and empty lines", "all docstrings"],
)
def test_comments_docstrings_and_empty_lines_do_not_count(copy, edit):
    paths = ["topodnn/homology/collapse.py", "topodnn/networks/trials.py"]
    assert changed_scripts(copy(paths, edit)) == set()


def test_a_text_that_is_no_docstring_counts(copy):
    folder = copy("topodnn/networks/trials.py", lambda text: text + '\nNAME = """trials"""\n')
    assert changed_scripts(folder) == {"train.py"}


def test_a_number_of_the_collapse_counts_where_homology_is_computed_and_not_in_training(copy):
    found = changed_scripts(copy("topodnn/homology/links.py", replaced("= 128", "= 129")))
    assert found >= HOMOLOGY
    assert not {"train.py", "generate_data.py", "extract_activations.py", "judge_claims.py"} & found


@pytest.mark.parametrize("module", ["log", "errors"])
def test_what_a_job_says_decides_no_result(copy, module):
    folder = copy(f"topodnn/{module}.py", lambda text: text + "\nTEXT = 'said otherwise'\n")
    assert changed_scripts(folder) == set()


def test_a_reader_of_files_does_not_count_where_points_are_drawn(copy):
    edit = replaced('POINT, LABEL = "vector/point"', 'POINT, LABEL = "vector/points"')
    assert changed_scripts(copy("topodnn/datasets/tfrecords.py", edit)) == {"read_data.py"}


def test_the_files_of_networks_and_of_their_points_count_apart(copy):
    networks = changed_scripts(
        copy("topodnn/networks/files.py", lambda text: text + "\nMORE = 1\n")
    )
    points = changed_scripts(copy("topodnn/networks/points.py", lambda text: text + "\nMORE = 1\n"))
    assert "compute_homology.py" in points - networks
    assert "train.py" in networks - points


def test_a_colour_counts_where_figures_are_drawn_only(copy):
    found = changed_scripts(copy("topodnn/figures/style.py", replaced("#D55E00", "#D55E01")))
    assert found == DRAWINGS | {"build_explorer.py"}


def test_the_table_of_protocols_does_not_count_in_training(copy):
    """What a network is trained with is a parameter of its job, already resolved."""
    edit = replaced('"epochs": 80', '"epochs": 81')
    assert changed_scripts(copy("topodnn/networks/protocols.py", edit)) == {"build_article.py"}


@pytest.mark.parametrize(
    "line",
    [
        "from topodnn.networks.extra import NUMBER",
        "from topodnn.networks import extra",
        "import topodnn.networks.extra as extra",
        "def later():\n    from topodnn.networks import extra as other",
    ],
)
def test_a_new_import_is_followed_wherever_it_stands(copy, line):
    folders = [copy("topodnn/networks/trials.py", lambda text: f"{text}\n{line}\n") for _ in "ab"]
    for number, folder in enumerate(folders):
        (folder / "topodnn/networks/extra.py").write_text(f"NUMBER = {number}\n", encoding="utf-8")
    first, second = (fingerprint(folder / "scripts/train.py", folder) for folder in folders)
    assert first != second


def test_the_place_of_the_repository_does_not_count(copy):
    folder = copy("topodnn/errors.py", lambda text: text + "# the same\n")
    assert changed_scripts(folder) == set()


def test_every_script_is_found_with_all_that_it_uses():
    names = [
        path.relative_to(ROOT).as_posix() for path in modules_of(ROOT / "scripts/train.py", ROOT)
    ]
    assert "topodnn/networks/training.py" in names
    assert "topodnn/networks/checkpoints.py" in names
    assert "topodnn/datasets/files.py" in names
    assert not [name for name in names if "homology" in name or "__init__" in name]
    assert len({fingerprint(ROOT / "scripts" / name, ROOT) for name in SCRIPTS}) == len(SCRIPTS)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("from topodnn.homology import betti_numbers", "topodnn.homology.betti_numbers"),
        ("from topodnn import profile", "topodnn.profile"),
        ("import topodnn", "topodnn"),
        ("import topodnn.columns", "topodnn.columns"),
        ("from . import files", r"\.\.files"),
        ("import importlib\nimportlib.import_module('topodnn.log')", "importlib.import_module"),
    ],
)
def test_what_cannot_be_followed_is_refused(copy, line, named):
    folder = copy("topodnn/networks/trials.py", lambda text: f"{text}\n{line}\n")
    with pytest.raises(ValueError, match=rf"trials\.py has the import {named}.*, which cannot be"):
        fingerprint(folder / "scripts/train.py", folder)


def test_the_code_of_a_users_activation_counts(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "activations_of_a_user.py"

    def found(text: str) -> str:
        path.write_text(text, encoding="utf-8")
        code._parsed.cache_clear()
        importlib.invalidate_caches()
        return own_fingerprint("activations_of_a_user:Swish")

    first = found("class Swish:\n    factor = 1\n")
    assert len(first) == 64
    assert found("class Swish:\n    # A comment.\n    factor = 1\n") == first
    assert found("class Swish:\n    factor = 2\n") != first
    assert own_fingerprint("relu") == own_fingerprint("Threshold") == ""
