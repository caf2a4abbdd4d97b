"""What all rules of the workflow share, said once: log, environment, run time, code."""

import os
import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError
from snakemake.io import strip_wildcard_constraints

from topodnn.publish.report import place
from topodnn.workflow.code import fingerprint, modules_of, own_fingerprint
from topodnn.workflow.outputs import in_report, titles
from topodnn.workflow.plan import Plan

ACTIVATIONS = "topodnn/networks/activations.py"


def complete_rules(
    rules: Iterable[Any],
    *,
    root: Path,
    results: str,
    measured: Collection[str],
    function: Callable[[Any], str],
) -> None:
    """Give every rule that has a script what it does not say itself.

    The log is ``logs/RULE/JOB.log`` below the results; time and memory of the jobs that `measured`
    names by their rules are in ``benchmarks/RULE/JOB.tsv``. A parameter is the fingerprint of the
    code, so that a job whose code has changed is run again.

    Parameters
    ----------
    rules : iterable of snakemake.rules.Rule
        Of ``workflow.rules``. The script of a rule has its name.
    root : Path
        The folder of the Snakefile.
    results : str
        The folder of the results.
    measured : collection of str
        Names of rules.
    function : callable
        Gives the function that is the activation of a job, from its wildcards.
    """
    for rule in rules:
        if rule.norun:
            continue
        script = root / f"scripts/{rule.name}.py"
        if not rule.script or not script.is_file():
            raise WorkflowError(f"rule {rule.name} must have the script scripts/{rule.name}.py")
        job = job_path(rule.name, next(iter(rule.output), ""), results)
        rule.log_modifier = rule.benchmark_modifier = rule.output_modifier  # as Snakemake sets them
        rule.set_log(f"{results}/logs/{job}.log")
        if rule.name in measured:
            rule.benchmark = f"{results}/benchmarks/{job}.tsv"
        rule.conda_env = str(root / "environment.yml")
        if "code" not in dict(rule.params.items()):
            rule.set_params(code_of(script, root, function))


def code_of(script: Path, root: Path, function: Callable[[Any], str]) -> Callable[[Any], str]:
    """The fingerprint of a script as a parameter of a rule, made only for the jobs that are run.

    The module of a user's activation, which `function` names for the wildcards of a job, counts
    where the script makes activations.
    """

    def code(wildcards: Any) -> str:
        makes = root / ACTIVATIONS in modules_of(script, root) and hasattr(wildcards, "activation")
        own = own_fingerprint(function(wildcards)) if makes else ""
        return fingerprint(script, root) + own

    return code


def one_of(names: Iterable[str]) -> str:
    """A pattern for a wildcard: one of the names, or nothing where there is none."""
    return "|".join(map(re.escape, names)) or "(?!)"


def source_path(root: Path, name: str) -> str:
    """A file of the repository by its path from the working directory, as Snakemake wants it."""
    return os.path.relpath(root / name)


def job_path(rule: str, output: str, results: str) -> str:
    """The path of the log of a job, by its first output if any; with names in braces, as there.

    Such as ``train/{dataset}/seeds_{first}`` of the rule train with the output
    ``results/mine/networks/{dataset}/seeds_{first}.safetensors``.
    """
    path = strip_wildcard_constraints(output)
    path = path.rpartition(f"{results}/")[2]  # a storage has put its own folders before it
    if "{" not in path:
        return rule
    folder, slash, rest = path.partition("/")
    job = rest if slash and "{" not in folder else path
    return f"{rule}/" + re.sub(r"(\.[a-z]+)+$", "", job)


def reported(paths: Iterable[str], plan: Plan, report: Callable) -> list[Any]:
    """Outputs of a rule, those that the report shows marked with Snakemake's `report`."""
    prefix = f"{plan.results}/"
    return [
        report(path, **place(path.removeprefix(prefix), titles(plan)))
        if in_report(plan, path)
        else path
        for path in paths
    ]
