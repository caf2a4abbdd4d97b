"""The choice of the scale in a file: what is written is read back, what is broken is refused."""

import pytest

from topodnn.homology.files import read_scale, sampled_complex, write_scale


def test_a_choice_of_the_scale_survives_the_file(tmp_path):
    block = {"n_neighbors": [30, 35], "scale": [2.5, 3.5]}
    choice = {"n_neighbors": 30, "scale": 2.5, "block": block, "method": "plateau", "stride": 4}
    write_scale(tmp_path / "scale.yaml", choice)
    assert read_scale(tmp_path / "scale.yaml") == choice


def test_a_number_goes_before_the_choice_and_auto_is_what_is_chosen(tmp_path):
    block = {"n_neighbors": [10, 12, 14], "scale": [2.5]}
    choice = {"n_neighbors": 12, "scale": 2.5, "block": block, "stride": 3}
    write_scale(tmp_path / "scale.yaml", choice)
    given = {"n_neighbors": "auto", "scale": 1.5, "max_dimension": 1, "stride": 3}
    stride, numbers = sampled_complex(given, tmp_path / "scale.yaml")
    chosen = {"n_neighbors": 12, "k_low": 10, "k_high": 14}
    assert (stride, numbers) == (3, chosen | {"scale": 1.5, "max_dimension": 1})
    _, numbers = sampled_complex(given | {"scale": "auto"}, tmp_path / "scale.yaml")
    assert numbers == chosen | {"scale": 2.5, "max_dimension": 1}


def test_a_choice_from_before_there_were_methods_is_by_the_true_betti_numbers(tmp_path):
    (tmp_path / "scale.yaml").write_text("{n_neighbors: 3, scale: 2.5, block: {}, stride: 1}")
    assert read_scale(tmp_path / "scale.yaml")["method"] == "true_betti"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "is not a YAML file"),
        ("", "has no key 'n_neighbors'; it must be what choose_scale wrote"),
        ("{n_neighbors: 3, scale: 2.5, block: {}}", "has no key 'stride'"),
    ],
)
def test_a_broken_choice_of_the_scale_is_refused_with_one_sentence(tmp_path, text, message):
    (tmp_path / "scale.yaml").write_text(text)
    with pytest.raises(ValueError, match=message) as error:
        read_scale(tmp_path / "scale.yaml")
    assert "\n" not in str(error.value)
