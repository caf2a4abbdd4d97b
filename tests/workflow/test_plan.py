"""The plan of a run: what rules ask it, job by job."""

from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from tests.conftest import SCHEMA
from tests.openml import openml
from tests.running import ROOT
from topodnn.datasets.loading import load_points
from topodnn.datasets.sources import kept_file
from topodnn.workflow import experiments
from topodnn.workflow.config import resolve
from topodnn.workflow.plan import BATCH_PATH, Plan, named
from topodnn.workflow.resources import reading_mb


def job(path: str, **others) -> SimpleNamespace:
    """The wildcards of a job, from DATASET/NETWORK/PROTOCOL/ACTIVATION/FIRST-LAST."""
    names = ("dataset", "network", "protocol", "activation")
    *kind, seeds = path.split("/")
    first, last = seeds.split("-")
    return SimpleNamespace(**dict(zip(names, kind, strict=True)), first=first, last=last, **others)


@pytest.fixture
def tiny(tiny_config) -> Plan:
    return Plan(resolve(tiny_config, SCHEMA))


@pytest.fixture(scope="module")
def paper() -> Plan:
    config = yaml.safe_load((ROOT / "config/paper.yaml").read_text(encoding="utf-8"))
    return Plan(resolve(config, SCHEMA))


def test_batches_and_their_paths(tiny):
    assert tiny.results == "results/test"
    assert tiny.paths(f"networks/{BATCH_PATH}") == [
        "networks/tori/4x25/fast/relu/seeds_0-1",
        "networks/tori/4x25/fast/tanh/seeds_0-1",
        "networks/discs/3x15/fast/relu/seeds_0-1",
        "networks/digits/2x10/fast/relu/seeds_0-1",
        "networks/digits/2x10/fast/tanh/seeds_0-1",
    ]
    assert tiny.paths("{dataset}") == ["tori", "discs", "digits"]
    titles = {"tori": "Entangled tori (small)", "discs": "discs", "digits": "digits"}
    assert tiny.titles == titles
    assert tiny.protocols == ["fast"]
    assert tiny.judged == "fast"


def test_the_scale_is_chosen_where_it_is_not_given(tiny):
    chosen = [("discs", "homology"), ("discs", "all_points"), ("digits", "homology")]
    assert tiny.chosen == chosen
    discs = SimpleNamespace(dataset="discs", sample="homology")
    assert tiny.scale(discs) == "results/test/scale/discs/homology.yaml"
    assert tiny.scale(SimpleNamespace(dataset="tori", sample="homology")) == []
    grid = {"n_neighbors": [6, 10, 14], "scales": [1.5, 2.5, 3.5]}
    assert tiny.grid(discs) == grid | {"stride": 2, "max_dimension": 1}
    tori = tiny.sample(SimpleNamespace(dataset="tori", sample="homology"))
    complex_ = {"n_neighbors": 16, "k_low": 14, "k_high": 19, "scale": 2.5}
    assert tori == complex_ | {"max_dimension": 2, "stride": 1}


def test_without_true_betti_numbers_the_grid_is_geometric(tiny_config):
    homology = {"scale": 2.5, "grid": {"first": 8, "last": 20, "step": 3}}
    tiny_config["datasets"]["tori"] = {"sklearn": "iris", "homology": homology}
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert ("tori", "homology") in plan.chosen
    grid = plan.grid(SimpleNamespace(dataset="tori", sample="homology"))
    assert grid == {
        "n_neighbors": [8, 10, 12, 14, 17, 20], "scales": [2.5], "stride": 1, "max_dimension": 2,
    }  # fmt: skip


def test_at_another_scale_only_the_scale_differs(tiny):
    first, other = (job("digits/2x10/fast/relu/0-1", sample=s) for s in ("homology", "scale_1.5"))
    assert tiny.sample(first) | {"scale": 1.5} == tiny.sample(other)
    assert tiny.scale(first) == tiny.scale(other) == "results/test/scale/digits/homology.yaml"
    assert tiny.seeds_on_sample(first) == tiny.seeds_on_sample(other) == [0, 1]
    assert tiny.scales == {"digits": 2.5}
    assert tiny.homology_tables(SimpleNamespace(of="_at_all_scales")) == [
        f"results/test/{sample}/digits/2x10/fast/{activation}/seeds_0-1.csv"
        for sample in ("homology", "scale_1.5")
        for activation in ("relu", "tanh")
    ]


