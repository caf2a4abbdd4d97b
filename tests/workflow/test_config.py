"""The configuration: each refusal with its text, defaults."""

import copy

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.conftest import ROOT, SCHEMA, configuration
from topodnn.datasets.loading import load_points
from topodnn.errors import InputError
from topodnn.workflow.config import resolve

REFUSED = [
    (("trainning",), {}, "Unknown key 'trainning' in the configuration (did you mean 'training'?)"),
    (("training", "epoch"), 3, "Unknown key 'epoch' in training (did you mean 'epochs'?)"),
    (("training", "by_activation", "tanh"), {"lr": 1}, "Unknown key 'lr' in training.by_act"),
    (("datasets", "tori", "sead"), 3, "Unknown key 'sead' in datasets.tori (did you mean 'seed'?)"),
    (("datasets", "tori", "homology", "k"), 3, "Unknown key 'k' in datasets.tori.homology"),
    (("datasets", "tori", "parameters", "n"), 3, "Unknown key 'n' in datasets.tori.parameters; "
     "allowed are points_per_circle, noise"),
    (("datasets", "tori", "parameters", "noise"), -1, "datasets.tori.parameters.noise is -1, but "
     "must be a number of at least 0"),
    (("datasets", "tori", "generator"), "torus", "datasets.tori.generator is 'torus', but must be "
     "one of entangled_tori, discs_in_square"),
    (("datasets", "tori", "file"), "a.npz", "datasets.tori must have either the key 'generator' or "
     "one of 'file', 'openml' and 'sklearn', but has 'generator' and 'file'."),
    (("datasets", "x"), {"title": "X"}, "datasets.x must have either the key 'generator' or one of "
     "'file', 'openml' and 'sklearn', but has none of them."),
    (("datasets", "x"), {"openml": {"name": "iris", "version": 1}, "sklearn": "iris"}, "and "
     "'sklearn', but has 'openml' and 'sklearn'."),
    (("datasets", "x"), {"openml": {"name": "iris", "version": 1}, "label": "y"}, "has the key "
     "'label', which is for the key 'file' only; for 'openml' it is openml.label."),
    (("datasets", "x"), {"openml": {"name": "iris"}}, "The key 'version' is missing in datasets.x."
     "openml"),
    (("datasets", "x"), {"openml": {"name": "../a", "version": 1}}, "x.openml.name is '../a', but"),
    (("datasets", "x"), {"openml": {"name": "a", "version": 1, "sha256": "1f"}}, "x.openml.sha256 "
     "is '1f', but must be of the form"),
    (("datasets", "x"), {"sklearn": "mnist"}, "datasets.x.sklearn is 'mnist', but must be one of "
     "breast_cancer, digits, iris, wine"),
    (("datasets", "tori", "scaling"), "max_abs", "datasets.tori has the key 'scaling', which is "
     "for 'file', 'openml' and 'sklearn', but its points are those of a generator."),
    (("datasets", "tori", "classes"), {"a": [0], "b": [1]}, "datasets.tori has the key 'classes'"),
    (("datasets", "tori", "duplicates"), "drop", "datasets.tori has the key 'duplicates', which"),
    (("datasets", "tori", "max_points_per_class"), 9, "has the key 'max_points_per_class', which"),
    (("datasets", "tori", "components"), 2, "datasets.tori has the key 'components', which is for"),
    (("datasets", "x"), {"sklearn": "iris", "classes": {"a": [0]}}, "datasets.x.classes is {'a': "
     "[0]}, but must be a mapping with at least 2 entries"),
    (("datasets", "x"), {"sklearn": "iris", "classes": {"a": [0], "b": "others"}}, "x.classes.b is "
     "'others', but must be of the form ^rest"),
    (("datasets", "x"), {"sklearn": "iris", "classes": {"a": [True], "b": "rest"}}, "x.classes.a.0 "
     "is True, but must be of type number or string"),
    (("datasets", "x"), {"sklearn": "iris", "classes": {"a": [0], "b": [3]}}, "datasets.x: classes"
     ".b names the label '3', which scikit-learn's data set iris does not have; its labels are "
     "'0', '1', '2'"),
    (("datasets", "x"), {"sklearn": "iris", "duplicates": "dropped"}, "but must be one of keep, d"),
    (("datasets", "x"), {"sklearn": "iris", "max_points_per_class": 1}, "but must be at least 2"),
    (("datasets", "x"), {"sklearn": "iris", "scaling": "minmax"}, "be one of none, standard, max_"),
    (("datasets", "x"), {"sklearn": "iris", "components": 5}, "datasets.x: components is 5, but "
     "must be at most 4: the data set has 4 features and 135 points that are not held out"),
    (("datasets", "x"), {"sklearn": "digits", "max_points_per_class": 60}, "datasets.x.homology."
     "scale is 'auto', but must be a number: of a file or a public data set"),
    (("datasets", "x"), {"sklearn": "iris", "homology": {"scale": 2.5}}, "datasets.x.homology.grid"
     ".last is 50, but must be smaller than the number of points of a class, 50"),
    (("datasets", "x"), {"sklearn": "iris", "max_points_per_class": 20, "homology": {"n_neighbors":
     20, "scale": 2.5}}, "must be smaller than the number of points of a class, 20"),
    (("data_home",), 3, "data_home is 3, but must be of type string or null"),
    (("datasets", "../evil"), {}, "must be of the form"),
    (("name",), "../evil", "name is '../evil', but must be of the form"),
    (("experiments", 0, "seed"), 3, "Unknown key 'seed' in experiments.0 (did you mean 'seeds'?)"),
    (("experiments", 0, "networks"), ["9x9"], "experiments.0.networks names '9x9', but must name "
     "one of 4x25"),
    (("experiments", 0, "datasets"), ["D-I"], "experiments.0.datasets names 'D-I', but must name"),
    (("experiments",), [], "experiments is [], but must be a list of at least 1"),
    (("activations",), ["reluu"], "activation is 'reluu', but must be one of celu, elu"),
    (("activations",), [], "activations is [], but must be a list of at least 1"),
    (("activations",), ["relu", "relu"], "but must be a list without repetitions"),
    (("activation_parameters",), {"leaky_relu": {"slope": 1}}, "'leaky_relu' has no parameter"),
    (("own_activations",), {"relu": "ReLU"}, "own_activations has 'relu', but that is one"),
    (("own_activations",), {"../x": "ReLU"}, "must be of the form"),
    (("own_activations",), {"swish": "exit()"}, "own_activations.swish is 'exit()'"),
    (("own_activations",), {"swish": "Swish"}, "'swish': activation is 'Swish', but must"),
    (("own_activations",), {"swish": "no_module:A"}, "'swish': activation 'no_module:A'"),
    (("activations",), ["Softplus"], "… (21 in all); others are named"),
    (("seeds",), 0, "seeds is 0, but must be at least 1"),
    (("seeds",), "many", "seeds is 'many', but must be of type integer"),
    (("seeds_per_job",), 0, "seeds_per_job is 0, but must be at least 1"),
    (("datasets", "tori", "homology", "n_neighbors"), 3200, "datasets.tori.homology.n_neighbors is "
     "3200, but must be smaller than the number of points of a class, 3200"),
    (("datasets", "tori", "homology", "n_neighbors"), {"low": 9, "high": 3200}, "n_neighbors.high "
     "is 3200, but must be smaller than the number of points of a class, 3200"),
    (("datasets", "tori", "homology", "n_neighbors"), {"low": 9, "high": 8}, "n_neighbors.low is "
     "9, but must be at most high, 8"),
    (("datasets", "tori", "homology", "n_neighbors"), {"low": 9}, "The key 'high' is missing in "),
    (("datasets", "tori", "homology", "n_neighbors"), {"low": 1, "high": 8}, "low is 1, but must"),
    (("datasets", "discs", "homology", "n_neighbors"), {"low": 6, "high": 8}, "homology.scale is "
     "'auto', but must be a number where n_neighbors is a range"),
    (("datasets", "tori", "homology", "scale"), 0.5, "datasets.tori.homology.scale is 0.5, but"),
    (("datasets", "discs", "homology", "grid", "scales"), [1.5, 0.5], "homology.grid.scales.1 is "
     "0.5, but must be at least 1"),
    (("datasets", "discs", "all_points", "scale"), 0.9, "all_points.scale is 0.9, but must be at"),
    (("datasets", "discs", "homology", "other_scales"), [2.5], "datasets.discs.homology.scale is "
     "'auto', but must be a number where there are other_scales."),
    (("datasets", "tori", "homology", "other_scales"), [1.5, 2.1], "homology.other_scales has 2.1 "
     "beside 2.5, but must have only scales of other hops: distances are whole numbers of hops, "
     "and both scales are 2."),
    (("datasets", "tori", "homology", "other_scales"), [3, 1.5, 3.5], "has 3.5 beside 3, but must"),
    (("datasets", "tori", "homology", "other_scales"), [0.9], "other_scales.0 is 0.9, but must be "
     "at least 1"),
    (("datasets", "tori", "homology", "other_scales"), [11], "other_scales.0 is 11, but must"),
    (("datasets", "discs", "homology", "barcode_at"), [8, 9999], "homology.barcode_at has "
     "9999, but must be smaller than the number of points of a class, "),
    (("datasets", "discs", "homology", "grid", "scales"), [2.5, 1, 2.1], "datasets.discs.homology."
     "grid.scales has 2.1 and 2.5, but must have only one of them: distances are whole numbers of "
     "hops, and both scales are 2."),
    (("datasets", "discs", "all_points"), {"networks": 1, "grid": {"scales": [3, 3.5]}}, "discs."
     "all_points.grid.scales has 3 and 3.5, but"),
    (("datasets", "Figures"), {"generator": "five_discs"}, "datasets names 'Figures', but must not "
     "name comparisons or figures, which are folders of the results already."),
    (("training", "max_held_out_error"), 2, "training.max_held_out_error is 2, but must be"),
    (("training", "learning_rate"), 0, "training.learning_rate is 0, but must be greater than 0"),
    (("seeds",), 5.0, "seeds is 5.0, but must be of type integer"),
    (("networks", "4x25"), {"residual": True}, "The key 'widths' is missing in networks.4x25."),
    (("networks", "4x25"), 25, "networks.4x25 is 25, but must be of type list or mapping"),
    (("networks", "4x25"), {"widths": [5], "residual": "yes"}, "4x25.residual is 'yes', but must be"
     " of type boolean"),
    (("networks", "4x25"), {"widths": [5, 5], "skip": True}, "Unknown key 'skip' in networks.4x25"),
    (("networks", "4x25"), {"widths": [25, 20, 25], "residual": True}, "networks.4x25.residual is "
     "true, but no hidden layer is as wide as the layer before: from the input of tori on the "
     "widths are [3, 25, 20, 25]."),
    (("training", "epochs"), -1, "training.epochs is -1, but must be at least 0"),
    (("training", "shuffle_labels"), 1, "training.shuffle_labels is 1, but must be of type boole"),
    (("datasets", "tori", "homology", "class_by"), "truth", "homology.class_by is 'truth', but must"
     " be one of prediction, label, correct"),
    (("networks", "4x25"), [25, 25.0], "networks.4x25.1 is 25.0, but must be of type integer"),
    (("training", "learning_rate"), "1e-2", "'1e-2', but must be of type number (write 0.01)"),
    (("training", "learning_rate"), float("nan"), "training.learning_rate is nan, but must be of"),
    (("datasets", "tori", "parameters", "noise"), float("inf"), "noise is inf, but must be a"),
    (("datasets", "tori"), {"generator": "linked_rings", "parameters": {"scaled": 1}},
     "datasets.tori.parameters.scaled is 1, but must be true or false."),
    (("training",), {"protocol": "fast", "name": "paper"}, "training.name is 'paper', which is"),
    (("training",), {"protocol": "fast", "name": "My"}, "training.name is 'My', but"),
    (("datasets", "tori", "parameters", "points_per_circle"), 5.5, "must be a whole number of at"),
    (("datasets", "tori", "held_out"), 1e-6, "datasets.tori: held_out is 1e-06, but of the 3200"),
    ((1,), 3, "Unknown key '1' in the configuration"),
    (("name",), "test\n", "but must be of the form"),
    (("activation_parameters",), {"leaky_relu": {"negative_slope": "a"}}, "activation 'leaky_r"),
    (("experiments", 0, "training"), {"protocl": "fast"}, "Unknown key 'protocl' in experiments"),
    (("comparisons", "width", "networks"), ["4x25"], "comparisons.width names discs, 4x25, fast"),
    (("claims",), {"depth_networks": ["9x9"]}, "claims.depth_networks names '9x9', but must name"),
    (("datasets", "discs", "homology", "scale"), "automatic", "must be of the form ^auto"),
    (("datasets", "discs", "homology", "grid", "first"), 60, "homology.grid has no values: first"),
    (("datasets", "discs", "all_points"), {}, "The key 'networks' is missing in datasets.discs.al"),
    (("training", "protocol"), "slow", "training.protocol is 'slow', but must be one of fast, pap"),
    (("training", "schedule"), "cosine", "must be one of cosine_squared, halving, "
     "staircase, constant"),
    (("training", "beta_2"), 1, "training.beta_2 is 1, but must be less than 1"),
    (("tensorboard",), "true", "of type boolean (on the command line True or False)"),
    (("device",), "gpu", "device is 'gpu', but must be of the form"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "text"), REFUSED, ids=lambda x: str(x)[:40])
