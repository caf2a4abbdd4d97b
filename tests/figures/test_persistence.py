"""Figures of the batch at every layer."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from scripts import plot_persistence
from tests.rings import PERSISTENCE, TRAINED


@pytest.fixture
def figures(batch_folder, tmp_path, monkeypatch):
    """The figures that the script draws, kept open, and their files."""
    drawn, save = [], plot_persistence.save
    monkeypatch.setattr(
        plot_persistence, "save", lambda figure, paths: (drawn.append(figure), save(figure, paths))
    )
    names = ["diagrams", "curves", "metrics", "distances", "batch"]
    plot_persistence.main(
        *(batch_folder / name for name in ("betti.csv", "distances.csv", "curves.csv")),
        batch_folder / "diagrams.parquet", [str(tmp_path / f"{name}.png") for name in names],
        diagram_panels=[TRAINED], panels=[TRAINED], persistence={"rings": PERSISTENCE},
    )  # fmt: skip
    return dict(zip(names, drawn, strict=True)), tmp_path


def test_figures_show_the_tables(batch_folder, figures):
    drawn, files = figures
    for name in drawn:
        image = plt.imread(files / f"{name}.png")[..., :3]
        assert (image < 0.9).any(axis=2).mean() > 0.005, name
    betti = pd.read_csv(batch_folder / "betti.csv").query("activation == 'relu'")
    axes = drawn["metrics"].axes
    assert len(axes) == 6
    wanted = betti.query("metric == 'hops'").groupby("layer")["beta_1"].mean()
    assert axes[5].lines[0].get_ydata().tolist() == wanted.tolist()
    diagrams = drawn["diagrams"].axes
    assert len(diagrams) == 2 * 4
    rings = next(line for line in diagrams[0].lines if line.get_marker() == "^")
    assert len(rings.get_xdata()) == 2
    limits = {axis.get_ylim() for axis in diagrams[:4]}
    assert len(limits) == 1
    legend = [text.get_text() for text in drawn["batch"].subfigs[0].legends[0].get_texts()]
    assert legend[0] == "ReLU: 0.750 (0.700–0.800), 0 of 2"
    far = pd.read_csv(batch_folder / "distances.csv").query(
        "activation == 'relu' and dimension == 0"
    )
    wanted = far.query("metric == 'euclidean'").groupby("layer")["distance"].mean()
    np.testing.assert_allclose(drawn["distances"].axes[0].lines[0].get_ydata(), wanted)
