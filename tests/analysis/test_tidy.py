"""The tidy table, the success rates and the topological-complexity table."""

import numpy as np
import pandas as pd
import pytest

from tests.conftest import KIND
from tests.studies import persisting
from topodnn.analysis.means import complexity_table, success_rates
from topodnn.analysis.rows import select
from topodnn.analysis.texts import complexity_texts
from topodnn.analysis.tidy import (
    of_measure,
    tidy_table,
    with_complexity,
    with_other_protocols,
)
from topodnn.errors import InputError


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


def test_selecting_nothing_is_an_error(table):
    with pytest.raises(ValueError, match="the table has no row of activation gelu"):
        select(table, activation="gelu")


def test_what_persists_has_a_complexity_of_its_own():
    rows = pd.DataFrame(
        {"beta_0": [2, 1], "beta_1": [5, None], "raw_beta_1": [5, 3], "persistent_beta_0": [2, 1],
         "persistent_beta_1": [1, None], "raw_persistent_beta_1": [1, 2], "k_low": [9, None],
         "k_high": [20, None]}
    )  # fmt: skip
    table = with_complexity(rows)
    assert table["omega"].tolist() == [7, 1]
    assert table["persistent_omega"].tolist() == [3, 1]
    assert set(table.dtypes.astype(str)) == {"Int64"}
    assert "persistent_omega" not in with_complexity(rows[["beta_0", "beta_1", "raw_beta_1"]])


def test_a_table_of_one_measure_has_its_numbers_only(table):
    both = persisting(table, lost=2)
    assert of_measure(both, "one scale").columns.tolist() == [*table.columns, "k_low", "k_high"]
    persistent = of_measure(both, "persistent")
    assert set(persistent.columns) == {*table.columns, "k_low", "k_high"}
    assert persistent["beta_1"].tolist() == (table["beta_1"] - 2).clip(lower=0).tolist()
    assert persistent["omega"].tolist() == both["persistent_omega"].tolist()
    mixed = both.assign(k_low=both["k_low"].where(both["activation"] == "relu"))
    assert of_measure(mixed, "persistent")["activation"].unique().tolist() == ["relu"]
    assert of_measure(table, "persistent").empty


def test_what_persists_has_means_of_its_own(table):
    means = complexity_table(persisting(table, lost=2))
    row = select(means, activation="relu", layer=1, **{"class": 0}).iloc[0]
    assert (row["omega_mean"], row["persistent_omega_mean"]) == (7, 5)
    text = complexity_texts(means)[0]
    assert "persistent ω" in text
    assert "persistent β1" in text
    assert "the range of k is too wide there" in text  # the input of class 1 is wrong
    assert "persistent" not in complexity_texts(complexity_table(table))[0]


def kept_beside(table: pd.DataFrame, **changes) -> pd.DataFrame:
    """The same networks by the authors' protocol, as other results have them."""
    return table.assign(protocol="paper").assign(**changes)


def test_networks_of_other_protocols_stand_beside_those_of_the_run(table):
    table = table.assign(n_points=50, n_neighbors=30, scale=2.5)
    kept = pd.concat([table, kept_beside(table), kept_beside(table, dataset="other")])
    found = with_other_protocols(table, kept, "fast")
    assert found["protocol"].value_counts().to_dict() == {"fast": len(table), "paper": len(table)}
    assert set(found["dataset"]) == {"tori"}
    pd.testing.assert_frame_equal(found[found["protocol"] == "fast"], table.reset_index(drop=True))
    relu = table[table["activation"] == "relu"]
    assert set(with_other_protocols(relu, kept, "fast")["activation"]) == {"relu"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_neighbors": 28}, r"networks of tori have .*28.*, but must have .*30"),
        ({"scale": 1.5}, r"networks of tori have .*1\.5.*, but must have .*2\.5"),
        ({"n_points": 40}, r"networks of tori have .*80.*, but must have .*100"),
        ({"dataset": "other"}, r"no networks of tori by another protocol, but must have some"),
    ],
    ids=["k", "scale", "points", "dataset"],
)
def test_other_protocols_must_be_of_the_same_complex(table, changes, message):
    table = table.assign(n_points=50, n_neighbors=30, scale=2.5)
    with pytest.raises(InputError, match=message):
        with_other_protocols(table, kept_beside(table, **changes), "fast")
