"""Data sets of openml.org, of scikit-learn and of files, with labels of any kind."""

import hashlib
import logging
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from tests.openml import ROWS, openml
from topodnn.datasets.readers import read_labelled
from topodnn.datasets.sources import digest, kept_file, label_texts, read_source
from topodnn.errors import InputError

ANIMALS = {"openml": {"name": "animals", "version": 2}}
POINTS = [[1.5, 0], [-2, 3], [0.25, 7], [4, 5], [1.5, 0], [3, 1]]
LABELS = ["cat", "dog", "cat", "bird", "cat", "dog"]
CLASS = {"class": "nominal"}


def pinned(sha256: str) -> dict:
    return {"openml": ANIMALS["openml"] | {"sha256": sha256}}


def refusal(dataset: dict, home) -> str:
    with pytest.raises(InputError) as error:
        read_source(dataset, str(home))
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_data_set_is_fetched_once_and_then_read_without_a_network(monkeypatch, tmp_path):
    with openml(monkeypatch, **CLASS) as server:
        points, labels = read_source(ANIMALS, str(tmp_path))
        assert len(server.asked) >= 4
    shutil.rmtree(tmp_path / "openml")  # scikit-learn's cache; the server is gone too
    again, labels_again = read_source(ANIMALS, str(tmp_path))
    for one, texts in ((points, labels), (again, labels_again)):
        assert one.dtype == np.float32
        assert one.tolist() == POINTS
        assert texts.tolist() == LABELS


def test_what_is_kept_can_be_given_as_a_file(monkeypatch, tmp_path):
    with openml(monkeypatch, **CLASS):
        read_source(ANIMALS, str(tmp_path))
    path = kept_file(ANIMALS["openml"], str(tmp_path))
    assert path == tmp_path / "topodnn/animals,2.npz"
    assert list(path.parent.iterdir()) == [path]
    points, labels = read_source({"file": str(path)})
    assert points.tolist() == POINTS
    assert labels.tolist() == LABELS


def test_what_is_kept_lies_in_the_folder_of_scikit_learn_where_none_is_named(monkeypatch, tmp_path):
    from sklearn.datasets import get_data_home

    for value in (str(tmp_path / "own"), None):
        if value:
            monkeypatch.setenv("SCIKIT_LEARN_DATA", value)
        else:
            monkeypatch.delenv("SCIKIT_LEARN_DATA", raising=False)
            monkeypatch.setenv("HOME", str(tmp_path))
        home = kept_file(ANIMALS["openml"], None).parents[1]
        assert str(home) == str(get_data_home())


def test_names_and_labels_have_files_of_their_own_within_the_folder(tmp_path):
    wanted = ANIMALS["openml"]
    others = [wanted | {"label": "a"}, wanted | {"label": "../b/c"}, wanted | {"version": 1}]
    paths = {kept_file(one, str(tmp_path)) for one in [wanted, *others]}
    assert len(paths) == 4
    assert {path.resolve().parent for path in paths} == {tmp_path.resolve() / "topodnn"}


def test_another_column_may_be_the_labels(monkeypatch, tmp_path):
    rows = [row.rpartition(",")[0] + f",{i}" for i, row in enumerate(ROWS)]
    with openml(monkeypatch, rows, **{"class": "numeric"}):
        points, labels = read_source({"openml": ANIMALS["openml"] | {"label": "b"}}, str(tmp_path))
    assert labels.tolist() == ["0", "3", "7", "5", "0", "1"]
    assert points.tolist() == [[point[0], i] for i, point in enumerate(POINTS)]


def documented_digest(points: list, labels: list[str]) -> str:
    """As the documentation says: the shape, the points, the labels."""
    first = f"{len(points)} {len(points[0])}\n".encode()
    numbers = np.array(points, dtype="<f4").tobytes()
    return hashlib.sha256(first + numbers + ("\n".join(labels) + "\n").encode()).hexdigest()


def test_the_digest_is_logged_and_pins_the_data_set(monkeypatch, tmp_path, caplog):
    wanted = documented_digest(POINTS, LABELS)
    with openml(monkeypatch, **CLASS), caplog.at_level(logging.INFO, "topodnn"):
        read_source(ANIMALS, str(tmp_path))
    assert f"animals, version 2: sha256 {wanted}" in caplog.text
    assert read_source(pinned(wanted), str(tmp_path))[0].tolist() == POINTS
    text = refusal(pinned("0" * 64), tmp_path)
    assert f"has the sha256 {wanted}, but openml.sha256 is {'0' * 64}" in text
    assert f"if {tmp_path}/topodnn/animals,2.npz is damaged, delete it" in text


def test_the_digest_is_of_every_number_label_and_of_the_shape():
    points, labels = np.arange(6, dtype=np.float32).reshape(2, 3), np.array(["a", "bc"])
    changed = points.copy()
    changed[1, 2] += 1e-6 * changed[1, 2]
    others = [(changed, labels), (points, np.array(["ab", "c"])), (points.reshape(3, 2), labels)]
    assert len({digest(points, labels), *(digest(*other) for other in others)}) == 4
    assert digest(np.asfortranarray(points), labels) == digest(points, labels)


