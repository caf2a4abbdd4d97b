"""The tidy table, the success rates and the topological-complexity table."""

import numpy as np
import pandas as pd
import pytest

from scripts.compute_homology import check_input
from topodnn.complexity import complexity_table, select, success_rates, tidy_table
from topodnn.tables import to_latex, to_markdown

KIND = {"dataset": "tori", "network": "9x25", "activation": "relu"}


def homology(seed: int, betti: list[list[int]], input_is_true=True, **kind) -> pd.DataFrame:
    rows = [
        {**KIND, **kind, "seed": seed, "layer": layer, "class": label, "n_points": 10,
         "n_neighbors": 5, "scale": 2.5, "beta_0": b[0], "beta_1": b[1],
         "input_is_true": input_is_true if layer == 0 else None}
        for layer, b in enumerate(betti)
        for label in (0, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def trial(seed: int, number: int, error: float, well_trained: bool, **kind) -> dict:
    return {
        **KIND, **kind, "seed": seed, "trial": number, "epochs": 3, "train_error": error,
        "held_out_error": error, "well_trained": well_trained,
    }  # fmt: skip


@pytest.fixture
def table() -> pd.DataFrame:
    """Seeds 0 and 1 are well trained, seed 2 never is; of tanh no network is."""
    parts = [
        homology(0, [[8, 16], [1, 4], [1, 0]]),
        homology(1, [[8, 16], [3, 6], [1, 0]], input_is_true=False),
        homology(2, [[8, 16], [50, 50], [50, 50]]),
        homology(0, [[8, 16], [9, 9], [9, 9]], activation="tanh"),
    ]
    trials = pd.DataFrame(
        [
            trial(0, 1, 0.0, True),
            trial(1, 1, 0.3, False),
            trial(1, 2, 0.0, True),
            trial(2, 1, 0.2, False),
            trial(2, 2, 0.1, False),
            trial(0, 1, 0.4, False, activation="tanh"),
        ]
    )
    return tidy_table(parts, [trials])[0]


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
    rates = success_rates(table).loc[("tori", "9x25", "relu")]
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
    assert "| – |" in to_markdown(complexity_table(table)).replace("  ", "")


def test_a_wrong_input_is_counted_and_said(table):
    complexity = complexity_table(table)
    assert (select(complexity, activation="relu")["n_input_wrong"] == 1).all()
    text = to_markdown(complexity)
    assert "1 of 2 networks (tori, 9x25, relu, class 0) did not show the true Betti numbers" in text
    assert "Attention" not in to_markdown(select(complexity, activation="tanh"))


def test_the_table_reads_well_in_markdown_and_latex(table):
    complexity = complexity_table(table)
    assert "7.0 ± 2.8" in to_markdown(complexity)
    latex = to_latex(complexity)
    assert r"\toprule" in latex
    assert r"7.0 $\pm$ 2.8" in latex
    assert r"$\beta_0$" in latex
    assert "2 of 3 (5 trials)" in latex


def test_the_input_is_compared_with_the_truth(caplog):
    settings = {"n_neighbors": 5, "scale": 2.5, "every": 1}
    rows = homology(0, [[8, 16], [1, 0]]).drop(columns="input_is_true")
    rows["beta_2"] = 0
    right = check_input(rows, np.array([[8, 16], [8, 16]]), settings)
    assert right[:2].tolist() == [True, True]
    assert right[2:].isna().all()
    with caplog.at_level("WARNING"):
        wrong = check_input(rows, np.array([[8, 16, 8], [8, 16, 0]]), settings)
    assert wrong[:2].tolist() == [False, True]
    assert "class 0: the Betti numbers of the input are [8, 16, 0]" in caplog.text
    assert "those of the data set are [8, 16, 8]" in caplog.text
    assert check_input(rows, np.zeros((0, 0)), settings).isna().all()


def test_selecting_nothing_is_an_error(table):
    with pytest.raises(ValueError, match="the table has no row of activation gelu"):
        select(table, activation="gelu")
