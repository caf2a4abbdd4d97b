"""The workflow as a user runs it: a copy of the repository, the tiny configuration, snakemake."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

from tests.browser import look_at
from tests.conftest import ROOT
from tests.publish.test_crate import check_files
from tests.running import TINY, forked_snakemake, planned_jobs, results_of
from topodnn.analysis.scales import alive, read_barcode, steps_of
from topodnn.publish.crate import WORKFLOW
from topodnn.workflow.outputs import MEASURED

FIGURES = [
    *(f"specifications_claim_{claim}" for claim in (1, 2, 3)),
    "tori/data",
    "tori/4x25/fast/activations",
    "tori/4x25/fast/class_0",
    "tori/4x25/fast/class_1",
    "discs/data",
    "discs/scale_homology",
    "discs/scale_all_points",
    "discs/3x15/fast/activations",
    "discs/3x15/fast/class_0",
    "discs/3x15/fast/class_1",
    "discs/3x15/fast/samples",
    "digits/data",
    "digits/scale_homology",
    "digits/2x10/fast/activations",
    "digits/2x10/fast/class_0",
    "digits/2x10/fast/class_1",
    "digits/2x10/fast/epsilons_omega",
    "digits/2x10/fast/epsilons_beta_0",
    "digits/2x10/fast/epsilons_beta_1",
    "comparisons/width",
    "well_trained",
    "discs/3x15/fast/relu/layers",
    "discs/3x15/fast/relu/barcode",
]


@pytest.mark.end_to_end
def test_everything_is_made(finished):
    results = finished / "results/test"
    table, trials = results_of(finished)
    # Activations, seeds, layers, classes.
    tori, discs, digits = 2 * 2 * 6 * 2, 2 * 5 * 2, 2 * 2 * 4 * 2
    rows = table.groupby("dataset").size().to_dict()
    assert rows == {"tori": tori, "discs": discs, "digits": digits}
    assert table[["beta_0", "beta_1", "omega"]].notna().all().all()
    in_the_plane = tori // 6  # the logits, which have no β2
    assert table["beta_2"].isna().sum() == discs + digits + in_the_plane
    assert table["raw_beta_2"].isna().sum() == discs + digits
    assert set(trials["seed"]) == {0, 1}
    assert pd.read_parquet(results / "betti_numbers.parquet").shape == table.shape
    for name in FIGURES:
        assert (results / f"figures/{name}.pdf").stat().st_size > 5000
        assert (results / f"figures/{name}.png").stat().st_size > 8000
    timed = pd.read_csv(results / "benchmarks.csv")
    assert "train/tori/4x25/fast/relu/seeds_0-1" in set(timed["job"])
    assert (timed["s"] > 0).all()
    weights = pd.read_csv(results / "claims/weights.csv")
    assert len(weights) == 4 * 5 + 2 * 4 + 4 * 3  # networks, layers
    assert weights.query("dataset == 'discs' and layer == 1")["injective"].all()  # of 2 features
    assert (results / "claims/verdicts.tex").stat().st_size > 500
    for table in ("complexity", "well_trained", "scales", "epsilon_claims"):
        for ending in ("csv", "md", "tex"):
            assert (results / f"tables/{table}.{ending}").stat().st_size > 200
    assert not list(results.glob("activations/**/*.safetensors"))


@pytest.mark.end_to_end
def test_the_barcode_has_the_betti_numbers_of_its_network(finished):
    results, kind = finished / "results/test", "discs/3x15/fast/relu"
    bars = read_barcode(results / f"barcodes/{kind}.csv")
    table = pd.read_csv(results / "betti_numbers.csv").query("dataset == 'discs'")
    rows = table[table["seed"] == bars["seed"].iloc[0]].set_index(["layer", "class"]).sort_index()
    for name, ks in (("beta", ["n_neighbors"] * 2), ("persistent_beta", ["k_low", "k_high"])):
        found = alive(bars, *rows[ks].iloc[0]).unstack()
        expected = rows[[f"{name}_0", f"{name}_1"]]
        assert found.to_numpy().tolist() == expected.to_numpy().tolist()
    assert steps_of(bars)[-1] == 20  # barcode_at, outside of the range
    assert set(pd.read_csv(results / "tables/scales.csv")["first_k"]) == {*steps_of(bars)}


@pytest.mark.end_to_end
def test_the_small_tori_are_too_few_points_and_everything_says_so(finished):
    results = finished / "results/test"
    log = (results / "logs/compute_homology/homology/tori/4x25/fast/relu/seeds_0-1.log").read_text()
    assert "class 0: the Betti numbers of the input are [8, 8, " in log
    assert "those of the data set are [8, 16, 8]" in log
    table = (results / "tables/complexity.md").read_text()
    assert "does not show the true Betti numbers of tori, class 0" in table


@pytest.mark.end_to_end
def test_the_results_know_what_made_them(finished):
    provenance = yaml.safe_load((finished / "results/test/provenance.yaml").read_text())
    assert provenance["config"]["datasets"]["tori"]["held_out"] == 0.1
    assert {"torch", "ripser", "snakemake", "topodnn"} <= set(provenance["packages"])
    assert list(provenance["git_commit"]) == ["networks", "homology", "claims", "figures"]


@pytest.mark.end_to_end
def test_every_job_has_a_log_and_those_before_the_tables_are_timed(finished):
    results = finished / "results/test"
    logs = {p.relative_to(results / "logs").with_suffix("") for p in results.glob("logs/**/*.log")}
    timed = {
        p.relative_to(results / "benchmarks").with_suffix("")
        for p in results.glob("benchmarks/**/*.tsv")
    }
    assert len(logs) == 61
    assert timed == {path for path in logs if path.parts[0] in MEASURED}
    others = {"read_weights", "compute_persistence"}
    assert {path.parts[0] for path in timed} == set(MEASURED) - others
    text = (results / "logs/train/tori/4x25/fast/relu/seeds_0-1.log").read_text()
    assert "epochs of trial 1" in text
    assert "networks are well trained" in text


@pytest.fixture(scope="session")
def report(finished) -> Path:
    """The report of the finished run, unpacked."""
    run = forked_snakemake(finished, *TINY, "--report", "results/report.zip")
    assert run.returncode == 0, run.stdout
    with zipfile.ZipFile(finished / "results/report.zip") as packed:
        packed.extractall(finished / "results")
    return finished / "results/report/report.html"


@pytest.mark.end_to_end
def test_the_report_has_every_figure_and_table_with_its_caption(finished, report):
    text = report.read_text(encoding="utf-8")
    results, categories, described = (
        json.loads(re.search(rf'<script id="{name}">\s+var \w+ = (.*);\n', text)[1])
        for name in ("results", "categories", "workflow-desc")
    )
    folder = "results/test"
    figures = {f"{folder}/figures/{name}.png" for name in FIGURES}
    pages = {str(p.relative_to(finished)) for p in (finished / folder).glob("**/*.html")}
    assert set(results) == figures | pages
    assert len(pages) == 14
    assert sorted(categories) == [
        "1. Claims", "2. Curves", "3. Layers", "4. Data and scale", "5. Training", "6. The run",
    ]  # fmt: skip
    datasets = {"discs", "digits", "Entangled tori (small)"}
    assert set(categories["2. Curves"]) == {"All data sets", *datasets}
    for path, result in results.items():
        assert "<strong>It follows</strong>" in result["caption"], path
        assert "system-message" not in result["caption"], path  # what docutils does not understand
        assert (report.parent / result["data_uri"]).read_bytes() == (finished / path).read_bytes()
    data = results[f"{folder}/figures/tori/data.png"]
    assert "at most 1000 of them" in data["caption"]
    assert "system-message" not in described
    for part in ("epochs 50", "tori", "4x25", "torch: ", "git_commit:\n"):
        assert part in described


@pytest.mark.end_to_end
@pytest.mark.browser
def test_the_report_loads_without_script_errors_and_shows_every_figure(report):
    look = """
        const wait = (ms) => new Promise((done) => setTimeout(done, ms));
        const shown = {};
        for (const [path, result] of Object.entries(results)) {
          if (result.mime_type !== "image/png") continue;
          app.setView({content: "img", contentPath: result.data_uri, resultPath: path});
          await wait(20);
          const image = document.querySelector("#app img[src='" + result.data_uri + "']");
          for (let i = 0; i < 50 && !image.complete; ++i) await wait(20);
          shown[path] = image.naturalWidth;
        }
        const opened = {};
        for (const category of Object.keys(categories)) {
          app.showCategory(category);
          await wait(20);
          opened[category] = document.getElementById("app").innerText.includes(category);
        }
        return [shown, opened, document.title];"""
    (shown, opened, title), errors, _ = look_at(report, look)
    assert errors == []
    assert title == "Snakemake Report"
    assert len(shown) == len(FIGURES)
    assert all(width > 500 for width in shown.values())
    assert len(opened) == 6
    assert all(opened.values())


@pytest.mark.end_to_end
def test_the_page_to_explore_has_every_network(finished):
    page = (finished / "results/test/explore.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page)[1])
    networks = {(kind["dataset"], kind["activation"]): kind["seeds"] for kind in data["kinds"]}
    of_both = product(["tori", "digits"], ["relu", "tanh"])
    assert networks == {kind: [0, 1] for kind in [*of_both, ("discs", "relu")]}
    assert [(cloud["dataset"], cloud["n_points"]) for cloud in data["clouds"]] == [("discs", 1000)]
    assert data["titles"]["tori"] == "Entangled tori (small)"
    assert len(page.encode()) < 8e6


@pytest.mark.end_to_end
def test_make_figures_needs_the_aggregated_results_only(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "copy")
    shutil.copy(ROOT / "Makefile", folder)
    options = f"-o .venv/.ready BIN={Path(sys.executable).parent} KEPT=test"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    for target in ("reference", "figures"):
        command = ["make", *options.split(), target]
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        if target == "reference":
            shutil.rmtree(folder / "results/test")
            copied = sorted(path for path in folder.glob("results/reference/test/**/*.*"))
            assert not any("safetensors" in path.name for path in copied)
            for path in folder.glob("results/reference/**/*.png"):
                path.unlink()
    kept = folder / "results/reference/test"
    recorded = {"provenance.yaml", "provenance/claims.yaml", "provenance/figures.yaml"}
    assert recorded < {path.relative_to(kept).as_posix() for path in copied}
    for path in copied:
        original = finished / "results/test" / path.relative_to(kept)
        is_new = path.relative_to(kept).as_posix() in recorded
        assert (path.read_bytes() != original.read_bytes()) == is_new, path
    again = yaml.safe_load((kept / "provenance.yaml").read_text(encoding="utf-8"))
    assert again["config"]["name"] == "test"  # and not that of the folder
    assert not again["config"]["kept"]


@pytest.mark.end_to_end
def test_the_crate_has_the_results_and_a_workflow_that_goes_on_from_them(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "copy")
    for name in WORKFLOW:
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "docs", folder / "docs")
    assert planned_jobs(folder, *TINY, "--", "rocrate") == {"build_rocrate": 1, "rocrate": 1}
    run = forked_snakemake(folder, *TINY, "--", "rocrate")
    assert run.returncode == 0, run.stdout
    entities = check_files(folder / "results/test/rocrate.zip")
    assert {part for part in entities if part.startswith("scripts/")} == {
        f"scripts/{path.name}" for path in (ROOT / "scripts").glob("*.py")
    }
    made = {result["@id"].removeprefix("results/test/") for result in entities["#run"]["result"]}
    assert {f"figures/{name}.{ending}" for name in FIGURES for ending in ("pdf", "png")} <= made
    assert "networks/tori/4x25/fast/relu/seeds_0-1.safetensors" in made
    assert {"provenance.yaml", "data/discs.npz", "scale/discs/homology.yaml"} <= made
    left_out = ("logs", "benchmarks/", "homology", "all_points/", "clouds", "activations/")
    assert not [name for name in made if name.startswith(left_out)]
    with zipfile.ZipFile(folder / "results/test/rocrate.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
    homology = "results/test/homology/tori/4x25/fast/relu/seeds_0-1.csv"
    options = ["--configfile", "results/test/config.yaml", "--rerun-triggers", "mtime", "--"]
    jobs = planned_jobs(tmp_path / "unpacked", *options, homology)
    assert jobs == {"extract_activations": 1, "compute_homology": 1}


@pytest.mark.end_to_end
def test_a_batch_at_every_layer_is_computed_for_networks_that_are_there(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "copy")
    config = yaml.safe_load((folder / "config/test.yaml").read_text())
    config["datasets"]["tori"]["persistence"] = {"n_points": 80}
    config["experiments"] = config["experiments"][:2]
    config["experiments"][0] |= {"activations": ["relu"], "figures": ["curves", "diagrams"]}
    config["tensorboard"] = True
    config["figure_formats"] = ["png"]
    (folder / "batch.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    jobs = planned_jobs(folder, "--configfile", "batch.yaml")
    assert jobs["compute_persistence"] == 1
    assert not {"train", "extract_activations", "compute_homology"} & set(jobs)
    results = folder / "results/test"
    kinds = ("tori/4x25/fast/relu", "discs/3x15/fast/relu")
    wanted = ["persistence/finding.md", *(f"tensorboard/{name}" for name in (*kinds, "figures"))]
    paths = [f"results/test/{name}" for name in wanted]
    run = forked_snakemake(folder, "--configfile", "batch.yaml", "--", *paths)
    assert run.returncode == 0, run.stdout
    betti = pd.read_csv(results / "persistence/betti_numbers.csv")
    assert len(betti) == 2 * 6 * 3  # seeds, layers, metrics
    assert betti["beta_0"].notna().all()
    distances = pd.read_csv(results / "persistence/distances.csv")
    assert len(distances) == 2 * 5 * 3 * 2
    finding = (results / "persistence/finding.md").read_text(encoding="utf-8")
    assert "The true Betti numbers of all classes together are (16, 32, 16)" in finding
    names = ["diagrams", "batch_curves", "batch_metrics", "batch_distances"]
    for name in ("tori/batch", *(f"tori/4x25/fast/{name}" for name in names)):
        assert (results / f"figures/{name}.png").stat().st_size > 5_000
    runs = {str(p.parent.relative_to(results)) for p in results.glob("tensorboard/**/events.*")}
    assert {
        "tensorboard/tori/4x25/fast/relu/seed_0/trial_1",
        "tensorboard/discs/3x15/fast/relu/seed_0/trial_2",
        "tensorboard/figures",
    } <= runs
    assert len(runs) == len(pd.read_csv(results / "trials.csv")) + 1


def text_of(pdf: Path) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(pdf).pages).split())


@pytest.mark.end_to_end
def test_the_article_shows_the_numbers_of_its_tables(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "copy")
    article = folder / "results/test/article.pdf"
    assert "777" not in text_of(article)
    path = folder / "results/test/tables/well_trained.csv"
    rates = pd.read_csv(path)
    rates.loc[0, "n_trials"] = 777
    rates.to_csv(path, index=False)
    options = [*TINY, "--allowed-rules", "build_article", "--forcerun", "build_article", "--"]
    run = forked_snakemake(folder, *options, "results/test/article.pdf")
    assert run.returncode == 0, run.stdout
    assert "of 2 (777)" in text_of(article)
    rates.drop(columns="n_trials").to_csv(path, index=False)
    run = forked_snakemake(folder, *options, "results/test/article.pdf")
    assert run.returncode != 0
    assert "the article cannot be built" in run.stdout
    assert "n_trials" in run.stdout


@pytest.mark.end_to_end
def test_the_chosen_scale_is_used_and_a_number_goes_before_it(finished):
    results = finished / "results/test"
    for sample, table in (("homology", ""), ("all_points", "_of_all_points")):
        choice = yaml.safe_load((results / f"scale/discs/{sample}.yaml").read_text())
        rows = pd.read_csv(results / f"betti_numbers{table}.csv").query("dataset == 'discs'")
        assert set(rows["n_neighbors"]) == {choice["n_neighbors"]}
        assert set(rows["scale"]) == {choice["scale"]}
        assert rows["input_is_true"].all()
    assert set(rows["seed"]) == {0}  # of all points: one network only
    assert not (results / "scale/tori").exists()  # given as numbers
