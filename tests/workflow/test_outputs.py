"""What a run ends with: figures by rule, tables, the article's inputs, the crate."""

from pathlib import PurePosixPath
from types import SimpleNamespace

import pytest
import yaml

from tests.conftest import SCHEMA, configuration
from tests.running import ROOT
from topodnn.workflow import article, outputs
from topodnn.workflow.config import resolve
from topodnn.workflow.data_checks import RESERVED
from topodnn.workflow.plan import Plan

CONFIGS = sorted(path.stem for path in ROOT.glob("config/*.yaml") if path.stem != "schema")


def plan_of(name: str, **changes) -> Plan:
    config = configuration(ROOT / f"config/{name}.yaml")
    return Plan(resolve(config | changes, SCHEMA))


def test_the_figures_of_the_tiny_run_by_rule():
    kinds = ("tori/4x25/fast", "discs/3x15/fast", "digits/2x10/fast")
    assert outputs.figures(plan_of("test")) == {
        "plot_data": ["tori/data", "discs/data", "digits/data"],
        "plot_scale": [
            "discs/scale_homology",
            "discs/scale_all_points",
            "digits/scale_homology",
        ],
        "plot_panels": [
            f"{kind}/{page}" for kind in kinds for page in ("activations", "class_0", "class_1")
        ],
        "plot_samples": ["discs/3x15/fast/samples"],
        "plot_epsilons": [
            f"digits/2x10/fast/epsilons_{name}" for name in ("omega", "beta_0", "beta_1")
        ],
        "plot_comparisons": ["comparisons/width"],
        "plot_protocols": [],
        "plot_robustness": [f"specifications_claim_{claim}" for claim in (1, 2, 3)],
        "plot_speed": [],
        "plot_layers": ["discs/3x15/fast/relu/layers"],
        "plot_barcode": ["discs/3x15/fast/relu/barcode"],
        "plot_well_trained": ["well_trained"],
        "plot_persistence": [],
    }


@pytest.mark.parametrize("name", CONFIGS)
def test_every_file_is_named_once_and_lies_in_the_results(name):
    plan = plan_of(name)
    for paths in (outputs.everything(plan), outputs.crate_files(plan)):
        assert len(set(paths)) == len(paths) > 20
        assert all(path.startswith(f"{plan.results}/") for path in paths)


def test_a_run_ends_with_its_tables_pages_and_figures():
    names = {path.removeprefix("results/test/") for path in outputs.everything(plan_of("test"))}
    assert {
        "article.pdf", "benchmarks.csv", "betti_numbers.csv", "betti_numbers_of_all_points.csv",
        "claims/verdicts.html", "claims/verdicts.md", "explore.html", "provenance.yaml",
        "figures/discs/3x15/fast/relu/layers.pdf", "figures/discs/3x15/fast/relu/layers.png",
        "tables/samples.md", "betti_numbers_at_all_scales.csv", "tables/epsilon_claims.md",
        "tables/epsilon_verdicts.html",
    } < names  # fmt: skip
    assert not [name for name in names if name.startswith(("tensorboard", "persistence"))]


def test_the_crate_has_the_networks_and_what_was_made_of_them():
    names = {path.removeprefix("results/test/") for path in outputs.crate_files(plan_of("test"))}
    batch = "networks/tori/4x25/fast/tanh/seeds_0-1"
    assert {f"{batch}.{ending}" for ending in ("safetensors", "trials.csv", "curves.csv")} < names
    assert {"data/discs.npz", "scale/discs/all_points.yaml", "claims/weights.csv"} < names


def test_kept_results_have_no_learning_curves():
    kept = outputs.everything(plan_of("notebook", kept=True))
    assert not [path for path in kept if "tensorboard" in path]
    assert [path for path in outputs.everything(plan_of("notebook")) if "tensorboard" in path]


def test_other_scales_are_looked_at_where_curves_are_drawn_and_judged_where_networks_are(
    tiny_config,
):
    tiny_config["experiments"][2] |= {"figures": [], "training": {"protocol": "paper"}}
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert outputs.figures(plan)["plot_epsilons"] == []
    names = {path.removeprefix("results/test/") for path in outputs.everything(plan)}
    assert "betti_numbers_at_all_scales.csv" in names
    assert "tables/epsilon_claims.md" not in names  # the protocol that is judged is another
    jobs = outputs.measured_jobs(plan)
    assert "compute_homology/scale_1.5/digits/2x10/paper/relu/seeds_0-1" in jobs
    del tiny_config["datasets"]["digits"]["homology"]["other_scales"]
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert "results/test/betti_numbers_at_all_scales.csv" not in outputs.everything(plan)