def test_without_a_network_one_sentence_says_what_to_do(monkeypatch, tmp_path):
    with openml(monkeypatch, **CLASS) as server:
        server.stop()
        text = refusal(ANIMALS, tmp_path)
    assert text.startswith("OpenML's data set animals, version 2 cannot be fetched (<urlopen error")
    assert (
        f"it comes from https://www.openml.org/search?type=data and is kept in {tmp_path}" in text
    )
    assert "give that by the key 'file' instead of 'openml'" in text
    assert not (tmp_path / "topodnn").exists()


@pytest.mark.parametrize(
    ("rows", "md5", "kinds", "label", "text"),
    [
        (["1,2,cat", "3,?,dog"], None, CLASS, None, "version 2: nan in row 1, column 'b' (1 such"),
        (["1,two,cat", "3,4,dog"], None, {"b": "string", **CLASS}, None, "two in row 0, column "
         "'b' (1 such values); features must be numbers"),
        (["cat,2,cat", "1,4,dog"], None, {"a": "nominal", **CLASS}, None, "cat in row 0, column "
         "'a' (1 such values); features must be numbers"),
        (["1,2,cat", "3,4,?"], None, CLASS, None, "Target column 'class' has 1 missing values"),
        (ROWS, "0" * 32, CLASS, None, "does not match the expected checksum"),
        (ROWS, None, CLASS, "kind", "Could not find target_column='kind'"),
        (["1,2", "3,4"], None, {}, None, "has as columns of labels none, but must have one: name "
         "it by the key openml.label"),
    ],
)  # fmt: skip
def test_bad_data_of_openml_are_refused_with_one_sentence(
    monkeypatch, tmp_path, rows, md5, kinds, label, text
):
    wanted = ANIMALS["openml"] | ({"label": label} if label else {})
    with openml(monkeypatch, rows, md5, **kinds):
        assert text in refusal({"openml": wanted}, tmp_path)
    assert not (tmp_path / "topodnn").exists()


def test_a_data_set_that_openml_does_not_have_is_named(monkeypatch, tmp_path):
    wanted = {"openml": {"name": "animals", "version": 3}}
    with openml(monkeypatch, **CLASS):
        text = refusal(wanted, tmp_path)
    assert text == (
        "OpenML's data set animals, version 3: Dataset animals with version 3 not found"
    )


@pytest.mark.parametrize(
    ("name", "shape", "n_labels"),
    [("digits", (1797, 64), 10), ("breast_cancer", (569, 30), 2), ("iris", (150, 4), 3),
     ("wine", (178, 13), 3)],
)  # fmt: skip
def test_the_data_sets_of_scikit_learn_are_there(name, shape, n_labels):
    points, labels = read_source({"sklearn": name})
    assert (points.shape, points.dtype) == (shape, np.float32)
    assert np.unique(labels).tolist() == [str(label) for label in range(n_labels)]


def test_the_digits_are_those_of_scikit_learn():
    points, labels = read_source({"sklearn": "digits"})
    wanted, numbers = load_digits(return_X_y=True)
    assert np.array_equal(points, wanted)
    assert labels.tolist() == [str(number) for number in numbers]


def test_a_file_may_have_labels_of_text(tmp_path):
    table = pd.DataFrame(POINTS, columns=["a", "b"]).assign(kind=LABELS)
    table.to_csv(tmp_path / "animals.csv", index=False)
    table.astype({"kind": "category"}).to_parquet(tmp_path / "animals.parquet")
    np.savez(tmp_path / "animals.npz", X=POINTS, y=LABELS)
    for ending in ("csv", "parquet", "npz"):
        points, labels = read_source({"file": str(tmp_path / f"animals.{ending}")})
        assert points.tolist() == POINTS
        assert labels.tolist() == LABELS


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        (np.array([0, np.nan, 1]), "nan in row 1 of the labels (1 such values); every point must"),
        (np.arange(2), "the labels have shape (2,), but there must be one for each of the 3 poi"),
        (np.zeros((3, 1)), "the labels have shape (3, 1), but there must be one for each of the 3"),
    ],
)
def test_labels_that_are_missing_are_refused(tmp_path, labels, text):
    np.savez(tmp_path / "mine.npz", X=np.eye(3), y=labels)
    message = refusal({"file": str(tmp_path / "mine.npz")}, tmp_path)
    assert message.startswith(str(tmp_path / "mine.npz"))
    assert text in message


def test_a_missing_label_of_a_table_is_refused_by_row_and_column(tmp_path):
    (tmp_path / "mine.csv").write_text("a,kind\n1,cat\n2,\n")
    with pytest.raises(InputError, match=re.escape("nan in row 1, column 'kind' (1 such values)")):
        read_labelled(tmp_path / "mine.csv")


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1))
def test_a_label_is_the_same_as_number_and_as_text(numbers):
    wanted = [str(number) for number in numbers]
    for labels in (
        np.array(numbers),
        np.array(numbers, dtype=float),
        np.array(wanted),
        np.array(wanted, dtype=object),
        np.array(
            [text if i % 2 else n for i, (text, n) in enumerate(zip(wanted, numbers, strict=True))],
            object,
        ),
    ):
        assert label_texts(labels).tolist() == wanted


def test_other_labels_stay_as_they_are():
    labels = np.array([0.5, "01", "1.0", True, "a b"], dtype=object)
    assert label_texts(labels).tolist() == ["0.5", "01", "1.0", "True", "a b"]
