"""Experiments: batches of seeds, their training and figures, networks of files."""

from pathlib import Path

import pytest
import yaml

from tests.conftest import SCHEMA
from topodnn.errors import InputError
from topodnn.workflow.config import resolve
from topodnn.workflow.experiments import batches_of, weight_files


def tori_only(config: dict) -> dict:
    config |= {"experiments": config["experiments"][:1], "comparisons": {}}
    return config


def test_jobs_are_batches_of_seeds_each_once(tiny_config):
    tori_only(tiny_config)
    tiny_config["experiments"] *= 2
    tiny_config |= {"seeds": 5, "seeds_per_job": 2}
    batches = batches_of(resolve(tiny_config, SCHEMA))
    assert [(b["activation"], b["first"], b["last"]) for b in batches] == [
        (activation, *seeds)
        for activation in ("relu", "tanh")
        for seeds in ((0, 1), (2, 3), (4, 4))
    ]


def test_an_experiment_may_name_its_own_activations_and_seeds(tiny_config):
    tori_only(tiny_config)
    tiny_config["experiments"].append(
        {"datasets": ["tori"], "networks": ["4x25"], "activations": ["gelu"], "seeds": 1}
    )
    batches = batches_of(resolve(tiny_config, SCHEMA))
    assert [b["last"] for b in batches if b["activation"] == "gelu"] == [0]
    assert len(batches) == 3


def test_an_experiment_may_have_its_own_training(tiny_config):
    tori_only(tiny_config)
    own = {"protocol": "paper", "max_trials": 5}
    tiny_config["experiments"].append(
        {"datasets": ["tori"], "networks": ["4x25"], "activations": ["relu"], "training": own}
    )
    batches = batches_of(resolve(tiny_config, SCHEMA))
    assert [(b["protocol"], b["activation"]) for b in batches] == [
        ("fast", "relu"), ("fast", "tanh"), ("paper", "relu"),
    ]  # fmt: skip
    assert batches[0]["training"]["epochs"] == 50
    assert batches[2]["training"] == own | {"by_activation": {}}


def test_two_trainings_that_would_share_a_place_are_refused(tiny_config):
    tori_only(tiny_config)
    own = {"protocol": "fast", "epochs": 3}
    tiny_config["experiments"].append(
        {"datasets": ["tori"], "networks": ["4x25"], "activations": ["relu"], "training": own}
    )
    with pytest.raises(
        InputError, match=r"experiments\.1\.training has other numbers than another"
    ):
        resolve(tiny_config, SCHEMA)


def test_a_kind_named_twice_has_the_figures_of_both(tiny_config):
    tori_only(tiny_config)["experiments"][0]["figures"] = []
    tiny_config["experiments"].append(
        {"datasets": ["tori"], "networks": ["4x25"], "activations": ["relu"], "figures": ["layers"]}
    )
    batches = batches_of(resolve(tiny_config, SCHEMA))
    assert {b["activation"]: b["figures"] for b in batches} == {"relu": {"layers"}, "tanh": set()}
    tiny_config["experiments"][1]["figures"] = ["curve"]
    with pytest.raises(InputError, match=r"figures\.0 is 'curve', but must be one of curves, l"):
        resolve(tiny_config, SCHEMA)


def from_files(config: dict, weights: str, **keys) -> dict:
    tori_only(config)["experiments"][0] |= {"weights": weights, **keys}
    return config


def test_networks_of_files_are_batches_of_the_protocol_pretrained(tiny_config, tmp_path):
    for name in ("relu_0", "relu_1", "tanh_0", "tanh_1"):
        (tmp_path / f"tori-4x25_{name}.pth").touch()
    pattern = str(tmp_path / "{dataset}-{network}_{activation}_{seed}.pth")
    batches = batches_of(resolve(from_files(tiny_config, pattern), SCHEMA))
    assert {b["protocol"] for b in batches} == {"pretrained"}
    assert [Path(p).name for b in batches for p in weight_files(b)] == [
        f"tori-4x25_{name}.pth" for name in ("relu_0", "relu_1", "tanh_0", "tanh_1")
    ]
    one = from_files(tiny_config, str(tmp_path / "tori-4x25_relu_1.pth"))
    assert {b["last"] for b in batches_of(resolve(one, SCHEMA))} == {0}


@pytest.mark.parametrize(
    ("weights", "keys", "text"),
    [
        ("none_{seed}.pth", {}, "but there is no file none_0.pth"),
        (
            "none.pth",
            {"seeds": 3},
            r"weights is 'none.pth', but for several seeds must have {seed}",
        ),
        ("{layer}.pth", {"seeds": 1}, r"may have {dataset}, {network}, {activation} and {seed}"),
        (
            "{seed}.pth",
            {"training": {"protocol": "paper"}},
            "has the keys 'weights' and 'training'",
        ),
    ],
)
def test_bad_weights_are_refused_with_one_sentence(tiny_config, weights, keys, text):
    with pytest.raises(InputError, match=text):
        resolve(from_files(tiny_config, weights, **keys), SCHEMA)


COMPARISON = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["properties"]["comparisons"]
QUANTITIES = COMPARISON["additionalProperties"]["properties"]["quantities"]["items"]["enum"]


@pytest.mark.parametrize("highest", range(4))
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_comparisons_show_betti_numbers_that_are_computed(tiny_config, quantity, highest):
    tiny_config["datasets"]["discs"]["homology"]["max_dimension"] = highest
    tiny_config["comparisons"]["width"]["quantities"] = ["beta_0", quantity][quantity == "beta_0" :]
    computed = ["omega", "beta_0", "beta_1", "beta_2", "beta_3"][: highest + 2]
    if quantity in computed:
        resolve(tiny_config, SCHEMA)
        return
    with pytest.raises(InputError) as error:
        resolve(tiny_config, SCHEMA)
    assert str(error.value) == (
        f"comparisons.width.quantities has {quantity!r}, but for discs, 3x15 must be of "
        f"{', '.join(computed)} (homology.max_dimension is {highest}, and the widest layer has 15 "
        "neurons)."
    )


def test_comparisons_show_betti_numbers_that_a_layer_can_have(tiny_config):
    tiny_config["datasets"]["discs"]["homology"]["max_dimension"] = 2
    tiny_config["networks"]["3x15"] = [2, 2]
    tiny_config["comparisons"]["width"]["quantities"] = ["beta_1"]
    resolve(tiny_config, SCHEMA)
    tiny_config["comparisons"]["width"]["quantities"] = ["beta_2"]
    with pytest.raises(InputError, match=r"has 'beta_2', .* and the widest layer has 2 neurons"):
        resolve(tiny_config, SCHEMA)
