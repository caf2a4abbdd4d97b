"""The workflow on a cluster with Slurm: the same results, failures that name their log, restarts.

See CONTRIBUTING.md for how to start a Slurm on one's own machine.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.running import TINY, copy_of_the_repository, results_of, snakemake

# The profile as it is but for what the cluster of one node lacks: accounting, and a slow disk.
SLURM = [
    *("--profile", "profiles/slurm", "--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "5", "--latency-wait", "5"),
]


def slurm_answers() -> bool:
    if not shutil.which("sinfo"):
        return False
    try:
        asked = subprocess.run(["sinfo", "--noheader"], capture_output=True, timeout=10)
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0 and bool(asked.stdout.strip())


pytestmark = [
    pytest.mark.slurm,
    pytest.mark.skipif(
        not slurm_answers(), reason="sinfo does not answer; see CONTRIBUTING.md, Tests with Slurm"
    ),
]


def squeue(run_id: str, form: str) -> list[str]:
    """A line a job of a run, waiting, running or ended."""
    command = ["squeue", "--noheader", "--states=all", "--name", run_id, "--format", form]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[
        :-1
    ]


def submitted(output: str) -> list[str]:
    """Slurm's numbers of the jobs of a run."""
    return re.findall(r"submitted with SLURM jobid (\d+)", output)


def run_id(output: str) -> str:
    """The name of all jobs of a run."""
    return re.search(r"SLURM run ID: (\S+)", output)[1]


def wait_for(condition, process=None, seconds: float = 240):
    """What the condition gives as soon as it is true; a process must not end before."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert process is None or process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, f"waited for {seconds} s"
        time.sleep(0.2)
    return found


def running(form: str = "%i") -> list[str]:
    command = ["squeue", "--me", "--noheader", "--states=RUNNING", "--format", form]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def in_small(folder: Path, **changes) -> list[str]:
    """The options of a run on the discs alone."""
    config = yaml.safe_load((folder / "config/test.yaml").read_text())
    del config["datasets"]["discs"]["all_points"]
    config["datasets"] = {"discs": config["datasets"]["discs"]}
    config["experiments"] = config["experiments"][1:2]
    (folder / "small.yaml").write_text(yaml.safe_dump(config | changes, sort_keys=False))
    return ["--configfile", "small.yaml"]


def test_the_results_are_those_of_a_local_run(finished, tmp_path):
    folder = copy_of_the_repository(tmp_path)
    run = snakemake(folder, *TINY, *SLURM)
    assert run.returncode == 0, run.stdout
    assert len(submitted(run.stdout)) == 13, run.stdout  # points, 5 trainings, 5 times homology, …
    cores = [int(number) for number in squeue(run_id(run.stdout), "%C")]
    assert (len(cores), max(cores)) == (13, 2)  # never more than two rules side by side
    for ours, theirs in zip(results_of(folder), results_of(finished), strict=True):
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    equal = 0
    for ending in ("networks/**/*.safetensors", "figures/**/*.png", "tables/*.csv", "claims/*.csv"):
        for path in (finished / "results/test").glob(ending):
            assert path.read_bytes() == (folder / path.relative_to(finished)).read_bytes(), path
            equal += 1
    assert equal > 25
    assert (folder / "results/test/article.pdf").stat().st_size > 50_000


FAULT = """
import torch

class Fault(torch.nn.Module):
    def forward(self, x):
        if x.numel() > 1000:  # more than the check of the configuration gives it
            raise RuntimeError("a fault for the test")
        return x
"""


def test_a_failing_job_is_reported_with_its_log_and_not_tried_again(tmp_path):
    folder = copy_of_the_repository(tmp_path)
    (folder / "my_module.py").write_text(FAULT)
    experiment = {"datasets": ["discs"], "networks": ["3x15"], "activations": ["relu", "fault"]}
    small = in_small(folder, own_activations={"fault": "my_module:Fault"}, experiments=[experiment])
    kind = "discs/3x15/fast/{}/seeds_0-1"
    wanted = [f"results/test/homology/{kind.format(name)}.csv" for name in ("relu", "fault")]
    run = snakemake(folder, *small, *SLURM, "--", *wanted)
    assert run.returncode != 0
    log = f"results/test/logs/train/{kind.format('fault')}.log"
    assert re.search(rf"rule train:.*?log: {log}", run.stdout, re.DOTALL), run.stdout
    assert "RuntimeError: a fault for the test" in (folder / log).read_text()
    assert "RuntimeError: a fault for the test" in run.stdout  # the log is shown
    slurm_logs = [path.read_text() for path in folder.glob(".snakemake/slurm_logs/**/*.log")]
    again = [text for text in slurm_logs if "not tried again, since it would fail again" in text]
    assert len(slurm_logs) == 3  # of attempts that failed; the others' are gone
    assert len(again) == 2
    assert (folder / wanted[0]).exists()  # what does not need the failed job is done
    assert not (folder / wanted[1]).exists()


def test_a_job_that_is_stopped_is_submitted_again_with_more_memory(tmp_path):
    folder = copy_of_the_repository(tmp_path)
    network = "results/test/networks/discs/3x15/fast/relu/seeds_0-1.safetensors"
    process = snakemake(folder, *in_small(folder), *SLURM, "--", network, wait=False)
    log = folder / "results/test/logs/train"
    wait_for(lambda: list(log.glob("**/*.log")), process)
    (job,) = running()
    subprocess.run(["scancel", job], check=True)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    first, again = submitted(output)[-2:]
    assert first == job
    memory = dict(line.split() for line in squeue(run_id(output), "%i %m"))
    assert 1.9 < megabytes(memory[again]) / megabytes(memory[first]) < 2.1
    assert (folder / network).exists()


def megabytes(text: str) -> float:
    return float(text[:-1]) * {"M": 1, "G": 1024}[text[-1]]


def test_a_killed_run_goes_on_and_ends_with_the_same_results(finished, tmp_path):
    folder = copy_of_the_repository(tmp_path)
    process = snakemake(folder, *TINY, *SLURM, wait=False)
    wait_for(lambda: list(folder.glob("results/test/networks/**/*.safetensors")), process)
    os.killpg(process.pid, signal.SIGKILL)
    output, _ = process.communicate()
    name = run_id(output)
    assert "RUNNING" in squeue(name, "%T")  # Slurm does not know that nobody waits for its jobs
    subprocess.run(["scancel", "--name", name], check=True)
    # A cluster without control groups may lose sight of what a job has started.
    subprocess.run(["pkill", "-KILL", "-f", str(folder)], check=False)
    wait_for(lambda: not running())
    data = folder / "results/test/data/discs.npz"
    before = data.stat().st_mtime_ns
    assert snakemake(folder, *TINY, *SLURM).returncode != 0  # the lock of the killed run
    assert snakemake(folder, *TINY, *SLURM, "--unlock").returncode == 0
    run = snakemake(folder, *TINY, *SLURM)
    assert run.returncode == 0, run.stdout
    assert data.stat().st_mtime_ns == before
    for ours, theirs in zip(results_of(folder), results_of(finished), strict=True):
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


def test_an_interrupt_cancels_the_jobs(tmp_path):
    folder = copy_of_the_repository(tmp_path)
    process = snakemake(folder, *in_small(folder), *SLURM, wait=False)
    wait_for(running, process)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    wait_for(lambda: not running(), seconds=60)
    assert squeue(run_id(output), "%T") == ["CANCELLED"]