def test_a_bad_value_is_refused_with_one_sentence(tiny_config, key, value, text):
    place = tiny_config
    for part in key[:-1]:
        place = place[part] if isinstance(place, list) else place.setdefault(part, {})
    place[key[-1]] = value
    if "x" in tiny_config["datasets"]:  # the points of a data set are looked at where it is used
        tiny_config["experiments"].append({"datasets": ["x"], "networks": ["3x15"]})
    with pytest.raises(InputError) as error:
        resolve(tiny_config, SCHEMA)
    assert text in str(error.value)
    assert "\n" not in str(error.value)


def test_the_points_of_a_data_set_that_no_experiment_names_need_not_be_there(tiny_config):
    tiny_config["datasets"]["x"] = {"file": "nowhere.csv", "homology": {"scale": 2.5}}
    resolve(tiny_config, SCHEMA)
    tiny_config["experiments"].append({"datasets": ["x"], "networks": ["3x15"]})
    with pytest.raises(InputError, match=r"datasets.x: .*No such file or directory: 'nowhere.csv'"):
        resolve(tiny_config, SCHEMA)


@pytest.mark.parametrize("key", ["name", "datasets", "networks", "experiments"])
def test_a_missing_key_is_named(tiny_config, key):
    del tiny_config[key]
    with pytest.raises(InputError, match=f"The key '{key}' is missing in the configuration"):
        resolve(tiny_config, SCHEMA)


