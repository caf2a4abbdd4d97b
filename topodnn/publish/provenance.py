"""What made a set of results: configuration, versions of the packages, git commit, machine.

It is recorded for each stage when its results are made: the figures of kept results are drawn by
later code than that by which their networks were trained.
"""

import platform
import re
import subprocess
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
NO_CODE = ("results", "docs", "tests", "benchmarks")  # what stands there decides no result


def package_versions() -> dict[str, str]:
    """Version of this package, and installed version of each of its direct dependencies."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = (re.split(r"[^A-Za-z0-9._-]", r)[0] for r in project["dependencies"])
    return {"topodnn": project["version"]} | {
        name: metadata.version(name) for name in sorted(names)
    }


def git_commit() -> str:
    """Commit of the source, marked ``-dirty`` if code has changed; ``unknown`` without git."""
    code = [".", *(f":(exclude){folder}" for folder in NO_CODE)]
    try:
        commit = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", *code)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit}-dirty" if changed else commit


def _git(*arguments: str) -> str:
    command = ["git", "--no-optional-locks", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def describe_stage(config: dict[str, Any]) -> dict[str, Any]:
    """All that is recorded when the results of a stage are there, for :func:`write_provenance`."""
    return {
        "recorded": datetime.now(UTC).isoformat(timespec="seconds"),
        "git_commit": git_commit(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "packages": package_versions(),
        "config": config,
    }


def join_stages(stages: Mapping[str, Mapping], config: Mapping[str, Any]) -> dict[str, Any]:
    """The provenance of a run from what :func:`describe_stage` recorded of its stages.

    Parameters
    ----------
    stages : mapping
        Name → description, in the order of the stages.
    config : mapping
        The resolved configuration; of kept results, only the keys that are read after the homology.

    Returns
    -------
    dict
        recorded and git_commit by stage; python, machine and packages of the first stage, and as
        other_versions what differs in another; config, completed by that of the homology.
    """
    first = next(iter(stages.values()))
    others = {name: _other_versions(stage, first) for name, stage in stages.items()}
    others = {name: versions for name, versions in others.items() if versions}
    computed = stages.get("homology", first)
    return {
        "recorded": {name: stage["recorded"] for name, stage in stages.items()},
        "git_commit": {name: stage["git_commit"] for name, stage in stages.items()},
        **{key: first[key] for key in ("python", "machine", "packages")},
        **({"other_versions": others} if others else {}),
        "config": {**computed["config"], **config},
    }


def _other_versions(stage: Mapping[str, Any], first: Mapping[str, Any]) -> dict[str, str]:
    """Those of Python, machine and packages that differ from those of another stage."""
    here, there = (
        {"python": one["python"], "machine": one["machine"], **one["packages"]}
        for one in (stage, first)
    )
    return {name: version for name, version in here.items() if version != there.get(name)}


def commits_text(commits: Mapping[str, str]) -> str:
    """The commits of the stages in words, each once; without the stages if all have the same."""
    stages: dict[str, list[str]] = {}
    for stage, commit in commits.items():
        stages.setdefault(commit, []).append(stage)
    if len(stages) == 1:
        return next(iter(stages))
    return ", ".join(f"{commit} ({', '.join(names)})" for commit, names in stages.items())


def write_provenance(path: str | Path, description: dict[str, Any]) -> None:
    """Write the description in YAML."""
    text = yaml.safe_dump(description, sort_keys=False, allow_unicode=True)
    Path(path).write_text(text, encoding="utf-8")