def test_at_another_scale_k_may_be_given_and_all_points_are_not_looked_at(tiny_config):
    discs = tiny_config["datasets"]["discs"]
    discs["homology"] |= {"n_neighbors": {"low": 6, "high": 9}, "scale": 2.5, "other_scales": [3]}
    plan = Plan(resolve(tiny_config, SCHEMA))
    wildcards = job("discs/3x15/fast/relu/0-1", sample="scale_3")
    complex_ = {"n_neighbors": 7, "k_low": 6, "k_high": 9, "scale": 3, "max_dimension": 1}
    assert plan.sample(wildcards) == complex_ | {"stride": 2}
    assert plan.scale(wildcards) == []
    tables = plan.homology_tables(SimpleNamespace(of="_at_all_scales"))
    assert [path for path in tables if "discs" in path] == [
        f"results/test/{sample}/discs/3x15/fast/relu/seeds_0-1.csv"
        for sample in ("homology", "scale_3")
    ]
    assert len(plan.with_all_points) == 1


def test_a_range_of_k_has_a_middle(tiny):
    tiny.samples["tori", "homology"]["n_neighbors"] = {"low": 12, "high": 19}
    tori = tiny.sample(SimpleNamespace(dataset="tori", sample="homology"))
    complex_ = {"n_neighbors": 15, "k_low": 12, "k_high": 19, "scale": 2.5}
    assert tori == complex_ | {"max_dimension": 2, "stride": 1}
    assert ("tori", "homology") not in tiny.chosen
    no_sample = SimpleNamespace(dataset="tori")  # as in a job of the barcode
    assert tiny.sample(no_sample) == tori


def test_a_range_is_given_or_chosen_but_one_number_is_none(tiny):
    assert tiny.has_range("tori")
    assert tiny.has_range("discs")  # auto: the block
    tiny.samples["tori", "homology"]["n_neighbors"] = 16
    assert not tiny.has_range("tori")


def test_all_points_are_looked_at_in_the_first_networks_only(tiny):
    assert [b["dataset"] for b in tiny.with_all_points] == ["discs"]
    wildcards = job("discs/3x15/fast/relu/0-1", sample="all_points")
    assert tiny.seeds_on_sample(wildcards) == [0]
    wildcards.sample = "homology"
    assert tiny.seeds_on_sample(wildcards) == [0, 1]
    tables = tiny.homology_tables(SimpleNamespace(of="_of_all_points"))
    assert tables == ["results/test/all_points/discs/3x15/fast/relu/seeds_0-1.csv"]
    assert len(tiny.homology_tables(SimpleNamespace(of=""))) == 5


def test_a_training_has_the_numbers_of_its_protocol_and_configuration(tiny):
    wildcards = job("tori/4x25/fast/tanh/0-1")
    assert tiny.kind(wildcards) == {
        "dataset": "tori", "network": "4x25", "protocol": "fast", "activation": "tanh",
    }  # fmt: skip
    assert tiny.seeds(wildcards) == [0, 1]
    assert tiny.hidden_widths(wildcards) == [25, 25, 25, 25]
    protocol = tiny.protocol(wildcards)
    assert (protocol["epochs"], protocol["schedule"]) == (50, "cosine_squared")
    assert protocol["learning_rate"] == pytest.approx(0.03 * 15 / 25)


def test_a_network_may_be_residual(tiny_config):
    tiny_config["networks"] |= {"4x25": {"widths": [25] * 4, "residual": True}, "2x10": [3, 10]}
    plan = Plan(resolve(tiny_config, SCHEMA))
    residual, plain = job("tori/4x25/fast/relu/0-1"), job("discs/3x15/fast/relu/0-1")
    assert (plan.residual(residual), plan.residual(plain)) == (True, False)
    assert plan.hidden_widths(residual) == [25, 25, 25, 25]
    assert plan.widths(residual) == [25, 25, 25, 25, 2]
    assert plan.protocol(residual)["learning_rate"] == pytest.approx(0.03 * 15 / 25)
    assert plan.training_mb(residual, 1) > 1000


def test_the_first_hidden_layer_may_be_the_residual_one(tiny_config):
    tiny_config["networks"]["4x25"] = {"widths": [3, 25], "residual": True}
    assert Plan(resolve(tiny_config, SCHEMA)).residual(job("tori/4x25/fast/relu/0-1"))


