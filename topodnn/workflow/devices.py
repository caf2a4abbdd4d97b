"""Whether this machine has the device on which a run is to train."""

import sys
from typing import Any

from topodnn.errors import InputError


def check_device(workflow: Any, device: str) -> None:
    """Say that this machine lacks the device on which it is to train: a warning, also in a plan.

    A run that would train ends before its first job. Where jobs are submitted, the machines that
    train are others.
    """
    if device in ("auto", "cpu") or not workflow.is_main_process:
        return
    if workflow.resource_settings.nodes is not None:  # of a cluster; else there are cores
        return
    from topodnn.networks.processor import choose_device  # torch takes a second and a half

    try:
        choose_device(device)
    except InputError as error:
        sentence = str(error)
        print(f"Warning: {sentence}", file=sys.stderr)

        def stop(log: object) -> None:
            if any(job.rule.name == "train" for job in workflow.dag.needrun_jobs()):
                raise SystemExit(f"Error: {sentence}")

        workflow.onstart(stop)