def test_a_barcode_is_made_where_layers_are_drawn_and_k_has_a_range(tiny_config):
    plan = plan_of("test")
    assert outputs.barcodes(plan) == ["discs/3x15/fast/relu"]
    assert "results/test/tables/scales.html" in outputs.everything(plan)
    assert "results/test/barcodes/discs/3x15/fast/relu.csv" in outputs.crate_files(plan)
    tiny_config["datasets"]["discs"]["homology"] = {"n_neighbors": 8}  # of which ε is chosen
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert outputs.barcodes(plan) == outputs.figures(plan)["plot_barcode"] == []
    assert "tables/scales" not in outputs.tables(plan)


def test_kept_results_have_the_barcodes_and_clouds_that_were_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = plan_of("test", kept=True)
    assert outputs.barcodes(plan) == outputs.clouds(plan) == []
    cloud = tmp_path / "results/test/clouds/discs/3x15/fast/relu.npz"
    cloud.parent.mkdir(parents=True)
    cloud.touch()
    assert outputs.clouds(plan) == ["results/test/clouds/discs/3x15/fast/relu.npz"]
    kept = tmp_path / "results/test/barcodes/discs/3x15/fast/relu.csv"
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert outputs.barcodes(plan) == ["discs/3x15/fast/relu"]


def test_figures_have_the_formats_of_the_configuration():
    plan = plan_of("test", figure_formats=["svg", "png"])
    assert outputs.figure_files(plan, "plot_well_trained") == [
        "results/test/figures/well_trained.svg",
        "results/test/figures/well_trained.png",
    ]
    shown = [path for path in ("a.svg", "a.png", "a.html", "a.md") if outputs.in_report(plan, path)]
    assert shown == ["a.png", "a.html"]
    assert article.figures(plan, "kept")["data"][0].endswith("tori/data.svg")


def test_the_article_of_the_paper_s_run_shows_what_it_has():
    plan = plan_of("paper")
    drawn = set(outputs.figures_and_tables(plan)) | set(outputs.everything(plan))
    for place, paths in article.figures(plan, "results/reference").items():
        assert paths, place
        kept = [path for path in paths if (ROOT / path).is_file()]
        assert set(paths) <= drawn | {*kept}, place
    shown = article.figures(plan, "kept")
    robustness, activations = "kept/robustness/figures", "kept/activations/figures"
    curves = [f"{robustness}/specifications_claim_{claim}.png" for claim in (1, 2, 3)]
    assert shown["specifications"] == curves
    of_nulls = [f"{activations}/{name}/9x15/protocols.png" for name in ("D-I", "D-II")]
    assert shown["nulls"] == of_nulls
    tables = article.tables(plan, "kept")
    assert tables["verdicts"] == "results/paper/claims/verdicts.csv"
    assert tables["protocols"] == "kept/protocols/tables/protocols.csv"
    assert set(article.data(plan)) == set(plan.paths("{dataset}"))
    assert article.data(plan)["D-II"]["chosen"] == [
        f"results/paper/scale/D-II/homology.{ending}" for ending in ("csv", "yaml")
    ]


@pytest.mark.parametrize("name", CONFIGS)
def test_the_article_reads_tables_that_the_run_makes(name):
    plan = plan_of(name)
    made = {*outputs.crate_files(plan), f"{plan.results}/provenance.yaml"}
    tables = article.tables(plan, "kept")
    assert {path for path in tables.values() if not path.startswith("kept/")} <= made
    assert ("epsilon_claims" in tables) == (name in ("test", "real-data", "paper"))


def test_several_epsilons_are_judged_and_shown_of_the_judged_protocol_only(tiny_config):
    *_, of_digits = tiny_config["experiments"]
    assert of_digits["datasets"] == ["digits"]
    of_digits["training"] = {"protocol": "notebook"}
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert plan.at_all_scales
    assert "tables/epsilon_claims" not in outputs.tables(plan)
    assert "epsilon_claims" not in article.tables(plan, "kept")


def test_the_tutorial_has_its_batch_and_events():
    plan = plan_of("notebook")
    everything = outputs.everything(plan)
    assert f"{plan.results}/persistence/finding.md" in everything
    assert f"{plan.results}/tensorboard/figures" in everything
    assert f"{plan.results}/figures/tori/batch.png" in everything
    assert f"{plan.results}/persistence/diagrams.parquet" in outputs.crate_files(plan)


def test_protocols_are_compared_where_an_activation_has_two():
    assert outputs.several_protocols(plan_of("test")) == []
    plan = plan_of("protocols")
    networks = outputs.several_protocols(plan)
    assert "D-I/9x15" in networks
    for name in ("protocols", "protocol_claims", "protocol_verdicts"):
        assert f"{plan.results}/tables/{name}.md" in outputs.everything(plan)
    assert outputs.figures(plan)["plot_protocols"] == [f"{name}/protocols" for name in networks]