def test_the_points_of_a_class_are_a_matter_of_the_data_set(tiny_config):
    tiny_config["datasets"]["tori"]["homology"]["class_by"] = "label"
    plan = Plan(resolve(tiny_config, SCHEMA))
    tori, discs = job("tori/4x25/fast/relu/0-1"), job("discs/3x15/fast/relu/0-1")
    assert (plan.class_by(tori), plan.class_by(discs)) == ("label", "prediction")
    assert "class_by" not in plan.sample(tori)


def test_each_kind_has_the_numbers_of_its_own_experiment(paper):
    narrow, wide = (job(f"D-I/{network}/fast/leaky_relu/0-29") for network in ("9x5", "9x15"))
    assert paper.protocol(narrow)["epochs"] == 400
    assert paper.protocol(wide)["epochs"] == 80
    assert paper.activation_parameters(wide) == {"negative_slope": 0.2}


def test_what_is_only_shown_does_not_decide_the_points(tiny):
    assert tiny.dataset(SimpleNamespace(dataset="tori")) == {
        "generator": "entangled_tori",
        "parameters": {"points_per_circle": 20, "noise": 0.1},
        "held_out": 0.1,
        "seed": 0,
    }


def test_networks_from_files_have_no_training(tiny_config, tmp_path):
    for seed in (0, 1):
        (tmp_path / f"relu_{seed}.pth").touch()
    experiment = {"datasets": ["tori"], "networks": ["4x25"], "activations": ["relu"]}
    experiment |= {"weights": f"{tmp_path}/{{activation}}_{{seed}}.pth"}
    tiny_config |= {"experiments": [experiment], "comparisons": {}}
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert plan.trained == []
    assert plan.judged == "pretrained"
    wildcards = job("tori/4x25/pretrained/relu/0-1")
    del wildcards.protocol  # the rule's path says it
    assert plan.kind(wildcards)["protocol"] == "pretrained"
    assert plan.weight_files(wildcards) == [f"{tmp_path}/relu_{seed}.pth" for seed in (0, 1)]


def test_persistence_is_planned_for_the_data_sets_that_ask_for_it(tiny_config):
    tiny_config["datasets"]["tori"]["persistence"] = {"n_points": 80}
    tiny_config["datasets"]["unused"] = dict(tiny_config["datasets"]["tori"])
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert list(plan.persistence) == ["tori"]
    wildcards = job("tori/4x25/fast/relu/0-1")
    assert plan.points_batch(wildcards) == {"n_points": 80, "seed": 0}
    assert "n_points" not in plan.filtrations(wildcards)
    assert plan.filtration_ends() == {"tori": {"max_scale": 10, "max_hops": 5, "max_dimension": 1}}


def test_memory_grows_with_points_networks_and_attempts(tiny, paper):
    small, large = job("tori/4x25/fast/relu/0-1"), job("D-II/9x25/fast/relu/0-29")
    for plan, wildcards in ((tiny, small), (paper, large)):
        for memory in (plan.training_mb, plan.activations_mb, plan.homology_mb):
            assert memory(wildcards, 3) == pytest.approx(3 * memory(wildcards, 1), rel=0.01)
    assert paper.activations_mb(large, 1) > 2 * tiny.activations_mb(small, 1)
    one = SimpleNamespace(dataset="D-II", network="9x25", protocol="fast", activation="relu")
    assert paper.activations_mb(one, 1) < paper.activations_mb(large, 1)


def test_the_last_layer_has_a_neuron_for_each_class(tiny_config, tmp_path):
    points = np.random.default_rng(0).normal(size=(90, 4))
    np.savez(tmp_path / "mine.npz", X=points, y=np.arange(90) % 5)
    tiny_config["datasets"]["tori"] = {
        "file": str(tmp_path / "mine.npz"), "homology": {"n_neighbors": 5, "scale": 2.5},
    }  # fmt: skip
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert plan.widths(job("tori/4x25/fast/relu/0-1")) == [25, 25, 25, 25, 5]
    assert plan.widths(job("discs/3x15/fast/relu/0-1")) == [15, 15, 15, 2]


