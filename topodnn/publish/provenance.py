"""What made a set of results: configuration, versions of the packages, git commit, machine."""

import platform
import re
import subprocess
import tomllib
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


def package_versions() -> dict[str, str]:
    """Version of this package, and installed version of each of its direct dependencies."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = (re.split(r"[^A-Za-z0-9._-]", r)[0] for r in project["dependencies"])
    return {"topodnn": project["version"]} | {
        name: metadata.version(name) for name in sorted(names)
    }


def git_commit() -> str:
    """Commit of the source, marked ``-dirty`` if it was changed since; ``unknown`` without git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return run.stdout.strip()


def describe_run(config: dict[str, Any]) -> dict[str, Any]:
    """All that is recorded beside the results, for :func:`write_provenance`."""
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
