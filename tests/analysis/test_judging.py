"""Verdicts: what decides them, what is left out and counted, what must not matter."""

import numpy as np
import pandas as pd
import pytest

from tests.conftest import curves
from tests.studies import EARLY, EARLY_HALF_LIFE, LATE, STUDY, judged, networks, sentence
from topodnn.analysis.claims import COLUMNS
from topodnn.analysis.judging import verdict


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["yes", "yes"], "replicated"),
        (["no"], "not replicated"),
        (["yes", "no"], "partly replicated"),
        (["yes", "partly"], "partly replicated"),
        (["partly"], "not replicated"),
        (["partly", "no"], "not replicated"),
        ([], "not tested"),
    ],
)
def test_a_verdict_follows_from_the_answers(answers, expected):
    assert verdict(answers) == expected


def test_more_comparisons_do_not_soften_a_verdict():
    order = ["not replicated", "partly replicated", "replicated"]
    for answers in (["yes"], ["yes", "no"], ["partly", "no"]):
        more = verdict([*answers, "partly"])
        assert order.index(more) <= order.index(verdict(answers))


def test_a_verdict_gives_the_answers_that_it_follows_from():
    _, verdicts = judged(
        networks([17, 5, 1], dataset="yes"),
        networks([17, 5, 2], dataset="nearly"),
        networks([17, 5, 9], dataset="no"),
    )
    assert verdicts["answers"].tolist() == ["1 yes, 1 partly, 1 no", *["0 yes, 0 partly, 0 no"] * 2]


def test_a_class_that_is_at_the_lowest_at_the_input_has_nothing_to_lose():
    parts = []
    for activation, omega in (("relu", EARLY), ("tanh", LATE)):
        lowest = networks([1, 3, *[1] * 9], label=0, activation=activation)
        parts += [lowest, networks(omega, label=1, activation=activation)]
    comparisons, verdicts = judged(*parts)
    assert verdicts.loc[2, ["verdict", "estimate"]].tolist() == ["replicated", -5]
    rows = comparisons.query("compared_with.isna() and activation == 'relu'")
    rows = rows.set_index(["measure", "class"])
    for measure in ("half_life", "last_half_life"):
        assert rows.loc[(measure, "all"), "estimate"] == EARLY_HALF_LIFE
        assert (measure, "0") not in rows.index
    assert rows.loc[("never_half", "all"), "estimate"] == 0
    assert ("never_half", "0") not in rows.index


def test_networks_with_nothing_to_lose_are_not_in_claim_2():
    lowest = [1, 3, *[1] * 9]
    fast = networks(*[EARLY] * 11, lowest)
    comparisons, verdicts = judged(fast, networks(LATE, activation="tanh"))
    row = comparisons.query("measure == 'half_life' and compared_with == 'tanh'").iloc[0]
    assert row[["n_networks", "n_compared"]].tolist() == [11, 12]
    assert verdicts.loc[2, "n_networks"] == 23
    nothing = networks(lowest), networks(lowest, activation="tanh")
    assert judged(*nothing)[1].loc[2, "verdict"] == "not tested"


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
