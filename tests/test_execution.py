"""The plans of every configuration, and the profiles: their reasons, and what they ask for."""

import re

import pytest
import torch
import yaml

from tests.running import ROOT, TINY, dry_run, forked_snakemake, planned_jobs

PROFILES = sorted(path.parent.name for path in ROOT.glob("profiles/*/config.yaml"))

ONCE = (  # rules that have one job in every configuration
    "build_article", "build_explorer", "build_report_tables", "build_rocrate", "collect_benchmarks",
    "collect_trials", "count_trials", "join_provenance", "judge_claims", "make_tables",
    "measure_weights", "plot_data", "plot_well_trained", "rocrate",
)  # fmt: skip
STAGES = 4  # whose provenance is recorded
JOBS = {  # configuration → rule → number of its jobs; the rules of ONCE are left out
    "paper": {
        "generate_data": 4,
        "choose_scale": 6,  # 4 data sets, and all points of 2
        "train": 40,  # kinds of network
        "extract_activations": 40,
        "compute_homology": 62,  # 40 kinds, and all points of the 22 on D-II and D-III
        "aggregate": 2,  # a sample, and all points
        "project_layers": 4,
        "compute_barcode": 4,  # of the same networks
        "compare_samples": 1,
        "compare_scales": 1,
        "plot_comparisons": 1,
        "plot_layers": 1,
        "plot_barcode": 1,
        "plot_panels": 1,
        "plot_samples": 1,
        "plot_scale": 1,
    },
    "notebook": {
        "generate_data": 1,
        "draw_batch": 1,
        "train": 8,  # 2 networks with 4 activations
        "extract_activations": 8,
        "compute_homology": 8,
        "aggregate": 1,
        "compute_persistence": 8,
        "write_events": 8,
        "collect_persistence": 1,
        "plot_panels": 1,
        "plot_persistence": 1,
        "write_finding": 1,
        "write_images": 1,
    },
    "protocols": {
        "generate_data": 2,
        "choose_scale": 2,
        "train": 22,  # 2 protocols with 9 batches of seeds on D-I and 2 on D-II
        "extract_activations": 22,
        "compute_homology": 22,
        "aggregate": 1,
        "compare_protocols": 1,
        "plot_protocols": 1,
        "plot_scale": 1,
    },
    "data_seeds": {
        "generate_data": 10,
        "train": 20,  # 2 activations on each
        "extract_activations": 20,
        "compute_homology": 20,
        "aggregate": 1,
        "compare_data_seeds": 1,
    },
    "robustness": {
        "generate_data": 6,
        "choose_scale": 33,  # 6 data sets, and 2 ε, 2 strides and 5 samples of 3
        "train": 19,  # 3 kinds on each data set, 2 on each other cloud, 4 for claim 3
        "extract_activations": 19,
        "compute_homology": 19,
        "vary_homology": 130,  # 10 complexes of 13 kinds
        "aggregate": 1,
        "collect_variations": 1,
        "compare_data_seeds": 1,
        "judge_robustness": 1,
        "plot_robustness": 1,
        "plot_scale": 1,
    },
    "activations": {
        "generate_data": 2,
        "choose_scale": 2,
        "train": 30,  # 10 kinds, and 5 that learn nothing, on each
        "extract_activations": 30,
        "compute_homology": 30,
        "aggregate": 1,
        "compare_activations": 1,
        "compare_protocols": 1,
        "plot_panels": 1,
        "plot_protocols": 1,
        "plot_scale": 1,
        "plot_speed": 1,
    },
    "original_k": {
        "generate_data": 3,
        "train": 6,  # 2 activations on each
        "extract_activations": 6,
        "compute_homology": 6,
        "aggregate": 1,
        "plot_panels": 1,
    },
}


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


@pytest.mark.parametrize("name", JOBS)  # the other configurations are run in tests
def test_every_configuration_has_a_plan(name):
    config = ["--configfile", f"config/{name}.yaml", "--config", "name=x"]
    jobs = planned_jobs(ROOT, *config, "--forceall", "--", "all", "rocrate")
    assert jobs == dict.fromkeys(ONCE, 1) | {"record_provenance": STAGES} | JOBS[name]


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
    options = ["--forceall", "--profile", "profiles/slurm", "--config", "device=cuda"]
    run = dry_run(ROOT, *TINY, *options)
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
    of_each = {"generate_data": 2, "extract_activations": 3, "compute_homology": 3}
    assert {rule: len(memory[rule]) for rule in of_each} == of_each  # one for each data set
    assert memory["build_article"] == {1500}


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device")
def test_a_device_that_is_not_there_is_said_in_the_plan_and_ends_a_run_before_its_first_job():
    network = "results/nowhere/networks/discs/3x15/fast/relu/seeds_0-1.safetensors"
    options = [*TINY, "--config", "device=cuda", "name=nowhere", "--", network]
    sentence = "device is 'cuda', but this machine does not have it; use auto"
    plan = dry_run(ROOT, *options)
    assert plan.returncode == 0, plan.stdout
    assert f"Warning: {sentence}" in plan.stdout
    run = forked_snakemake(ROOT, *options)
    assert run.returncode != 0
    assert f"Error: {sentence}" in run.stdout
    assert "rule generate_data" not in run.stdout
    assert "Traceback" not in run.stdout
    assert not (ROOT / "results/nowhere").exists()
    submitted = dry_run(ROOT, *options[:5], "--profile", "profiles/slurm", "--", network)
    assert submitted.returncode == 0, submitted.stdout
    assert sentence not in submitted.stdout


@pytest.mark.parametrize("profile", ["kubernetes", "cluster-generic"])
def test_examples_say_what_to_install_and_where_it_is_said_what_is_tested(profile):
    assert f"snakemake-executor-plugin-{profile}" in text_of(profile)
    assert "docs/tested.md" in text_of(profile)
    assert f"`profiles/{profile}`" in (ROOT / "docs/tested.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("sedes=3", "Unknown key 'sedes' in the configuration (did you mean 'seeds'?)"),
        ("activations=[reluu]", "activation is 'reluu', but must be one of"),
    ],
)
def test_bad_input_ends_with_one_sentence_and_no_traceback(option, text):
    run = dry_run(ROOT, *TINY, "--config", option)
    assert run.returncode != 0
    assert text in run.stdout
    assert "Traceback" not in run.stdout
