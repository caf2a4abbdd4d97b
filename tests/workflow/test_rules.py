"""What all rules share."""

import re

import pytest
from snakemake.exceptions import WorkflowError

from tests.running import ROOT
from topodnn.workflow.rules import complete_rules, job_path, one_of

RESULTS = "results/mine/first"


@pytest.mark.parametrize(
    ("rule", "output", "job"),
    [
        ("generate_data", "data/{dataset}.npz", "generate_data/{dataset}"),
        ("choose_scale", "scale/{dataset}/{sample}.csv", "choose_scale/{dataset}/{sample}"),
        ("compute_homology", "{sample}/{dataset}.csv", "compute_homology/{sample}/{dataset}"),
        (
            "train",
            r"networks/{dataset}/seeds_{first,\d+}.trials.csv",
            "train/{dataset}/seeds_{first}",
        ),
        ("write_events", "tensorboard/{dataset}/{network}", "write_events/{dataset}/{network}"),
        ("aggregate", "betti_numbers{of}.csv", "aggregate/betti_numbers{of}"),
        ("collect_trials", "trials.csv", "collect_trials"),
        (
            "train",
            f".snakemake/storage/s3/bucket/{RESULTS}/networks/{{dataset}}.safetensors",
            "train/{dataset}",
        ),
    ],
)
def test_the_log_of_a_job_has_the_names_of_its_first_output(rule, output, job):
    path = output if RESULTS in output else f"{RESULTS}/{output}"
    assert job_path(rule, path, RESULTS) == job


def test_a_rule_without_output_has_a_log_all_the_same():
    assert job_path("plot_scale", "", RESULTS) == "plot_scale"


def test_a_pattern_of_names_fits_these_and_nothing_else():
    assert re.fullmatch(one_of(["D-I", "a.b"]), "D-I")
    assert not re.fullmatch(one_of(["D-I", "a.b"]), "aXb")
    assert not re.fullmatch(one_of([]), "")


class Rule:
    """As much of a rule of Snakemake as stands there before it is completed."""

    def __init__(self, name: str, script: str | None):
        self.name, self.script, self.norun = name, script, False


@pytest.mark.parametrize(("name", "script"), [("train", None), ("guess", "scripts/guess.py")])
def test_a_rule_without_the_script_of_its_name_is_refused(name, script):
    with pytest.raises(WorkflowError, match=f"rule {name} must have the script scripts/{name}.py"):
        complete_rules([Rule(name, script)], root=ROOT, results=RESULTS, measured=[], function=str)