def test_scales_of_different_hops_are_accepted(tiny_config):
    tiny_config["datasets"]["discs"]["homology"]["grid"]["scales"] = [3.9, 1, 2.5, 4]
    tiny_config["datasets"]["discs"]["all_points"]["grid"]["scales"] = [
        2,
        2.5,
    ]  # its scale is given
    resolve(tiny_config, SCHEMA)


def test_defaults_are_filled_in_and_the_argument_is_left_alone(tiny_config):
    before = copy.deepcopy(tiny_config)
    settings = resolve(tiny_config, SCHEMA)
    assert tiny_config == before
    assert settings["device"] == "auto"
    assert settings["training"]["protocol"] == "fast"
    assert settings["datasets"]["tori"]["homology"]["stride"] == 1
    assert resolve(settings, SCHEMA) == settings


CONFIGS = sorted({*(ROOT / "config").glob("*.yaml")} - {SCHEMA})


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_every_configuration_of_the_repository_is_accepted(path):
    resolve(configuration(path), SCHEMA)


def test_every_key_of_the_schema_is_documented():
    text = (ROOT / "config/README.md").read_text(encoding="utf-8")

    def names(schema):
        for name, sub in schema.get("properties", {}).items():
            yield name
            yield from names(sub)
        for part in ("items", "additionalProperties"):
            if isinstance(schema.get(part), dict):
                yield from names(schema[part])

    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    missing = {name for name in names(schema) if f"`{name}`" not in text}
    assert not missing


