"""What is done to points that are not drawn: each key against a plain computation."""

import logging

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scripts import read_data as script
from topodnn.datasets.files import read_data
from topodnn.datasets.preparation import (
    check_components,
    choose_classes,
    prepare,
    project,
    read_dataset,
    scale,
    some_of_each_class,
    without_duplicates,
)
from topodnn.datasets.splits import held_out_mask
from topodnn.errors import InputError

DIGITS = {"sklearn": "digits", "held_out": 0.2, "seed": 3}
ZERO = {"zero": [0], "others": "rest"}


def digits(**keys) -> dict:
    return DIGITS | keys


# Classes ------------------------------------------------------------------------------------------


def test_a_digit_against_the_others():
    points, labels, true_betti, n_read = read_dataset(digits(classes=ZERO))
    _, numbers, _, _ = read_dataset(DIGITS)
    assert np.array_equal(labels, numbers != 0)
    assert labels.dtype == np.int64
    assert (points.shape, true_betti.shape, n_read) == ((1797, 64), (0, 0), 1797)


def test_classes_have_the_order_of_the_configuration_and_leave_labels_out(caplog):
    texts = np.array(["a", "b", "1", "c", "b", "0.5"])
    with caplog.at_level(logging.INFO, "topodnn"):
        labels = choose_classes(texts, {"two": [1, "c"], "one": ["b", 0.5]}, "mine.csv")
    assert labels.tolist() == [-1, 1, 0, 0, 1, 1]
    assert "classes: two 2, one 3 points; 1 of 6 left out" in caplog.text


@given(
    texts=st.lists(st.sampled_from("abcde"), min_size=1),
    members=st.lists(st.sampled_from(["one", "two", "rest", "none"]), min_size=5, max_size=5),
)
def test_every_point_has_the_class_that_names_its_label(texts, members):
    occurs = [label for label in "abcde" if label in texts]
    of = dict(zip("abcde", members, strict=True))
    classes = {
        name: [label for label in occurs if of[label] == name] for name in ("one", "two", "none")
    }
    classes = {name: given for name, given in classes.items() if given}
    if any(of[label] == "rest" for label in occurs):
        classes["rest"] = "rest"
    assume(classes)
    labels = choose_classes(np.array(texts), classes, "mine.csv")
    assert [list(classes)[label] for label in labels] == [of[text] for text in texts]


@pytest.mark.parametrize(
    ("classes", "text"),
    [
        ({"a": [1], "b": [7]}, "classes.b names the label '7', which mine.csv does not have; its "
         "labels are '1', 'cat', 'dog'"),
        ({"a": [1, "cat"], "b": ["1"]}, "classes names the label '1' twice, in a and in b; a"),
        ({"a": [1.0, 1], "b": "rest"}, "classes names the label '1' twice, in a and in a; a"),
        ({"a": "rest", "b": [1], "c": "rest"}, "classes has 'rest' for a and c, but may have it"),
        ({"a": [1, "cat"], "b": "rest", "c": ["dog"]}, "classes.b is 'rest', but the other "
         "classes have all labels of mine.csv"),
    ],
)  # fmt: skip
def test_bad_classes_are_refused_with_one_sentence(classes, text):
    with pytest.raises(InputError) as error:
        choose_classes(np.array(["cat", "1", "dog", "1"]), classes, "mine.csv")
    assert str(error.value).startswith(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        (["cat", "dog"], "the labels are 'cat', 'dog', but must be whole numbers 0, 1, …, unless "
         "the key 'classes' says which labels make up each class"),
        ([str(i) + "a" for i in range(30)], "… (30 in all), but must be whole numbers"),
        ([0, 0.5], "the labels are '0', '0.5', but must be whole numbers"),
        ([1, 2], "the labels are 1, 2, but must be 0, 1, … of two or more classes; the key "
         "'classes' chooses among other labels"),
    ],
)  # fmt: skip
def test_without_classes_the_labels_are_whole_numbers_from_0(tmp_path, labels, text):
    np.savez(tmp_path / "mine.npz", X=np.eye(len(labels)), y=labels)
    with pytest.raises(InputError) as error:
        read_dataset({"file": str(tmp_path / "mine.npz"), "held_out": 0.1, "seed": 0})
    assert str(error.value).startswith(f"{tmp_path}/mine.npz: the labels are ")
    assert text in str(error.value)


def test_text_of_whole_numbers_counts_as_numbers(tmp_path):
    np.savez(tmp_path / "mine.npz", X=np.eye(3), y=["1", "0", "2"])
    assert read_dataset({"file": str(tmp_path / "mine.npz")})[1].tolist() == [1, 0, 2]


