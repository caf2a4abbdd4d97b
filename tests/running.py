"""Copies of the repository and the package, and how they are run: by snakemake, by Python."""

import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
TINY = ["--configfile", "config/test.yaml"]
# Its processes begin with snakemake imported, which takes longer than most of what it then does.
WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(["snakemake.cli", "snakemake_executor_plugin_slurm", __name__])


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
        command, cwd=folder, env=environment, start_new_session=True, preexec_fn=heed_interrupts,
        **pipes,
    )  # fmt: skip
    if not wait:
        return process
    output, _ = process.communicate(timeout=600)
    return subprocess.CompletedProcess(command, process.returncode, output)


def heed_interrupts() -> None:
    """End at SIGINT, which a shell has its background jobs ignore, and these what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def forked_snakemake(folder: Path, *options: str) -> subprocess.CompletedProcess:
    """Like :func:`snakemake`, in a process that has it imported already: the jobs have not."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as output:
        process = WARM.Process(target=_snakemake, args=(folder, options, output.name))
        process.start()
        process.join()
        return subprocess.CompletedProcess(options, process.exitcode, output.read())


def _snakemake(folder: Path, options: tuple[str, ...], output: str) -> None:
    from snakemake.cli import main

    with open(output, "w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(folder)
    os.environ |= {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "2"}
    sys.path.insert(0, str(folder))
    main(["--cores", "2", *options])


def dry_run(folder: Path, *options: str) -> subprocess.CompletedProcess:
    """What `snakemake --dry-run` says there, with the package and the scripts of that folder."""
    return forked_snakemake(folder, "--dry-run", *options)


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
    run = dry_run(folder, "--quiet", "rules", *options)
    assert run.returncode == 0, run.stdout
    table = re.findall(r"^(\w+) +(\d+)$", run.stdout, flags=re.MULTILINE)
    return {rule: int(number) for rule, number in table if rule not in ("total", "all")}


def results_of(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The Betti numbers and the trials of the tiny configuration, without times."""
    results = folder / "results/test"
    table, trials = (
        pd.read_csv(results / f"{name}.csv").drop(columns="crc32")
        for name in ("betti_numbers", "trials")
    )
    return table, trials.drop(columns="seconds")
