"""What holds the repository together: dependencies in three places, the citation."""

import re
import tomllib

import yaml

from tests.conftest import ROOT
from topodnn import __version__

CONDA_NAMES = {"torch": "pytorch", "matplotlib": "matplotlib-base"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIRECT = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.lower().split("==") for line in lines if line and not line.startswith("#"))


def test_environment_yml_has_the_same_direct_dependencies():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    wanted = {re.sub(r"^[\w-]+", lambda m: CONDA_NAMES.get(m[0], m[0]), r) for r in DIRECT}
    wanted |= {f"python{PROJECT['requires-python']}", "pip", "setuptools>=77"}
    *packages, by_pip = environment["dependencies"]
    assert {*packages, *by_pip["pip"]} == wanted


def test_every_direct_dependency_is_pinned_at_a_version_that_is_allowed():
    def numbers(version):
        return tuple(int(part) for part in version.split("."))

    for requirement in DIRECT:
        name, lowest = requirement.split(">=")
        assert numbers(pins()[name.lower()]) >= numbers(lowest), name
    assert pins()["torch"] == "2.13.0"


def test_the_pinned_file_names_versions_only():
    assert all(re.fullmatch(r"[\w.]+", version) for version in pins().values())


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"] == __version__


def test_every_direct_dependency_has_its_reason_in_the_readme():
    rows = (ROOT / "README.md").read_text(encoding="utf-8").split("## Dependencies")[1]
    named = set(re.findall(r"[\w-]+", " ".join(re.findall(r"^\| ([^|]+) \|", rows, re.MULTILINE))))
    assert {requirement.split(">=")[0] for requirement in DIRECT} <= named