def test_true_betti_numbers_have_a_row_for_each_chosen_class():
    rows = [[1], [1, 1, 0, 1]]
    found = read_dataset(digits(classes=ZERO, true_betti=rows))[2]
    assert found.tolist() == [[1, 0, 0, 0], [1, 1, 0, 1]]
    with pytest.raises(InputError, match="true_betti has 2 rows, but the data set has 10 classes"):
        read_dataset(digits(true_betti=rows))


# Duplicates, samples ------------------------------------------------------------------------------


def test_equal_points_stay_once_and_go_where_they_have_two_classes(caplog):
    points = np.array([[1, 2], [0, 0], [1, 2], [3, 4], [-0.0, 0], [3, 4], [3, 4]], np.float32)
    with caplog.at_level(logging.INFO, "topodnn"):
        kept = without_duplicates(points, np.array([0, 1, 0, 0, 1, 1, 0]))
    assert kept.tolist() == [0, 1]
    assert "of 7 points, 2 that repeat another of their class are left out, and 3 that" in (
        caplog.text
    )


@given(
    points=arrays(np.float32, st.tuples(st.integers(1, 30), st.integers(1, 3)),
                  elements=st.sampled_from([0.0, -0.0, 1.0, 2.5])),
    data=st.data(),
)  # fmt: skip
def test_duplicates_are_those_of_a_plain_loop(points, data):
    labels = data.draw(arrays(int, len(points), elements=st.integers(0, 2)))
    found: dict[tuple, list[int]] = {}
    for i, point in enumerate(points.tolist()):
        found.setdefault(tuple(point), []).append(i)  # tuples of -0.0 and 0.0 are equal
    wanted = [places[0] for places in found.values() if len(set(labels[places])) == 1]
    assert without_duplicates(points, labels).tolist() == sorted(wanted)


def test_duplicates_are_dropped_where_it_is_asked_for(tmp_path):
    np.savez(tmp_path / "mine.npz", X=[[0], [0], [1], [2], [2]], y=[0, 0, 1, 0, 1])
    dataset = {"file": str(tmp_path / "mine.npz"), "held_out": 0.5, "seed": 0}
    for keys, wanted in (
        ({}, [0, 0, 1, 2, 2]), ({"duplicates": "keep"}, [0, 0, 1, 2, 2]),
        ({"duplicates": "drop"}, [0, 1]),
    ):  # fmt: skip
        assert read_dataset(dataset | keys)[0].ravel().tolist() == wanted


def test_points_of_two_labels_in_one_class_are_of_one_class(tmp_path):
    np.savez(tmp_path / "mine.npz", X=[[0], [0], [1]], y=["a", "b", "c"])
    keys = {"classes": {"ab": ["a", "b"], "c": ["c"]}, "duplicates": "drop"}
    points, labels, _, _ = read_dataset({"file": str(tmp_path / "mine.npz"), **keys})
    assert (points.ravel().tolist(), labels.tolist()) == ([0, 1], [0, 1])


def test_a_class_of_which_no_point_is_left_is_named(tmp_path):
    np.savez(tmp_path / "mine.npz", X=[[0], [1], [0]], y=[0, 0, 1])
    with pytest.raises(InputError, match=r"duplicates is 'drop', but then no point of class 1 is"):
        read_dataset({"file": str(tmp_path / "mine.npz"), "duplicates": "drop"})


@given(labels=arrays(int, st.integers(1, 40), elements=st.integers(0, 3)),
       most=st.integers(1, 20), seed=st.integers(0, 5))  # fmt: skip
def test_at_most_so_many_points_of_a_class_are_drawn_in_their_order(labels, most, seed):
    kept = some_of_each_class(labels, most, seed)
    assert (np.diff(kept) > 0).all()
    assert np.array_equal(
        np.bincount(labels[kept], minlength=4), np.minimum(np.bincount(labels, minlength=4), most)
    )
    assert np.array_equal(kept, some_of_each_class(labels, most, seed))


def test_the_seed_of_the_data_set_draws_its_points():
    one, same, other = (
        read_dataset(digits(max_points_per_class=50, seed=seed))[0] for seed in (0, 0, 1)
    )
    assert one.shape == (500, 64)
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


# Scaling, components ------------------------------------------------------------------------------

CLOUD = np.random.default_rng(0).normal([5, -3, 0, 7], [4, 1, 0.1, 0], (60, 4)).astype(np.float32)
TRAINING = np.arange(60) % 3 > 0


def test_standard_scaling_is_that_of_the_training_points():
    found = scale(CLOUD, TRAINING, "standard")
    mean, deviation = CLOUD[TRAINING].mean(axis=0), CLOUD[TRAINING].std(axis=0)
    wanted = (CLOUD[:, :3] - mean[:3]) / deviation[:3]
    np.testing.assert_allclose(found[:, :3], wanted, rtol=1e-4, atol=1e-4)
    assert (found[:, 3] == 0).all()  # a constant feature
    assert found.dtype == np.float32


