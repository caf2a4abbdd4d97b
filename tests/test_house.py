"""What holds the package together: its public names, its rooms, the arrows between them."""

import ast
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import topodnn
from tests.running import ROOT, copy_of_the_package, run_python

PACKAGES = sorted(path.parent for path in (ROOT / "topodnn").rglob("__init__.py"))
ROOMS = PACKAGES[1:]
PUBLIC = [
    "profile",
    "plot_profile",
    "betti_numbers",
    "persistence_diagrams",
    "persistent_betti_numbers",
    "scale_barcode",
    "networks.load",
    "datasets.entangled_tori",
    "read_points",
]
LONGEST = 350


def dotted(package: Path) -> str:
    return ".".join(package.relative_to(ROOT).parts)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_works_when_only_the_package_is_imported(name):
    """And brings what draws only where it draws."""
    run_python(
        f"import sys, topodnn; assert callable(topodnn.{name}), topodnn.{name}; "
        f"assert ('matplotlib' in sys.modules) == {name == 'plot_profile'}",
        ROOT,
    )


def test_a_name_that_is_not_there_is_named():
    with pytest.raises(AttributeError, match="No topodnn attribute profil"):
        _ = topodnn.profil
    assert vars(topodnn).get("profile", topodnn.profile) is topodnn.profile


def test_the_package_lists_its_public_names():
    run_python(
        "import topodnn\n"
        f"missing = { ({name.split('.')[0] for name in PUBLIC})!r} - set(dir(topodnn))\n"
        "assert not missing, missing",
        ROOT,
    )


def test_importing_the_package_imports_no_library_that_takes_long():
    run_python(
        "import sys, topodnn\n"
        "found = {'matplotlib', 'numba', 'pandas', 'torch'} & set(sys.modules)\n"
        "assert not found, found",
        ROOT,
    )


@pytest.mark.parametrize("package", PACKAGES, ids=dotted)
def test_every_name_that_a_package_offers_is_there(package):
    module = import_module(dotted(package))
    for name in getattr(module, "__all__", []):
        assert getattr(module, name) is not None, name


def is_allowed(node: ast.stmt) -> bool:
    """Whether a statement of an __init__.py decides no result."""
    match node:
        case ast.Import(names=[ast.alias(name="lazy_loader")]):
            return True
        case ast.Assign(targets=[ast.Name(id="__version__")], value=ast.Constant()):
            return True
        case ast.Assign(
            targets=[ast.Tuple(elts=[*names])],
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id="lazy_loader"), attr="attach"),
                args=[ast.Name(id="__name__")],
                keywords=keywords,
            ),
        ):
            for keyword in keywords:
                ast.literal_eval(keyword.value)
            return [ast.unparse(name) for name in names] == ["__getattr__", "__dir__", "__all__"]
    return False


@pytest.mark.parametrize("package", PACKAGES, ids=dotted)
def test_an_init_only_says_what_the_package_is_and_what_it_offers(package):
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert [ast.unparse(node) for node in tree.body[1:] if not is_allowed(node)] == []


@pytest.mark.parametrize("room", ROOMS, ids=dotted)
def test_every_room_says_what_goes_in_and_what_comes_out(room):
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    assert "\nIn: " in text
    assert "\nOut: " in text


def test_no_file_is_longer_than_what_is_read_at_once():
    paths = [path for folder in ("topodnn", "scripts") for path in (ROOT / folder).rglob("*.py")]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in paths
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_an_import_that_goes_backwards_is_found_and_named(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = copy_of_the_package(tmp_path)
    lint = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    options = {"cwd": tmp_path, "capture_output": True, "text": True}
    run = subprocess.run(lint, **options)
    assert run.returncode == 0, run.stdout + run.stderr
    with (package / "homology/graph.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef backwards():\n    import topodnn.figures.style\n")
    run = subprocess.run(lint, **options)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "topodnn.homology.graph -> topodnn.figures.style" in run.stdout
