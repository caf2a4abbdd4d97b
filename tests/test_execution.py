"""The plans of every configuration, and the profiles: their reasons, and what they ask for."""

import re

import pytest
import yaml

from tests.running import ROOT, TINY, snakemake

PROFILES = sorted(path.parent.name for path in ROOT.glob("profiles/*/config.yaml"))


def text_of(profile: str) -> str:
    return (ROOT / f"profiles/{profile}/config.yaml").read_text(encoding="utf-8")


def entries(profile: str) -> dict:
    return yaml.safe_load(text_of(profile))


def rules() -> set[str]:
    """The rules that have a script."""
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("rules/*.smk")]
    return set(re.findall(r"^rule (\w+):", "\n".join(texts), re.MULTILINE))


def local_rules() -> set[str]:
    snakefile = (ROOT / "Snakefile").read_text(encoding="utf-8")
    return set(re.findall(r"\w+", re.search(r"^localrules:\n((?: +\w+,?\n)+)", snakefile, re.M)[1]))


def test_every_rule_has_a_script_of_its_name_and_every_script_a_rule():
    texts = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("rules/*.smk"))
    named = re.findall(
        r"^rule (\w+):(?:\n(?: .*)?)*?\n        \"../scripts/(\w+).py\"", texts, re.M
    )
    assert {rule for rule, script in named if rule == script} == rules()
    assert {path.stem for path in ROOT.glob("scripts/[a-z]*.py")} == rules()


def test_a_newcomer_reads_the_rules_in_one_sitting():
    assert len((ROOT / "Snakefile").read_text(encoding="utf-8").splitlines()) <= 120
    for path in ROOT.glob("rules/*.smk"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 300, path
        assert not re.search(r"^    (log|benchmark|conda|threads):", text, re.M), path


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
def test_examples_say_what_to_install_and_where_it_is_said_what_is_tested(profile):
    assert f"snakemake-executor-plugin-{profile}" in text_of(profile)
    assert "docs/tested.md" in text_of(profile)
    assert f"`profiles/{profile}`" in (ROOT / "docs/tested.md").read_text(encoding="utf-8")


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
