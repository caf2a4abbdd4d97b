"""The tidy table, the success rates and the topological-complexity table."""

import numpy as np
import pandas as pd
import pytest

from scripts.compute_homology import check_input, class_betti_numbers
from scripts.compute_homology import main as compute_homology
from tests.conftest import KIND
from topodnn.complexity import complexity_table, select, success_rates, tidy_table
from topodnn.files import Data, write_activations, write_data
from topodnn.tables import complexity_texts, success_texts


def test_one_row_per_network_layer_and_class(table):
    assert not table.duplicated(["activation", "seed", "layer", "class"]).any()
    assert len(table) == 4 * 3 * 2
    assert (table["omega"] == table["beta_0"] + table["beta_1"]).all()


def test_the_trial_kept_is_the_well_trained_one_or_the_best(table):
    relu = table[table["activation"] == "relu"].drop_duplicates("seed").set_index("seed")
    assert relu["well_trained"].tolist() == [True, True, False]
    assert relu["n_trials"].tolist() == [1, 2, 2]
    assert relu["train_error"].tolist() == [0.0, 0.0, 0.1]


def test_failures_count_in_the_success_rate(table):
    rates = success_rates(table).loc[("tori", "9x25", "fast", "relu")]
    assert (rates["n_networks"], rates["n_well_trained"], rates["n_trials"]) == (3, 2, 5)
    assert rates["success_rate"] == pytest.approx(2 / 3)
    assert rates["trial_success_rate"] == pytest.approx(2 / 5)


def test_means_are_over_the_well_trained_networks_only(table):
    row = select(complexity_table(table), activation="relu", layer=1, **{"class": 0}).iloc[0]
    assert row["omega_mean"] == pytest.approx((5 + 9) / 2)
    assert row["omega_std"] == pytest.approx(np.std([5, 9], ddof=1))
    assert row["beta_1_mean"] == pytest.approx(5)


def test_an_activation_without_a_well_trained_network_stays_in_the_table(table):
    rows = select(complexity_table(table), activation="tanh")
    assert len(rows) == 6
    assert rows["omega_mean"].isna().all()
    assert (rows["n_well_trained"] == 0).all()
    assert "| – |" in complexity_texts(complexity_table(table))[0].replace("  ", "")


def test_a_wrong_input_is_said_also_where_no_network_is_well_trained(table):
    for activation in ("relu", "tanh"):
        text, _ = complexity_texts(complexity_table(table[table["activation"] == activation]))
        assert "does not show the true Betti numbers of tori, class 1: the scale" in text
        assert "class 0:" not in text


def test_missing_betti_numbers_stay_missing(table):
    table.loc[table["seed"] == 1, ["beta_0", "beta_1"]] = pd.NA
    rows = tidy_table([table.drop(columns=["omega", "well_trained", "counted", "n_trials",
                                           "train_error", "held_out_error"])],
                      pd.DataFrame([{**KIND, "seed": s, "trial": 1, "train_error": 0.0,
                                     "held_out_error": 0.0, "well_trained": True,
                                     "counted": True}
                                    for s in (0, 1, 2)]))  # fmt: skip
    assert rows["beta_0"].dtype == "Int64"
    assert rows.loc[rows["seed"] == 1, "omega"].isna().all()
    assert rows.loc[rows["seed"] == 0, "omega"].notna().all()
    assert "beta_1" not in select(rows, seed=1).columns


def test_the_table_reads_well_in_markdown_and_latex(table):
    markdown, latex = complexity_texts(complexity_table(table))
    assert "7.0 ± 2.8" in markdown
    assert r"\toprule" in latex
    assert r"7.0 $\pm$ 2.8" in latex
    assert r"$\beta_0$" in latex
    assert "2 of 3 (5 trials)" in latex


def two_clouds(true_betti) -> Data:
    """A ring of class 0 and a blob of class 1."""
    angle = np.arange(60) * np.pi / 30
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    blob = np.random.default_rng(0).normal(size=(60, 2))
    labels = np.repeat([0, 1], 60)
    return Data(np.concatenate([ring, blob]), labels, labels == 2, np.array(true_betti))


def test_the_input_is_compared_with_the_truth(caplog):
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 2, "every": 1}
    with caplog.at_level("WARNING"):
        assert check_input(two_clouds([[1, 1], [1, 0]]), settings) == {0: True, 1: True}
        assert not caplog.text
        assert check_input(two_clouds([[1, 0], [1, 0]]), settings) == {0: False, 1: True}
    assert "class 0: the Betti numbers of the input are [1, 1, 0]" in caplog.text
    assert "those of the data set are [1, 0, 0]" in caplog.text
    assert check_input(two_clouds(np.zeros((0, 0))), settings) == {0: None, 1: None}


def test_betti_numbers_of_a_class_sample_it_and_bear_emptiness_and_divergence():
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 1}
    points = two_clouds([]).points[:60]
    found = class_betti_numbers(points, every=2, **settings)
    assert found == {"n_points": 30, "n_neighbors": 9, "scale": 2.5, "beta_0": 1, "beta_1": 1}
    empty = class_betti_numbers(points[:0], every=1, **settings)
    assert (empty["n_points"], empty["beta_0"], empty["beta_1"]) == (0, 0, 0)
    diverged = class_betti_numbers(points * np.nan, every=1, **settings)
    assert diverged["n_points"] == 60
    assert pd.isna(diverged["beta_0"])


def test_the_class_is_the_one_that_the_network_predicts(tmp_path):
    data = two_clouds([[1, 1], [1, 0]])
    predicted = 1 - data.labels
    about = {"seeds": [3], "widths": [2, 2]}
    write_data(tmp_path / "data.npz", data)
    write_activations(tmp_path / "a", [[data.points]], [predicted], data.labels, about)
    settings = {"n_neighbors": 9, "scale": 2.5, "max_dimension": 1, "every": 1}
    compute_homology(tmp_path / "data.npz", tmp_path / "a", None, tmp_path / "b.csv", kind=KIND,
                     homology=settings, seeds=[3])  # fmt: skip
    table = pd.read_csv(tmp_path / "b.csv").set_index("class")
    assert table["beta_1"].to_dict() == {0: 0, 1: 1}  # class 1 is predicted on the ring
    assert table["input_is_true"].all()


def test_selecting_nothing_is_an_error(table):
    with pytest.raises(ValueError, match="the table has no row of activation gelu"):
        select(table, activation="gelu")


def test_the_table_of_well_trained_networks_counts_networks_and_trials(table):
    markdown, latex = success_texts(success_rates(table))
    rows = [[cell.strip() for cell in line.split("|")[4:-1]] for line in markdown.split("\n")]
    assert rows[2:4] == [["relu", "3", "2", "5", "0.40"], ["tanh", "1", "0", "1", "0.00"]]
    assert r"\label{tab:well-trained}" in latex
