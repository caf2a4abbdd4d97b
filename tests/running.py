"""Copies of the repository and the package, and how they are run: by snakemake, by Python."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
TINY = ["--configfile", "config/test.yaml"]


def copy_of_the_repository(folder: Path) -> Path:
    """What a run of the workflow needs, in a folder of its own."""
    for name in (
        "Snakefile",
        "config",
        "environment.yml",
        "paper",
        "profiles",
        "pyproject.toml",
        "report",
        "rules",
        "scripts",
        "topodnn",
    ):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)  # with what Numba has compiled
        else:
            shutil.copy(source, folder / name)
    return folder


def snakemake(folder: Path, *options: str, wait: bool = True):
    """Run snakemake there: the finished process with its output, or the process that has begun."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *options]
    environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "2"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True, **pipes
    )
    if not wait:
        return process
    output, _ = process.communicate(timeout=600)
    return subprocess.CompletedProcess(command, process.returncode, output)


def copy_of_the_package(folder: Path) -> Path:
    """The package in another folder, without what Numba has compiled."""
    without = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(ROOT / "topodnn", folder / "topodnn", ignore=without)


def run_python(code: str, folder: Path, **variables: str) -> None:
    """Run code in a Python of its own with the package that lies in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), **variables}
    process = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=folder, capture_output=True
    )
    assert process.returncode == 0, process.stderr.decode()


def planned_jobs(folder: Path, *options: str) -> dict[str, int]:
    """Rule → number of jobs that a dry run announces."""
    run = snakemake(folder, "--dry-run", "--quiet", "rules", *options)
    assert run.returncode == 0, run.stdout
    table = re.findall(r"^(\w+) +(\d+)$", run.stdout, flags=re.MULTILINE)
    return {rule: int(number) for rule, number in table if rule not in ("total", "all")}


def results_of(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The Betti numbers and the trials of the tiny configuration, without times."""
    results = folder / "results/test"
    trials = pd.read_csv(results / "trials.csv").drop(columns="seconds")
    return pd.read_csv(results / "betti_numbers.csv"), trials
