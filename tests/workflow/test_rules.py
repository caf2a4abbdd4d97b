"""What all rules share."""

import pytest

from topodnn.workflow.rules import job_path

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
    ],
)
def test_the_log_of_a_job_has_the_names_of_its_first_output(rule, output, job):
    assert job_path(rule, f"{RESULTS}/{output}", RESULTS) == job


def test_a_rule_without_output_has_a_log_all_the_same():
    assert job_path("plot_scale", "", RESULTS) == "plot_scale"
