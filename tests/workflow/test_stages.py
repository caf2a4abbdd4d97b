"""The stages whose provenance is recorded."""

from tests.workflow.test_outputs import plan_of
from topodnn.workflow import stages


def test_of_kept_results_only_claims_and_figures_are_made_and_recorded():
    plan, kept = plan_of("test"), plan_of("test", kept=True)
    assert stages.made_stages(plan) == ["networks", "homology", "claims", "figures"]
    assert stages.made_stages(kept) == ["claims", "figures"]
    assert stages.config_of_run(plan) == plan.settings
    assert set(stages.config_of_run(kept)) == {"claims", "comparisons", "article"}
    assert len(stages.stage_records(kept)) == 4


def test_a_stage_is_recorded_when_its_own_files_are_made():
    plan = plan_of("notebook")
    files = {stage: stages.stage_files(plan, stage) for stage in stages.made_stages(plan)}
    endings = {stage: {path.rpartition(".")[2] for path in paths} for stage, paths in files.items()}
    assert endings == {
        "networks": {"safetensors"},
        "homology": {"csv", "parquet"},
        "claims": {"md"},
        "figures": {"pdf", "png"},
    }
    made = {path for paths in files.values() for path in paths}
    assert f"{plan.results}/persistence/finding.md" in made