def test_the_largest_value_of_the_training_points_becomes_1():
    points = CLOUD.copy()
    points[0] = 1000  # held out
    found = scale(points, TRAINING, "max_abs")
    np.testing.assert_allclose(found, points / np.abs(points[TRAINING]).max(), rtol=1e-6)
    assert np.abs(found[TRAINING]).max() == 1
    assert found.dtype == np.float32
    assert (scale(np.zeros_like(points), TRAINING, "max_abs") == 0).all()


def test_points_that_are_not_scaled_are_left_as_they_are():
    assert scale(CLOUD, TRAINING, "none") is CLOUD


@pytest.mark.parametrize("shape", [(60, 4), (9, 20)])  # by the covariance, and directly
def test_components_are_those_of_a_singular_value_decomposition(shape, caplog):
    points = np.random.default_rng(1).normal(size=shape) * np.arange(1, shape[1] + 1)
    points, training = points.astype(np.float32), np.arange(shape[0]) % 3 > 0
    with caplog.at_level(logging.INFO, "topodnn"):
        found = project(points, training, 3)
    mean = points[training].astype(float).mean(axis=0)
    _, values, axes = np.linalg.svd(points[training] - mean, full_matrices=False)
    wanted = (points - mean) @ axes[:3].T
    signs = np.sign((found * wanted).sum(axis=0))
    np.testing.assert_allclose(found, wanted * signs, rtol=1e-3, atol=1e-3)
    assert found.dtype == np.float32
    share = (values[:3] ** 2).sum() / (values**2).sum()
    assert f"components: 3 of {shape[1]} features, with {share:.4f} of the var" in caplog.text
    assert np.array_equal(found, project(points, training, 3))


@pytest.mark.parametrize(
    "change",
    [
        lambda points, training: scale(points, training, "standard"),
        lambda points, training: scale(points, training, "max_abs"),
        lambda points, training: project(points, training, 2),
    ],
    ids=["standard", "max_abs", "components"],
)
def test_held_out_points_decide_nothing(change):
    others = CLOUD.copy()
    others[~TRAINING] *= 100
    one, other = change(CLOUD, TRAINING), change(others, TRAINING)
    assert np.array_equal(one[TRAINING], other[TRAINING])
    assert not np.allclose(one[~TRAINING], other[~TRAINING])


@pytest.mark.parametrize(("n_components", "n_features", "n_training"), [(5, 4, 40), (5, 40, 4)])
def test_more_components_than_there_are_is_said_in_one_sentence(
    n_components, n_features, n_training
):
    with pytest.raises(InputError) as error:
        check_components(n_components, n_features, n_training)
    assert str(error.value) == (
        f"components is 5, but must be at most 4: the data set has {n_features} features and "
        f"{n_training} points that are not held out"
    )
    check_components(4, n_features, n_training)
    with pytest.raises(InputError, match="components is 5, but must be at most 4"):
        project(CLOUD, TRAINING, 5)


# All together -------------------------------------------------------------------------------------


def test_all_steps_have_their_order_and_each_is_logged(tmp_path, caplog):
    keys = {"classes": ZERO, "duplicates": "drop", "max_points_per_class": 150,
            "scaling": "standard", "components": 5}  # fmt: skip
    with caplog.at_level(logging.INFO, "topodnn"):
        script.main(digits(**keys), tmp_path / "data.npz")
    found = read_data(tmp_path / "data.npz")
    points, labels, _, _ = read_dataset(DIGITS)
    labels = (labels != 0).astype(np.int64)
    chosen = some_of_each_class(labels, 150, 3)  # no two digits are equal
    held_out = held_out_mask(labels[chosen], 0.2, 3)
    wanted = project(scale(points[chosen], ~held_out, "standard"), ~held_out, 5)
    assert np.array_equal(found.points, wanted)
    assert np.array_equal(found.labels, labels[chosen])
    assert np.array_equal(found.held_out, held_out)
    steps = [record.message.partition(":")[0] for record in caplog.records][:5]
    assert steps == ["classes", "duplicates", "max_points_per_class", "scaling", "components"]
    assert caplog.records[-1].message == "300 points in 5 features, 60 of them held out"


def test_points_that_are_not_prepared_are_those_of_the_source(tmp_path):
    np.savez(tmp_path / "mine.npz", X=CLOUD, y=np.arange(60) % 2)
    data = prepare({"file": str(tmp_path / "mine.npz"), "held_out": 0.1, "seed": 2})
    assert np.array_equal(data.points, CLOUD)
    assert np.array_equal(data.held_out, held_out_mask(np.arange(60) % 2, 0.1, 2))
