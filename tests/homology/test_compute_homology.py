"""The script that computes the Betti numbers of a batch: the points of a class, the warnings."""

import numpy as np
import pandas as pd
import pytest

from scripts.compute_homology import check_input
from scripts.compute_homology import main as compute_homology
from tests.conftest import KIND
from topodnn.datasets.files import Data, write_data
from topodnn.homology.files import write_scale
from topodnn.homology.filtration import persistent_betti_numbers
from topodnn.networks.points import write_activations


def two_clouds(true_betti) -> Data:
    """A ring of class 0 and a blob of class 1."""
    angle = np.arange(60) * np.pi / 30
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    blob = np.random.default_rng(0).normal(size=(60, 2))
    labels = np.repeat([0, 1], 60)
    return Data(np.concatenate([ring, blob]), labels, labels == 2, np.array(true_betti))


def test_the_input_is_compared_with_the_truth(caplog):
    data = two_clouds([])
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 2}

    def checked(true_betti, **ends):
        table = check_input(data.points, data.labels, np.array(true_betti), settings | ends)
        return table.set_index("class").to_dict()

    with caplog.at_level("WARNING"):
        assert checked([[1, 1], [1, 0]]) == {"input_is_true": {0: True, 1: True}}
        assert not caplog.text
        assert checked([[1, 0], [1, 0]]) == {"input_is_true": {0: False, 1: True}}
    assert "class 0: the Betti numbers of the input are [1, 1, 0] with n_neighbors 9" in caplog.text
    assert "those of the data set are [1, 0, 0]" in caplog.text
    assert checked(np.zeros((0, 0))) == {"input_is_true": {0: None, 1: None}}
    caplog.clear()
    with caplog.at_level("WARNING"):  # with k = 40 the ring is filled
        found = checked([[1, 1], [1, 0]], k_low=9, k_high=40)
    assert found["input_is_true"] == {0: True, 1: True}
    assert found["persistent_input_is_true"] == {0: False, 1: True}
    assert "input are [1, 0, 0] with n_neighbors from 9 to 40 and scale 2.5" in caplog.text


def test_a_range_of_k_adds_what_is_alive_from_one_end_to_the_other(tmp_path):
    data = two_clouds([[1, 1], [1, 0]])
    write_data(tmp_path / "data.npz", data)
    about = {"seeds": [3], "widths": [2, 2]}
    noisy = data.points + np.random.default_rng(0).normal(scale=0.05, size=data.points.shape)
    write_activations(tmp_path / "a", [[data.points, noisy]], [data.labels], data.labels, about)
    given = {"n_neighbors": 5, "scale": 2.5, "max_dimension": 1, "stride": 1, "k_low": 4,
             "k_high": 12}  # fmt: skip
    paths = [tmp_path / "data.npz", tmp_path / "a"]
    compute_homology(*paths, None, tmp_path / "b.csv", kind=KIND, homology=given, seeds=[3])
    table = pd.read_csv(tmp_path / "b.csv")
    assert (table["k_low"].eq(4) & table["n_neighbors"].eq(5) & table["k_high"].eq(12)).all()
    for row in table.to_dict("records"):
        points = [data.points, noisy][row["layer"]][data.labels == row["class"]]
        expected = persistent_betti_numbers(points.astype(np.float32), n_neighbors=(4, 5, 12))
        assert [row["beta_0"], row["beta_1"]] == expected[:, 1, 1].tolist()
        found = [row["persistent_beta_0"], row["persistent_beta_1"]]
        assert found == expected[:, 0, 2].tolist()
    assert (table["persistent_beta_1"] < table["beta_1"]).any()

    choice = {"n_neighbors": 5, "scale": 2.5, "stride": 1,
              "block": {"n_neighbors": [4, 5, 12], "scale": [2.5]}}  # fmt: skip
    write_scale(tmp_path / "choice.yaml", choice)
    auto = {"n_neighbors": "auto", "scale": "auto", "max_dimension": 1, "stride": 1}
    compute_homology(*paths, tmp_path / "choice.yaml", tmp_path / "c.csv", kind=KIND,
                     homology=auto, seeds=[3])  # fmt: skip
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "c.csv"), table, check_like=True)


@pytest.mark.parametrize(
    ("class_by", "n_points"),
    [("prediction", {0: 40, 1: 80}), ("label", {0: 60, 1: 60}), ("correct", {0: 40, 1: 60})],
)
def test_the_class_may_be_predicted_or_true_or_both(tmp_path, class_by, n_points):
    data = two_clouds([[1, 1], [1, 0]])
    predicted = data.labels.copy()
    predicted[:20] = 1  # a third of the ring
    write_data(tmp_path / "data.npz", data)
    about = {"seeds": [3], "widths": [2, 2]}
    write_activations(tmp_path / "a", [[data.points] * 2], [predicted], data.labels, about)
    given = {"n_neighbors": 5, "scale": 2.5, "max_dimension": 1, "stride": 1}
    compute_homology(
        tmp_path / "data.npz", tmp_path / "a", None, tmp_path / "b.csv",
        kind=KIND, homology=given, seeds=[3], class_by=class_by,
    )  # fmt: skip
    table = pd.read_csv(tmp_path / "b.csv")
    assert table.groupby("class")["n_points"].unique().map(list).to_dict() == {
        label: [n] for label, n in n_points.items()
    }
    assert table.query("`class` == 0")["beta_1"].eq(int(class_by == "label")).all()


def test_the_class_is_the_one_that_the_network_predicts(tmp_path):
    data = two_clouds([[1, 1], [1, 0]])
    predicted = 1 - data.labels
    about = {"seeds": [3], "widths": [2, 2]}
    write_data(tmp_path / "data.npz", data)
    write_activations(tmp_path / "a", [[data.points]], [predicted], data.labels, about)
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 1, "stride": 1}
    compute_homology(tmp_path / "data.npz", tmp_path / "a", None, tmp_path / "b.csv", kind=KIND,
                     homology=settings, seeds=[3])  # fmt: skip
    table = pd.read_csv(tmp_path / "b.csv").set_index("class")
    assert table["beta_1"].to_dict() == {0: 0, 1: 1}  # class 1 is predicted on the ring
    assert table["input_is_true"].all()


def test_one_misclassified_point_leaves_the_others_of_the_sample(tmp_path):
    """The sample is taken before the predicted class: it does not shift behind the point."""
    data = two_clouds([[1, 1], [1, 0]])
    predicted = data.labels.copy()
    predicted[0] = 1
    about = {"seeds": [0, 1], "widths": [2, 2]}
    write_data(tmp_path / "data.npz", data)
    marked = data.points.copy()
    marked[1::2] = np.nan  # which are not in the sample
    write_activations(tmp_path / "a", [[marked], [marked]], [data.labels, predicted], data.labels,
                      about)  # fmt: skip
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 1, "stride": 2}
    compute_homology(tmp_path / "data.npz", tmp_path / "a", None, tmp_path / "b.csv", kind=KIND,
                     homology=settings, seeds=[0, 1])  # fmt: skip
    table = pd.read_csv(tmp_path / "b.csv").set_index(["seed", "class"])
    assert table["n_points"].to_dict() == {(0, 0): 30, (0, 1): 30, (1, 0): 29, (1, 1): 31}
    assert table["beta_0"].notna().all()
    assert (table["width"] == 2).all()
