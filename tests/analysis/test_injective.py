"""Where the weights are injective, and topology changes all the same."""

import pandas as pd
import pytest

from tests.conftest import curves
from tests.studies import weights_of
from topodnn.analysis.injective import changes_where_injective


def test_changes_count_only_where_the_weights_are_injective():
    table = pd.concat(
        [
            curves(0, [9, 9, 4, 1]),
            curves(1, [9, 9, 9, 1]),
            curves(2, [9, 1, 1, 1], well_trained=False),
        ]
    )
    everywhere = changes_where_injective(table, weights_of(table)).iloc[0]
    assert everywhere[["n_networks", "n_maps", "n_injective"]].tolist() == [2, 6, 6]
    assert everywhere["share_changed"] == 3 / 6
    assert everywhere["share_of_decrease"] == 1
    found = changes_where_injective(table, weights_of(table, not_injective=3)).iloc[0]
    assert found[["n_maps", "n_injective", "share_changed"]].tolist() == [6, 4, 1 / 4]
    assert found["share_of_decrease"] == pytest.approx(5 / 16)
    assert found["largest_condition"] == 5
