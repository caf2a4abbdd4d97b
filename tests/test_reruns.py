"""What is computed again: after a change, a loss, a kill; in a copy of a finished run."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
import yaml

from tests.running import (
    TINY,
    copy_of_the_repository,
    forked_snakemake,
    planned_jobs,
    snakemake,
)


@pytest.mark.end_to_end
def test_a_second_run_has_nothing_to_do(finished):
    assert planned_jobs(finished, *TINY) == {}


@pytest.mark.end_to_end
def test_only_what_depends_on_a_lost_result_is_made_again(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "copy")
    (folder / "results/test/tables/complexity.md").unlink()
    assert planned_jobs(folder, *TINY) == {
        "make_tables": 1,
        "record_provenance": 1,  # of the claims, which the tables belong to
        "join_provenance": 1,
        "build_report_tables": 1,
        "build_article": 1,
    }


def change(folder: Path, path: str, old: str, new: str) -> None:
    """Change one place of a file."""
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def changed(finished: Path, folder: Path, path: str, old: str, new: str) -> Path:
    """A copy of the finished run, files and times, in which one file of the code is changed."""
    shutil.copytree(finished, folder, dirs_exist_ok=True)
    change(folder, path, old, new)
    return folder


DRAWINGS = {
    "plot_data": 1,
    "plot_scale": 1,
    "plot_panels": 1,
    "plot_samples": 1,
    "plot_epsilons": 1,
    "plot_comparisons": 1,
    "plot_well_trained": 1,
    "plot_layers": 1,
    "plot_barcode": 1,
    "plot_robustness": 1,
    "build_explorer": 1,
    "record_provenance": 1,  # of the figures
    "join_provenance": 1,
    "build_report_tables": 1,
    "build_article": 1,
}


@pytest.mark.end_to_end
def test_a_changed_comment_or_docstring_makes_nothing_stale(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "copy")
    change(folder, "topodnn/homology/collapse.py", '"""', '"""In other words: ')
    arrays = "import numpy as np\n"
    change(folder, "topodnn/networks/training.py", arrays, f"# Arrays.\n\n{arrays}")
    change(folder, "scripts/train.py", '"""', '"""In other words: ')
    assert planned_jobs(folder, *TINY) == {}


@pytest.mark.end_to_end
def test_a_changed_colour_draws_again_but_computes_nothing(finished, tmp_path):
    edit = ("topodnn/figures/style.py", '"tanh": ("#D55E00"', '"tanh": ("#D55E01"')
    assert planned_jobs(changed(finished, tmp_path, *edit), *TINY) == DRAWINGS


@pytest.mark.end_to_end
def test_a_new_import_is_followed_without_anyone_naming_it(finished, tmp_path):
    """The module that is new to the drawings is then changed: they are drawn again."""
    line = "import matplotlib.pyplot as plt\n"
    edit = (
        "topodnn/figures/style.py",
        line,
        f"{line}from topodnn.figures import palette  # noqa: F401\n",
    )
    folder = changed(finished, tmp_path, *edit)
    palette = folder / "topodnn/figures/palette.py"
    palette.write_text("TANH = 1\n", encoding="utf-8")
    target = "results/test/figures/well_trained.png"
    run = forked_snakemake(folder, *TINY, "--", target)
    assert run.returncode == 0, run.stdout
    assert planned_jobs(folder, *TINY, "--", target) == {}
    palette.write_text("TANH = 2\n", encoding="utf-8")
    assert planned_jobs(folder, *TINY, "--", target) == {"plot_well_trained": 1}


@pytest.mark.end_to_end
def test_other_pictures_of_the_layers_need_no_homology(finished):
    jobs = planned_jobs(finished, *TINY, "--config", "figure_points=500")
    assert jobs == {
        "plot_data": 1,
        "project_layers": 1,
        "plot_layers": 1,
        "build_explorer": 1,
        "record_provenance": 1,
        "join_provenance": 1,
        "build_report_tables": 1,
        "build_article": 1,
    }


@pytest.mark.end_to_end
def test_other_code_of_the_provenance_does_not_pass_for_what_made_the_results(finished, tmp_path):
    edit = ("topodnn/publish/provenance.py", "platform.python_version()", "platform.version()")
    jobs = planned_jobs(changed(finished, tmp_path, *edit), *TINY)
    assert "join_provenance" in jobs
    assert "record_provenance" not in jobs


@pytest.mark.end_to_end
def test_changed_training_makes_the_networks_stale(finished, tmp_path):
    edit = ("topodnn/networks/optimiser.py", 'eps=protocol["epsilon"]', "eps=1e-7")
    jobs = planned_jobs(changed(finished, tmp_path, *edit), *TINY)
    assert jobs["train"] == 5
    assert jobs["compute_homology"] == 8
    assert "generate_data" not in jobs
    assert "choose_scale" not in jobs


@pytest.mark.end_to_end
def test_a_changed_number_of_the_collapse_computes_the_homology_again_and_does_not_train(
    finished, tmp_path
):
    edit = ("topodnn/homology/links.py", "PROBED = 128", "PROBED = 129")
    jobs = planned_jobs(changed(finished, tmp_path, *edit), *TINY)
    assert jobs["choose_scale"] == 4
    assert jobs["compute_homology"] == 8
    assert jobs["vary_homology"] == 2
    assert jobs["aggregate"] == 3
    assert jobs["judge_claims"] == 1
    assert not {"generate_data", "train", "measure_weights"} & set(jobs)


@pytest.mark.end_to_end
def test_another_format_of_a_mean_computes_no_homology(finished, tmp_path):
    edit = ("topodnn/analysis/texts.py", 'f"{mean:.1f}" if', 'f"{mean:.2f}" if')
    jobs = planned_jobs(changed(finished, tmp_path, *edit), *TINY)
    assert jobs["make_tables"] == 1
    assert not {"train", "choose_scale", "compute_homology", "aggregate"} & set(jobs)


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("change", "new"),
    [
        (lambda c: c["activations"].append("gelu"), {"train": 2, "compute_homology": 3}),
        (lambda c: c["networks"].update({"2x9": [9, 9]})
         or c["experiments"][1]["networks"].append("2x9"), {"train": 1, "compute_homology": 2}),
        (lambda c: c["datasets"].update({"D-I": {"generator": "discs_in_square"}})
         or c["experiments"][1]["datasets"].append("D-I"),
         {"generate_data": 1, "choose_scale": 1, "train": 1, "compute_homology": 1}),
    ],
    ids=["activation", "width", "data set"],
)  # fmt: skip
def test_one_line_more_computes_only_what_is_new(finished, tmp_path, change, new):
    config = yaml.safe_load((finished / "config/test.yaml").read_text())
    change(config)
    (tmp_path / "more.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    jobs = planned_jobs(finished, "--configfile", str(tmp_path / "more.yaml"))
    stages = ("generate_data", "choose_scale", "train", "compute_homology")
    assert {rule: jobs[rule] for rule in stages if rule in jobs} == new


@pytest.mark.end_to_end
def test_a_killed_run_goes_on_and_ends_with_the_same_results(finished, tmp_path):
    """Of one network: what was trained is kept, and what the kill cut is made again."""
    folder = copy_of_the_repository(tmp_path)
    kind = "discs/3x15/fast/relu/seeds_0-1"
    table = f"results/test/homology/{kind}.csv"
    network = f"results/test/networks/{kind}.safetensors"
    process = snakemake(folder, *TINY, "--", table, wait=False)
    deadline = time.monotonic() + 300
    while not list(folder.glob("results/test/logs/extract_activations/**/*.log")):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    trained = (folder / network).stat().st_mtime_ns
    assert forked_snakemake(folder, *TINY, "--unlock").returncode == 0
    jobs = planned_jobs(folder, *TINY, "--", table)
    assert "compute_homology" in jobs
    assert "train" not in jobs
    options = ["--cores", "1", "--", table]  # --cores must not matter either
    run = forked_snakemake(folder, *TINY, *options)
    assert run.returncode == 0, run.stdout
    assert (folder / network).stat().st_mtime_ns == trained
    for path in (network, table):
        assert (folder / path).read_bytes() == (finished / path).read_bytes()
