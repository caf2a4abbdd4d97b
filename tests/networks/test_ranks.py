"""Ranks and condition numbers of weights."""

import numpy as np
import pytest

from topodnn.networks.ranks import weight_ranks


def test_ranks_and_condition_numbers_of_weights():
    first = np.zeros((2, 4, 3), dtype=np.float32)
    first[0, :3] = np.diag([4, 2, 1])
    first[1, :2, :2] = np.eye(2)  # of rank 2 only
    second = np.stack([np.eye(2, 4), 3 * np.eye(2, 4)]).astype(np.float32)
    ranks = weight_ranks([first, second], seeds=[7, 5])
    assert ranks[["seed", "layer", "n_in", "n_out", "rank"]].to_numpy().tolist() == [
        [5, 1, 3, 4, 2], [5, 2, 4, 2, 2], [7, 1, 3, 4, 3], [7, 2, 4, 2, 2],
    ]  # fmt: skip
    assert ranks["injective"].tolist() == [False, False, True, False]
    assert ranks["condition_number"].tolist() == pytest.approx([np.inf, 1, 4, 1])


def test_a_network_that_diverged_has_no_ranks():
    weights = [np.ones((2, 3, 3), dtype=np.float32) for _ in range(2)]
    weights[1][0, 1, 1] = np.nan
    assert weight_ranks(weights, seeds=[0, 1])["seed"].tolist() == [1, 1]
