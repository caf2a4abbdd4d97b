"""The plans of every configuration, and the profiles: their reasons, and what they ask for."""

import re

import pytest
import yaml

from tests.workflow import ROOT, TINY, snakemake

PROFILES = sorted(path.parent.name for path in ROOT.glob("profiles/*/config.yaml"))


def text_of(profile: str) -> str:
    return (ROOT / f"profiles/{profile}/config.yaml").read_text(encoding="utf-8")


def entries(profile: str) -> dict:
    return yaml.safe_load(text_of(profile))


def rules() -> set[str]:
    snakefile = (ROOT / "Snakefile").read_text(encoding="utf-8")
    return set(re.findall(r"^rule (\w+):", snakefile, re.MULTILINE))


def local_rules() -> set[str]:
    snakefile = (ROOT / "Snakefile").read_text(encoding="utf-8")
    return set(re.findall(r"\w+", re.search(r"^localrules:\n((?: +\w+,?\n)+)", snakefile, re.M)[1]))


@pytest.mark.parametrize("name", sorted(path.stem for path in ROOT.glob("config/[!s]*.yaml")))
def test_every_configuration_has_a_plan(name):
    config = ["--configfile", f"config/{name}.yaml"]
    run = snakemake(ROOT, *config, "--dry-run", "--quiet", "rules", "--", "all", "rocrate")
    assert run.returncode == 0, run.stdout
    assert re.search(r"^build_rocrate +1$", run.stdout, re.MULTILINE)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_entry_has_its_reason(profile):
    lines = text_of(profile).splitlines()
    for i, line in enumerate(lines):
        if re.match(r"[a-z-]+:", line):
            assert "#" in line or lines[i - 1].startswith("#"), line


def test_every_rule_is_in_a_group_on_slurm():
    assert set(entries("slurm")["groups"]) == rules() - local_rules()
    assert set(entries("slurm")["group-components"]) < set(entries("slurm")["groups"].values())


def test_a_dry_run_for_slurm_says_what_each_job_asks_for():
    """Without a Slurm: only the executor must be there."""
    options = ["--dry-run", "--forceall", "--profile", "profiles/slurm", "--config", "device=cuda"]
    run = snakemake(ROOT, *TINY, *options)
    assert run.returncode == 0, run.stdout
    jobs = re.findall(r"^ *rule (\w+):.*?resources: ([^\n]*)", run.stdout, re.DOTALL | re.MULTILINE)
    asked = [(rule, dict(re.findall(r"(\w+)=(\d+)", resources))) for rule, resources in jobs]
    assert {rule for rule, _ in asked} > {"train", "compute_homology", "build_article"}
    for rule, resources in asked:
        assert int(resources["mem_mb"]) >= 1000, rule
        assert int(resources["runtime"]) >= 20, rule
        assert int(resources.get("gpu", 0)) == (rule == "train"), rule


@pytest.mark.parametrize("profile", ["kubernetes", "cluster-generic"])
def test_examples_say_what_to_install_and_what_was_tried(profile):
    assert f"snakemake-executor-plugin-{profile}" in text_of(profile)
    assert re.search(r"[Tt]ried", text_of(profile))
