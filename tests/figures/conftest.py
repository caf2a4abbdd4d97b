"""What the tests of figures share."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from tests.conftest import curves
from topodnn.figures.style import use_style


@pytest.fixture(autouse=True)
def _style():
    use_style()
    yield
    plt.close("all")


@pytest.fixture
def ranged(table):
    """The table with a range of k, over which every other loop is not alive."""
    loops = table["beta_1"] // 2
    return table.assign(
        k_low=4, k_high=6, persistent_beta_0=table["beta_0"], persistent_beta_1=loops,
        persistent_omega=table["beta_0"] + loops, persistent_input_is_true=table["input_is_true"],
    )  # fmt: skip


@pytest.fixture
def several(tmp_path):
    """Table of networks of two depths and two protocols, and one of another data set."""
    table = pd.concat(
        [
            curves(0, [9, 4, 1], network="2x15"),
            curves(0, [9, 5, 4, 1], network="3x15"),
            curves(0, [9, 6, 1], network="2x15", protocol="paper"),
            curves(0, [9, 7, 1], network="2x15", dataset="space", beta_2=0),
        ]
    )
    path = tmp_path / "table.csv"
    table.assign(counted=True, n_points=10).to_csv(path, index=False)
    return path


@pytest.fixture
def drawn(monkeypatch):
    """The figures that a script draws, which are not written."""

    def draw(script, *arguments, **choice) -> list[plt.Figure]:
        figures = []
        monkeypatch.setattr(script, "save", lambda figure, paths: figures.append(figure))
        script.main(*arguments, **choice)
        return figures

    return draw
