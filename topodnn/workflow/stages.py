"""The stages of a run of which it is recorded by themselves what made their results."""

from typing import Any

from topodnn.workflow.outputs import barcode_files, drawings, texts
from topodnn.workflow.plan import BATCH_PATH, SAMPLE_PATH, Plan

STAGES = ["networks", "homology", "claims", "figures"]
AFTER_TABLES = STAGES[2:]
READ_AFTER_TABLES = ["claims", "comparisons", "article"]  # keys of the configuration


def made_stages(plan: Plan) -> list[str]:
    """The stages of which a run makes the results: of kept results only those after the tables."""
    return [stage for stage in STAGES if stage in AFTER_TABLES or not plan.settings["kept"]]


def stage_files(plan: Plan, stage: str) -> list[str]:
    """The files whose making is recorded as that of a stage."""
    results = plan.results
    if stage == "networks":
        return plan.paths(f"{results}/networks/{BATCH_PATH}.safetensors")
    if stage == "homology":
        return [
            *plan.paths(f"{results}/{SAMPLE_PATH}.csv", plan.on_samples),
            *plan.paths(f"{results}/diagrams/{BATCH_PATH}.parquet", plan.with_persistence),
            *plan.paths(f"{results}/variations/{SAMPLE_PATH}.parquet", plan.varied),
            *barcode_files(plan),
        ]
    return texts(plan) if stage == "claims" else drawings(plan)


def stage_records(plan: Plan) -> list[str]:
    """What is recorded of each stage."""
    return [f"{plan.results}/provenance/{stage}.yaml" for stage in STAGES]


def config_of_run(plan: Plan) -> dict[str, Any]:
    """The configuration as far as a run decides it: of kept results what is read after the tables.

    The rest is recorded with the networks and their homology.
    """
    settings = plan.settings
    return {key: settings[key] for key in READ_AFTER_TABLES} if settings["kept"] else settings