def test_sizes_are_those_of_the_points_that_networks_see(tiny_config):
    tiny_config["datasets"]["tori"] = {
        "sklearn": "digits", "classes": {"zero": [0], "others": "rest"}, "components": 5,
        "max_points_per_class": 100, "homology": {"n_neighbors": 5, "scale": 2.5},
    }  # fmt: skip
    plan = Plan(resolve(tiny_config, SCHEMA))
    wildcards = job("tori/4x25/fast/relu/0-1")
    assert plan.shape(wildcards) == (200, 5)
    assert plan.widths(wildcards) == [25, 25, 25, 25, 2]
    assert plan.reading_mb(wildcards, 1) == reading_mb((1797, 64))  # all are read
    assert (plan.drawn_datasets, plan.read_datasets) == (["discs"], ["tori", "digits"])
    assert plan.points_file(wildcards) == []
    parameters = plan.dataset(wildcards)
    assert list(parameters["classes"]) == ["zero", "others"]
    assert {key: parameters[key] for key in ("sklearn", "components", "max_points_per_class")} == {
        "sklearn": "digits", "components": 5, "max_points_per_class": 100,
    }  # fmt: skip


def test_what_is_fetched_is_kept_where_the_configuration_says(tiny_config, monkeypatch, tmp_path):
    tiny_config["datasets"]["tori"] = {
        "openml": {"name": "animals", "version": 2}, "classes": {"cat": ["cat"], "others": "rest"},
        "held_out": 0.3, "homology": {"n_neighbors": 2, "scale": 1},
    }  # fmt: skip
    tiny_config["data_home"] = str(tmp_path / "kept")
    with openml(monkeypatch, **{"class": "nominal"}):
        plan = Plan(resolve(tiny_config, SCHEMA))
    assert kept_file({"name": "animals", "version": 2}, str(tmp_path / "kept")).exists()
    experiments._size_of.cache_clear()  # as in another process
    wildcards = job("tori/4x25/fast/relu/0-1")
    assert (plan.shape(wildcards), plan.widths(wildcards)[-1]) == ((6, 2), 2)
    assert "data_home" not in plan.dataset(wildcards)


@pytest.fixture
def loaded(monkeypatch) -> list[str]:
    """The sources whose points are drawn or read from here on."""
    found = []

    def note_and_load(dataset: dict, data_home: str | None):
        found.append(dataset.get("generator") or dataset["sklearn"])
        return load_points(dataset, data_home)

    monkeypatch.setattr(experiments, "load_points", note_and_load)
    experiments._size_of.cache_clear()
    return found


def test_points_are_drawn_once_for_checks_and_memory(tiny_config, loaded):
    tiny_config["datasets"]["coarse"] = {**tiny_config["datasets"]["discs"], "title": "Coarse"}
    plan = Plan(resolve(tiny_config, SCHEMA))
    for path in plan.paths(BATCH_PATH.replace("seeds_", "")):
        wildcards = job(path)
        assert min(plan.training_mb(wildcards, 1), plan.homology_mb(wildcards, 1)) > 1000
        assert plan.shape(wildcards)[1] == {"tori": 3, "discs": 2, "digits": 8}[wildcards.dataset]
    assert loaded == ["entangled_tori", "five_discs", "digits"]


def test_a_job_of_a_checked_run_draws_its_own_data_set_only(tiny_config, loaded):
    settings = resolve(tiny_config, SCHEMA, checked=True)
    assert settings == resolve(tiny_config, SCHEMA)
    loaded.clear()
    experiments._size_of.cache_clear()
    plan = Plan(resolve(tiny_config, SCHEMA, checked=True))
    assert loaded == []
    assert plan.homology_mb(job("discs/3x15/fast/relu/0-1"), 1) > 1000
    assert loaded == ["five_discs"]


def test_names_of_paths():
    assert named(["D-I/9x15/fast/relu", "D-I/9x15"]) == [
        {"dataset": "D-I", "network": "9x15", "protocol": "fast", "activation": "relu"},
        {"dataset": "D-I", "network": "9x15"},
    ]


def test_a_data_set_that_no_experiment_uses_is_not_made(tiny_config):
    tiny_config["datasets"]["unused"] = dict(tiny_config["datasets"]["discs"])
    plan = Plan(resolve(tiny_config, SCHEMA))
    assert plan.drawn_datasets == ["tori", "discs"]
    assert plan.read_datasets == ["digits"]
    assert {dataset for dataset, _ in plan.chosen} == {"discs", "digits"}
