"""What made a set of results, stage by stage."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts import join_provenance, record_provenance
from tests.conftest import ROOT
from topodnn.publish import provenance
from topodnn.publish.provenance import commits_text, git_commit, join_stages

STAGES = ("networks", "homology", "claims", "figures")


def stage(commit: str, **others) -> dict:
    """What is recorded of a stage."""
    return {
        "recorded": f"2026-01-02 at {commit}",
        "git_commit": commit,
        "python": "3.11.7",
        "machine": "Linux x86_64",
        "packages": {"topodnn": "0.1.0", "matplotlib": "3.11"},
        "config": {"name": "tiny", "seeds": 2, "claims": {"alpha": 0.05}},
    } | others


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """A repository of git with a commit of a file of code and of some that are none."""
    for name in ("topodnn/a.py", "results/reference/a.csv", "docs/a.md", "tests/a.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("1\n")
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "-m", "all"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.skipif(not shutil.which("git"), reason="no git here")
def test_a_commit_is_dirty_where_code_has_changed_and_not_where_results_have(repository):
    clean = git_commit()
    assert len(clean) == 40
    for name in ("results/reference/a.csv", "docs/a.md", "tests/a.py"):
        (repository / name).write_text("2\n")
    assert git_commit() == clean
    (repository / "topodnn/a.py").write_text("2\n")
    assert git_commit() == f"{clean}-dirty"


def test_without_git_the_commit_is_unknown(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    assert git_commit() == "unknown"


def test_stages_are_joined_with_a_commit_and_a_time_of_each():
    joined = join_stages({name: stage(name[0]) for name in STAGES}, {"name": "tiny", "seeds": 3})
    assert joined["git_commit"] == {
        "networks": "n", "homology": "h", "claims": "c", "figures": "f",
    }  # fmt: skip
    assert list(joined["recorded"]) == list(STAGES)
    assert joined["python"] == "3.11.7"
    assert joined["packages"]["matplotlib"] == "3.11"
    assert "other_versions" not in joined
    assert joined["config"]["seeds"] == 3


def test_commits_are_named_once_with_their_stages():
    commits = {"networks": "a", "homology": "a", "claims": "b", "figures": "a"}
    assert commits_text(commits) == "a (networks, homology, figures), b (claims)"
    assert commits_text(dict.fromkeys(STAGES, "a")) == "a"


def test_what_a_later_stage_ran_with_is_told_where_it_differs():
    newer = {"topodnn": "0.1.0", "matplotlib": "3.12", "polars": "2.0"}
    stages = {"networks": stage("n"), "figures": stage("f", packages=newer, python="3.13.1")}
    assert join_stages(stages, {})["other_versions"] == {
        "figures": {"python": "3.13.1", "matplotlib": "3.12", "polars": "2.0"}
    }


def test_kept_networks_keep_their_configuration_and_the_claims_have_theirs():
    stages = {name: stage(name) for name in STAGES}
    config = join_stages(stages, {"claims": {"alpha": 0.01}})["config"]
    assert config == {"name": "tiny", "seeds": 2, "claims": {"alpha": 0.01}}


def test_the_scripts_write_what_is_recorded(tmp_path):
    config = {"name": "tiny"}
    paths = [tmp_path / f"{name}.yaml" for name in STAGES]
    for path in paths:
        record_provenance.main(config, path)
    join_provenance.main(paths, tmp_path / "provenance.yaml", config=config)
    joined = yaml.safe_load((tmp_path / "provenance.yaml").read_text(encoding="utf-8"))
    assert list(joined["git_commit"]) == list(STAGES)
    assert set(joined["git_commit"].values()) == {git_commit()}
    assert {"torch", "ripser", "snakemake", "topodnn"} <= set(joined["packages"])
    assert joined["config"] == config


@pytest.mark.parametrize("name", ["paper", "protocols", "data_seeds", "notebook"])
def test_the_kept_results_name_the_commit_of_every_stage(name):
    path = ROOT / f"results/reference/{name}/provenance.yaml"
    kept = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(kept["git_commit"]) <= set(STAGES)
    assert set(kept["recorded"]) == set(kept["git_commit"])
    assert {"networks", "homology"} <= set(kept["git_commit"])
    assert kept["config"]["name"] == name