def test_a_file_with_nan_is_refused_by_row_and_column(tiny_config, tmp_path):
    points = np.random.default_rng(0).normal(size=(60, 3))
    points[17, 2] = np.nan
    np.savez(tmp_path / "bad.npz", X=points, y=np.arange(60) % 2)
    tiny_config["datasets"]["tori"] = {
        "file": str(tmp_path / "bad.npz"),
        "homology": {"n_neighbors": 5},
    }
    with pytest.raises(InputError, match=r"bad\.npz: nan in row 17, column 2 \(1 such values\)"):
        resolve(tiny_config, SCHEMA)


def own_file(config: dict, folder, **keys) -> dict:
    """The configuration with 60 points of a file, 20 of them in the second class, as the tori."""
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2)), columns=["a", "b"])
    table.assign(kind=[0] * 40 + [1] * 20).to_csv(folder / "mine.csv", index=False)
    config["datasets"]["tori"] = {"file": str(folder / "mine.csv"), **keys}
    return config


def test_a_file_with_true_betti_numbers_lets_them_choose_the_scale(tiny_config, tmp_path):
    keys = {"true_betti": [[1], [1, 1]], "homology": {"grid": {"first": 4, "last": 8}}}
    settings = resolve(own_file(tiny_config, tmp_path, **keys), SCHEMA)
    assert settings["datasets"]["tori"]["homology"]["n_neighbors"] == "auto"
    assert load_points(settings["datasets"]["tori"])[2].tolist() == [[1, 0, 0], [1, 1, 0]]


