"""What a figure shows, read off it."""

import matplotlib.pyplot as plt
from matplotlib.collections import LineCollection

from topodnn.figures.style import save


def line_of(axes, width: float):
    return [line for line in axes.lines if line.get_linewidth() == width]


def numbers(lines) -> list[list[float]]:
    return [line.get_ydata().tolist() for line in lines]


def networks_of(axes, width: float) -> list[list[float]]:
    """The curves of single networks."""
    return [
        segment[:, 1].tolist()
        for collection in axes.collections
        if isinstance(collection, LineCollection) and collection.get_linewidth() == [width]
        for segment in collection.get_segments()
    ]


def legend(figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def check_not_empty(figure, folder) -> None:
    paths = [str(folder / name) for name in ("a.pdf", "a.png", "a.svg")]
    save(figure, paths)
    image = plt.imread(folder / "a.png")[..., :3]
    assert (image < 0.9).any(axis=2).mean() > 0.005
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF")
    assert "<svg" in (folder / "a.svg").read_text()
