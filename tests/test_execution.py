"""The plans of every configuration, and the profiles: their reasons, and what they ask for."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

from tests.workflow import ROOT, TINY, snakemake

NEUTRAL = {"config", "errors", "files", "progress"}  # formats, logs and settings decide no result
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


@pytest.mark.parametrize("name", ["notebook", "paper", "protocols"])  # others are run in tests
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


def test_every_rule_is_in_a_group_on_slurm_but_those_that_make_networks():
    alone = {"train", "read_weights"}
    assert set(entries("slurm")["groups"]) == rules() - local_rules() - alone
    assert set(entries("slurm")["group-components"]) < set(entries("slurm")["groups"].values())


def test_a_dry_run_for_slurm_says_what_each_job_asks_for():
    """Without a Slurm: only the executor must be there."""
    options = ["--dry-run", "--forceall", "--profile", "profiles/slurm", "--config", "device=cuda"]
    run = snakemake(ROOT, *TINY, *options)
    assert run.returncode == 0, run.stdout
    jobs = re.findall(r"^ *rule (\w+):.*?resources: ([^\n]*)", run.stdout, re.DOTALL | re.MULTILINE)
    asked = [(rule, dict(re.findall(r"(\w+)=(\d+)", resources))) for rule, resources in jobs]
    assert {rule for rule, _ in asked} > {"train", "compute_homology", "build_article"}
    memory = {}
    for rule, resources in asked:
        assert int(resources["mem_mb"]) >= 1000, rule
        assert int(resources["runtime"]) >= 10, rule
        assert int(resources.get("gpu", 0)) == (rule == "train"), rule
        memory.setdefault(rule, set()).add(int(resources["mem_mb"]))
    for rule in ("generate_data", "extract_activations", "compute_homology"):
        assert len(memory[rule]) == 2, rule  # two data sets
    assert memory["build_article"] == {1500}


@pytest.mark.parametrize("profile", ["kubernetes", "cluster-generic"])
def test_examples_say_what_to_install_and_what_was_tried(profile):
    assert f"snakemake-executor-plugin-{profile}" in text_of(profile)
    assert re.search(r"[Tt]ried", text_of(profile))


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("sedes=3", "Unknown key 'sedes' in the configuration (did you mean 'seeds'?)"),
        ("seeds=0", "seeds is 0, but must be at least 1."),
        ("activations=[reluu]", "activation is 'reluu', but must be one of"),
        ("device=gpu", "device is 'gpu', but must be of the form"),
    ],
)
def test_bad_input_ends_with_one_sentence_and_no_traceback(option, text):
    run = snakemake(ROOT, "--dry-run", *TINY, "--config", option)
    assert run.returncode != 0
    assert text in run.stdout
    assert "Traceback" not in run.stdout


def test_each_rule_depends_on_the_modules_that_its_script_uses(tmp_path):
    """Otherwise a changed module would leave stale results behind."""
    rules = re.split(r"^rule ", (ROOT / "Snakefile").read_text(), flags=re.MULTILINE)[1:]
    checked = 0
    for rule in rules:
        script = re.search(r'"(scripts/\w+\.py)"', rule)
        if not script:
            continue
        modules = re.search(r"module=(\[.*?\])", rule, re.DOTALL)
        declared = set(json.loads(re.sub(r",\s*\]", "]", modules.group(1))) if modules else [])
        used = imported_modules(ROOT / script.group(1)) - NEUTRAL
        assert used <= declared, f"{script.group(1)} uses {used - declared}"
        checked += 1
    assert checked == len(list((ROOT / "scripts").glob("[a-z]*.py")))


def imported_modules(path: Path) -> set[str]:
    """Modules of topodnn that a file imports, directly or through one another."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("topodnn."):
            module = node.module.removeprefix("topodnn.")
            found.add(module)
            if module not in NEUTRAL:
                found |= imported_modules(ROOT / f"topodnn/{module}.py")
    return found
