"""Files of a user's own: npz, CSV and Parquet; what is wrong is refused with one sentence."""

import numpy as np
import pandas as pd
import pytest

from topodnn.datasets.readers import read_points


@pytest.mark.parametrize(
    ("arrays", "text"),
    [
        ({"y": np.arange(4) % 2}, "has no array 'X'; it has y"),
        ({"X": np.zeros(4), "y": np.arange(4) % 2}, r"shape \(4,\) and type float32"),
        ({"X": np.array([["a"], ["b"]]), "y": np.arange(2)}, "but must be real numbers"),
        (
            {"X": np.zeros((4, 2)), "y": np.arange(3)},
            "labels have shape .* must be 4 whole numbers",
        ),
        ({"X": np.zeros((4, 2)), "y": np.zeros(4)}, "but must be 4 whole numbers"),
        ({"X": np.zeros((4, 2)), "y": np.zeros(4, int)}, "the labels are 0, but must be 0, 1, …"),
        ({"X": np.zeros((2, 2)), "y": np.array([1, 2])}, "the labels are 1, 2, but must be 0, 1"),
        ({"X": np.array([[1, 2], [3, 1e300]]), "y": np.arange(2)}, "inf in row 1, column 1"),
        ({"X": np.ones((2, 2)) * 1j, "y": np.arange(2)}, "type complex128, but must be real"),
        ({"X": np.array([[1, 2], [np.inf, 3]]), "y": np.arange(2)}, "inf in row 1, column 0"),
    ],
)
def test_bad_data_are_refused_with_one_sentence(tmp_path, arrays, text):
    path = tmp_path / "mine.npz"
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=text) as error:
        read_points(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "objects.npz"
    np.savez(path, X=np.array([{"a": 1}], dtype=object), y=np.arange(1))
    with pytest.raises(ValueError, match="holds Python objects"):
        read_points(path)


def test_a_single_array_is_refused(tmp_path):
    np.save(tmp_path / "array.npy", np.zeros((3, 2)))
    with pytest.raises(ValueError, match="holds a single array; save it with"):
        read_points(tmp_path / "array.npy")


def csv(path, text):
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("a,b,label\n1,2,0\n3,4.5,1\n", None),
        ("y,a,b\n0,1,2\n1,3,4.5\n", None),
        ("a,kind,b\n1,0.0,2\n3,1.0,4.5\n", "kind"),
        ("a,b,kind\n1,2,0\n3,4.5,1\n", None),
        ("label,a,b,y\n7,1,2,0\n7,3,4.5,1\n", "y"),
    ],
)
def test_a_table_is_read_with_its_label_column(tmp_path, text, label):
    path = csv(tmp_path / "mine.csv", text)
    table = pd.read_csv(path)
    table.to_parquet(tmp_path / "mine.parquet")
    for name in ("mine.csv", "mine.parquet"):
        points, labels = read_points(tmp_path / name, label)
        assert points[:, -2:].tolist() == [[1, 2], [3, 4.5]]
        assert points.dtype == np.float32
        assert labels.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "label", "message"),
    [
        ("", None, "is empty, but must be a table"),
        ("a,b,y\n1,2,0\n1,two,1\n", None, "two in row 1, column 'b' .*; features must be numbers"),
        ("a,b,y\n1,2,0\n1,,1\n", None, r"nan in row 1, column 'b' \(1 such values\); every value"),
        ("a,b,y\n1,2,0\n1,inf,1\n", None, "inf in row 1, column 'b'"),
        ("a,b,y\n1,2,\n1,2,1\n", None, "nan in row 0, column 'y' .* labels must be whole numbers"),
        ("a,b,y\n1,2,cat\n1,2,1\n", None, "cat in row 0, column 'y'"),
        ("a,b,y\n1,2,0.5\n1,2,1\n", None, "the labels have shape .* type float64, but must be"),
        ("a,b,y\n1,2,1\n1,2,2\n", None, "the labels are 1, 2, but must be 0, 1"),
        ("a,b,c\n1,2,0\n1,2,1\n", "kind", "has no column 'kind'; it has a, b, c"),
        ("a,label,y\n1,2,0\n1,2,1\n", None, "has the columns 'label' and 'y'"),
        ("0.5,1.5,0\n0.25,1,1\n", None, "the first line is 0.5, 1.5, 0, …, but must be the names"),
        ("a,b\n1,2\n1,2,3,4\n", None, "is not a CSV file"),
    ],
)
def test_a_bad_table_is_refused_by_file_row_and_column(tmp_path, text, label, message):
    path = csv(tmp_path / "mine.csv", text)
    with pytest.raises(ValueError, match=message) as error:
        read_points(path, label)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_parquet_and_a_label_of_an_npz_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"mine\.parquet is not a Parquet file"):
        read_points(csv(tmp_path / "mine.parquet", "a,b\n"))
    with pytest.raises(ValueError, match=r"only \.csv and \.parquet have columns"):
        read_points(tmp_path / "mine.npz", "kind")