def test_trainings_of_one_protocol_are_told_apart_by_their_names():
    plan = plan_of("success")
    assert plan.protocols == ["paper", "gain", "staircase", "epsilon", "slower"]
    kind = {"dataset": "D-II", "network": "9x15", "activation": "relu", "first": "0", "last": "19"}
    gain, slower = (
        plan.protocol(SimpleNamespace(**kind, protocol=name)) for name in ("gain", "slower")
    )
    assert (gain["protocol"], gain["gain"], gain["batch_size"]) == ("gain", None, None)
    assert (slower["gain"], slower["learning_rate"]) == (1.0, 0.004)


def test_data_sets_that_differ_in_their_seed_only_are_compared(tiny_config):
    assert plan_of("test").clouds == []
    assert plan_of("paper").clouds == []
    plan = plan_of("data_seeds")
    first, second = plan.clouds
    assert first == ["D-I", "D-I-1", "D-I-2", "D-I-3", "D-I-4"]
    assert len(second) == 5
    assert f"{plan.results}/tables/data_seeds.md" in outputs.everything(plan)
    again = tiny_config["datasets"]["tori"] | {"title": "Again"}
    tiny_config["datasets"] |= {"again": again, "other": again | {"seed": 1}}
    tiny_config["experiments"] += [{"datasets": ["again", "other"], "networks": ["4x25"]}]
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert plan.clouds == [["tori", "other"]]  # not twice the same points


def test_data_sets_whose_preparation_differs_are_not_compared(tiny_config):
    dataset = {"sklearn": "digits", "homology": {"n_neighbors": 5, "scale": 2.5}}
    dataset |= {"classes": {"zero": [0], "others": "rest"}, "max_points_per_class": 100}
    turned = {"others": "rest", "zero": [0]}  # the order numbers the classes
    tiny_config["datasets"] |= {
        "one": dataset, "again": dataset | {"seed": 1}, "turned": dataset | {"classes": turned},
        "scaled": dataset | {"seed": 2, "scaling": "standard"},
    }  # fmt: skip
    names = ["one", "again", "turned", "scaled"]
    tiny_config["experiments"].append({"datasets": names, "networks": ["4x25"]})
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert plan.clouds == [["one", "again"]]


def test_time_is_kept_of_the_jobs_before_the_tables():
    jobs = outputs.measured_jobs(plan_of("test"))
    assert len(jobs) == len(set(jobs)) == 3 + 4 + 5 + 5 + 5 + 1 + 2 + 2 + 1
    assert {job.partition("/")[0] for job in jobs} < set(outputs.MEASURED)
    assert "compute_homology/all_points/discs/3x15/fast/relu/seeds_0-1" in jobs


def clashes(paths: list[str]) -> set[str]:
    """The files that have the name of another file, or of a folder of one."""
    folders = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    return {path for path in paths if path in folders or paths.count(path) > 1}


def busy_plan(dataset: str, network: str, comparisons: list[str]) -> Plan:
    """Of all that a run can make; names are not checked."""
    config = yaml.safe_load((ROOT / "config/notebook.yaml").read_text(encoding="utf-8"))
    points = config["datasets"]["tori"] | {"all_points": {"networks": 1}}
    points["homology"]["other_scales"] = [1.5]
    about = {"dataset": dataset, "activation": "relu", "networks": [network], "title": "Width"}
    experiment = {"datasets": [dataset], "networks": [network]}
    every = {"figures": ["curves", "layers", "diagrams"], "training": {"protocol": "fast"}}
    config |= {
        "datasets": {dataset: points}, "networks": {network: [5]},
        "experiments": [experiment | every, experiment], "tensorboard": True, "seeds": 1,
        "comparisons": dict.fromkeys(comparisons, about),
    }  # fmt: skip
    return Plan(resolve(config, SCHEMA, checked=True))


def all_files(plan: Plan) -> list[str]:
    """What a run ends with, and what its jobs leave."""
    everything, jobs = outputs.everything(plan), outputs.measured_jobs(plan)
    notes = [f"{plan.results}/{kind}/{job}" for job in jobs for kind in ("logs", "benchmarks")]
    others = {*outputs.crate_files(plan), *outputs.clouds(plan), *notes}
    return [*everything, *(others - set(everything))]


USUAL = all_files(busy_plan("mine", "5", ["width"]))
TAKEN = sorted({part.partition(".")[0] for path in USUAL for part in path.split("/")[2:]})


@pytest.mark.parametrize("name", TAKEN)
def test_no_name_puts_a_file_in_the_place_of_another(name):
    assert not clashes(all_files(busy_plan("mine", name, TAKEN)))
    assert bool(clashes(all_files(busy_plan(name, "5", TAKEN)))) == (name in RESERVED)
