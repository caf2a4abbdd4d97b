"""What made a set of results: configuration, versions of the packages, git commit, machine."""

import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml


def package_versions() -> dict[str, str]:
    """Installed version of this package and of each of its direct dependencies."""
    requirements = [r for r in metadata.requires("topodnn") or [] if "extra ==" not in r]
    names = sorted(re.match(r"[A-Za-z0-9._-]+", r).group() for r in requirements)
    return {name: metadata.version(name) for name in ["topodnn", *names]}


def git_commit() -> str:
    """Commit of the source, marked ``-dirty`` if it was changed since; ``unknown`` without git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        run = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return run.stdout.strip()


def describe_run(config: dict[str, Any]) -> dict[str, Any]:
    """Everything that is recorded beside the results, for :func:`write_provenance`."""
    return {
        "recorded": datetime.now(UTC).isoformat(timespec="seconds"),
        "git_commit": git_commit(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "packages": package_versions(),
        "config": config,
    }


def write_provenance(path: str | Path, description: dict[str, Any]) -> None:
    """Write the description in YAML."""
    text = yaml.safe_dump(description, sort_keys=False, allow_unicode=True)
    Path(path).write_text(text, encoding="utf-8")
