"""The choices that could change the verdicts: which complexes they are, and on what k is chosen."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.test_outputs import plan_of
from topodnn.errors import InputError
from topodnn.workflow.variations import (
    DEFAULT,
    check_robustness,
    variations,
    varied_datasets,
)

HOMOLOGY = {"n_neighbors": "auto", "scale": 2.5, "stride": 4, "class_by": "prediction"}


def varied(together=(), **vary) -> dict[str, dict]:
    return variations({"networks": 10, "vary": vary, "together": list(together)}, HOMOLOGY)


def test_each_choice_is_varied_by_itself_and_the_default_is_there():
    found = varied(scale=[1.5, 2.5], stride=[1, 4], layers=["before_activation"])
    assert list(found) == [
        DEFAULT, "vary_scale_1.5", "vary_stride_1", "vary_layers_before_activation",
    ]  # fmt: skip  # what is the default already is not another choice
    assert found["vary_stride_1"]["stride"] == 1
    assert found["vary_stride_1"]["scale"] == HOMOLOGY["scale"]
    assert found["vary_stride_1"]["changes"] == {"stride": 1}
    ks = [numbers["k"] for numbers in found.values()]
    assert ks == ["steps and next", "range", "middle", "range"]


def test_choices_that_belong_together_are_combined_in_full():
    found = varied(["scale", "stride"], scale=[1.5, 3.5], stride=[1], class_by=["label"])
    assert list(found) == [
        DEFAULT, "vary_stride_1", "vary_scale_1.5", "vary_scale_1.5-stride_1", "vary_scale_3.5",
        "vary_scale_3.5-stride_1", "vary_class_by_label",
    ]  # fmt: skip
    assert found.pop(DEFAULT)["k"] == "steps and next"
    assert found.pop("vary_class_by_label")["k"] == "range"
    assert {numbers["k"] for numbers in found.values()} == {"steps"}


def test_other_points_and_another_scale_choose_k_anew():
    found = varied(scale=[1.5], sample=[0], class_by=["label"])
    assert {name: numbers["chosen_on"] for name, numbers in found.items()} == {
        DEFAULT: "homology",
        "vary_scale_1.5": "vary_scale_1.5",
        "vary_sample_0": "vary_sample_0",
        "vary_class_by_label": "homology",  # the same points at the input
    }


def test_variations_with_one_complex_are_looked_at_together():
    found = varied(["scale"], scale=[1.5], class_by=["label"], layers=["before_activation"])
    assert {name: numbers["complex"] for name, numbers in found.items()} == {
        DEFAULT: DEFAULT,
        "vary_scale_1.5": "vary_scale_1.5",
        "vary_class_by_label": DEFAULT,
        "vary_layers_before_activation": DEFAULT,
    }
    both = varied(["scale", "class_by"], scale=[1.5], class_by=["label"])
    assert both["vary_scale_1.5-class_by_label"]["complex"] == "vary_scale_1.5"


@given(st.data())
def test_every_complex_is_looked_at_by_a_variation_of_its_name(data):
    choices = {"scale": [1.5, 3.5], "stride": [1, 2], "sample": [0], "class_by": ["label"]}
    together = data.draw(st.lists(st.sampled_from([*choices]), unique=True))
    found = varied(together, **choices)
    for numbers in found.values():
        same = found[numbers["complex"]]
        assert same["complex"] == numbers["complex"]
        assert all(same[key] == numbers[key] for key in ("scale", "stride", "sample"))


@given(st.lists(st.integers(1, 9), unique=True), st.lists(st.integers(0, 9), unique=True))
def test_there_are_as_many_as_combinations(strides, samples):
    found = varied(["stride"], stride=strides, sample=samples)
    others = [stride for stride in strides if stride != HOMOLOGY["stride"]]
    assert len(found) == math.prod([len(others) + 1]) + len(samples)
    for numbers in found.values():
        assert all(numbers[choice] == value for choice, value in numbers["changes"].items())


def test_of_clouds_that_differ_in_their_seed_only_the_first_is_varied():
    clouds = [["one", "again"]]
    assert varied_datasets({"datasets": None}, ["one", "again", "two"], clouds) == ["one", "two"]
    assert varied_datasets({"datasets": ["two"]}, ["one", "again", "two"], clouds) == ["two"]


def test_another_cloud_of_a_data_set_cannot_be_varied():
    clouds = {name: {"generator": "rings", "seed": seed, "homology": {"scale": 2.5}}
              for seed, name in enumerate(("one", "again"))}  # fmt: skip
    config = {
        "datasets": clouds,
        "experiments": [{"datasets": ["one", "again"]}],
        "claims": {"smallest_group": 5},
        "robustness": {"datasets": ["one"], "networks": 5, "vary": {"scale": [1.5]}},
    }
    check_robustness(config)
    config["robustness"]["datasets"] = ["again"]
    with pytest.raises(InputError, match=r"names 'again', but must name one of one; of those"):
        check_robustness(config)


def test_the_kept_study_varies_the_judged_networks_only():
    plan = plan_of("robustness")
    assert {batch["protocol"] for batch in plan.varied} == {"fast"}
    assert plan.protocols == ["fast"]  # others are those of the kept results
    assert {batch["dataset"] for batch in plan.varied} == {"D-I", "D-II", "D-III"}
    assert not [sample for _, sample in plan.samples if sample.startswith("vary")]
    assert ("D-II", "vary_scale_1.5") in plan.chosen_variations
    assert not plan_of("paper").varied


def test_the_jobs_look_at_every_variation_once():
    plan = plan_of("robustness")
    kinds = {batch["dataset"]: batch["activation"] for batch in plan.varied}
    jobs = [SimpleNamespace(**b) for b in plan.varied if kinds[b["dataset"]] == b["activation"]]
    nine = [job for job in jobs if job.network == "9x15"]
    found = [(job.dataset, name) for job in nine for name in plan.same_complex(job)]
    assert sorted(found) == sorted(plan.variations)
    default = plan.same_complex(SimpleNamespace(dataset="D-II", sample=DEFAULT))
    assert set(default) == {
        DEFAULT, "vary_class_by_label", "vary_class_by_correct", "vary_layers_before_activation",
    }  # fmt: skip
    assert default["vary_class_by_label"]["class_by"] == "label"
    assert default[DEFAULT]["k"] == "steps and next"