def test_without_true_betti_numbers_k_alone_may_be_chosen(tiny_config, tmp_path):
    homology = {"scale": 2.5, "grid": {"first": 4, "last": 19}}
    resolve(own_file(tiny_config, tmp_path, homology=homology), SCHEMA)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({}, r"scale is 'auto', but must be a number: of a file .* 'true_betti' gives them"),
        ({"true_betti": [[1], [1], [1]]}, "true_betti has 3 rows, but the file has 2 classes"),
        (
            {"true_betti": [[1], [-1]]},
            r"datasets\.tori\.true_betti\.1\.0 is -1, but must be at least",
        ),
        ({"label": "c"}, r"mine\.csv has no column 'c'; it has a, b, kind"),
        ({"true_betti": [[1], [1]]}, "must be smaller than the number of points of a class, 20"),
    ],
)
def test_a_bad_file_is_refused_with_one_sentence(tiny_config, tmp_path, keys, text):
    grid = {"grid": {"first": 4, "last": 8}}
    keys = {"homology": grid if "smaller" not in text else {}, **keys}
    with pytest.raises(InputError, match=text) as error:
        resolve(own_file(tiny_config, tmp_path, **keys), SCHEMA)
    assert "\n" not in str(error.value)


def test_the_label_of_a_generator_is_refused(tiny_config):
    tiny_config["datasets"]["tori"]["label"] = "y"
    with pytest.raises(InputError, match="has the key 'label', which is for the key 'file' only"):
        resolve(tiny_config, SCHEMA)


@pytest.mark.parametrize(
    ("key", "value", "limit"),
    [("filtration_value", 11, "max_scale, 10"), ("scale", 6, "max_hops, 5"),
     ("n_neighbors", 81, "n_points, 80")],
)  # fmt: skip
def test_persistence_is_checked(tiny_config, key, value, limit):
    tiny_config["datasets"]["tori"]["persistence"] = {"n_points": 80, key: value}
    wanted = rf"tori\.persistence\.{key} is {value}, but must be at most {limit}\."
    with pytest.raises(InputError, match=wanted):
        resolve(tiny_config, SCHEMA)


def test_persistence_has_defaults_and_is_not_there_unasked(tiny_config):
    tiny_config["datasets"]["tori"]["persistence"] = {"n_points": 80}
    datasets = resolve(tiny_config, SCHEMA)["datasets"]
    assert "persistence" not in datasets["discs"]
    assert datasets["tori"]["persistence"] == {
        "n_points": 80, "seed": 0, "filtration_value": 0.5, "max_scale": 10, "max_hops": 5,
        "max_dimension": 1, "n_neighbors": 6, "scale": 2.5,
    }  # fmt: skip
