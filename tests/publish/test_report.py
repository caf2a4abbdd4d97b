"""Where the report shows each result, and its captions."""

import pytest

from tests.conftest import ROOT
from topodnn.publish.report import FIGURES, PAGES, place

TITLES = {"D-I": "Nine discs", "comparisons/width": "Width of D-I"}


@pytest.mark.parametrize(
    ("path", "category", "subcategory", "label"),
    [
        ("figures/D-I/data.png", "4. Data and scale", "Nine discs", "The data set"),
        ("figures/D-I/9x15/fast/class_0.png", "2. Curves", "Nine discs",
         "9x15, fast: every network, class 0"),
        ("figures/D-II/9x15/fast/relu/layers.png", "3. Layers", "D-II",
         "9x15, fast, relu: the points at every layer"),
        ("figures/D-II/9x15/protocols.svg", "2. Curves", "D-II",
         "9x15: the protocols side by side"),
        ("figures/comparisons/width.pdf", "1. Claims", "All data sets", "Width of D-I"),
        ("figures/well_trained.png", "5. Training", "All data sets",
         "The trials that ended well trained"),
        ("claims/verdicts.html", "1. Claims", "All data sets", "Verdicts on the paper's claims"),
        ("explore.html", "2. Curves", "All data sets", "The page to explore"),
    ],
)  # fmt: skip
def test_every_result_has_its_place(path, category, subcategory, label):
    found = place(path, TITLES)
    assert (found["category"], found["subcategory"]) == (category, subcategory)
    assert found["labels"] == {"Result": label}


def test_every_caption_is_there_and_says_what_is_seen_and_what_follows():
    captions = {entry[2] for entry in [*FIGURES.values(), *PAGES.values()]} | {"comparison"}
    written = {path.stem for path in (ROOT / "report").glob("*.rst")} - {"workflow"}
    assert written == captions
    for name in captions:
        text = (ROOT / f"report/{name}.rst").read_text(encoding="utf-8")
        assert text.startswith("**Seen:**")
        assert "**It follows**" in text
