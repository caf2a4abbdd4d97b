"""Verdicts: what decides them, what is left out and counted, what must not matter."""

import numpy as np
import pandas as pd
import pytest

from tests.conftest import curves
from tests.studies import EARLY, LATE, STUDY, judged, networks, sentence
from topodnn.analysis.claims import COLUMNS
from topodnn.analysis.judging import verdict


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["yes", "yes"], "replicated"),
        (["no"], "not replicated"),
        (["yes", "no"], "partly replicated"),
        (["partly"], "partly replicated"),
        ([], "not tested"),
    ],
)
def test_a_verdict_follows_from_the_answers(answers, expected):
    assert verdict(answers) == expected


def test_what_there_is_no_comparison_for_is_not_tested():
    comparisons, verdicts = judged(networks(EARLY))
    assert verdicts["verdict"].tolist() == ["replicated", "not tested", "not tested"]
    assert sentence(2, comparisons, verdicts) == "Nothing to test it on."
    assert verdicts.loc[2, ["estimate", "low", "largest_p"]].isna().all()


def test_a_wrong_input_decides_nothing_and_is_named():
    good = [networks(EARLY, activation="relu"), networks(LATE, activation="tanh")]
    wrong = [
        networks(LATE, activation="relu", dataset="rings", input_is_true=False),
        networks(EARLY, activation="tanh", dataset="rings", input_is_true=False),
    ]
    comparisons, verdicts = judged(*good)
    with_wrong, found = judged(*good, *wrong)
    pd.testing.assert_frame_equal(with_wrong, comparisons)
    shared = [name for name in verdicts.columns if name != "left_out"]
    pd.testing.assert_frame_equal(found[shared], verdicts[shared])
    text = found.loc[1, "left_out"]
    assert "The input of rings does not show the true Betti numbers: its 24 well-trained" in text
    assert judged(*wrong)[1]["verdict"].tolist() == ["not tested"] * 3


def test_one_class_with_a_wrong_input_leaves_the_network_out():
    parts = [curves(seed, EARLY, label, input_is_true=label == 0)
             for seed in range(12) for label in (0, 1)]  # fmt: skip
    assert judged(*parts)[1]["verdict"].tolist() == ["not tested"] * 3


def test_failed_networks_are_counted_and_not_used():
    good = [networks(EARLY, activation="relu"), networks(LATE, activation="tanh")]
    failed = [curves(seed, LATE, activation="relu", well_trained=False) for seed in range(100, 120)]
    comparisons = judged(*good)[0]
    with_failed, found = judged(*good, *failed)
    estimates = ["estimate", "low", "high", "p", "n_networks"]
    pd.testing.assert_frame_equal(with_failed[estimates], comparisons[estimates])
    row = with_failed[with_failed["compared_with"] == "tanh"].iloc[0]
    assert (row["n_failed"], row["n_failed_compared"]) == (20, 0)
    assert (found.loc[2, "n_networks"], found.loc[2, "n_failed"]) == (24, 20)
    assert found.loc[1, "left_out"] == "20 of 44 networks did not end well trained."


def test_too_few_networks_are_described_and_decide_nothing():
    comparisons, verdicts = judged(
        networks(LATE, activation="relu", n=9), networks(EARLY, activation="tanh", n=9)
    )
    assert verdicts["verdict"].tolist() == ["not tested"] * 3
    assert comparisons["estimate"].notna().all()
    assert verdicts.loc[1, "left_out"] == (
        "Fewer than 10 networks to judge: tori 9x25 relu (9), tori 9x25 tanh (9)."
    )


def test_the_order_of_the_rows_does_not_matter():
    for found, expected in zip(
        judged(STUDY.sample(frac=1, random_state=0)), judged(STUDY), strict=True
    ):
        pd.testing.assert_frame_equal(found, expected)


def test_the_names_of_the_seeds_matter_to_the_resamples_only():
    renamed = STUDY.assign(seed=1000 - STUDY["seed"])
    found, expected = (judged(table, n_bootstrap=5000)[0] for table in (renamed, STUDY))
    exact = [name for name in COLUMNS if not name.endswith(("low", "high"))]
    pd.testing.assert_frame_equal(found[exact], expected[exact])
    means = found["compared_with"].isna()  # of medians of so few values, a resample more may jump
    for end in ("low", "high"):
        np.testing.assert_allclose(found[end][means], expected[end][means], rtol=0.05, atol=0.1)
