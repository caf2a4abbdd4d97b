"""The worked examples of the documentation run as they stand, and show what the text says."""

import re

import matplotlib.pyplot as plt

from tests.conftest import ROOT


def run_example(page):
    """Run the Python code of a page; its names, and the lines that the page shows below it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    ((code, shown),) = re.findall(r"^```python\n(.*?)^```\n\n((?: {4}.*\n)*)", text, re.M | re.S)
    names = {}
    exec(compile(code, page, "exec"), names)
    return names, re.findall(r"^ {4}(.*)\n", shown, re.M)


def test_the_example_of_the_profile_runs_and_shows_what_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names, _ = run_example("docs/profile.md")
    profile = names["profile"]
    ends = profile[profile["layer"].isin([0, profile["layer"].max()])]
    assert ends["beta_0"].tolist()[:2] == [3, 3]
    assert ends["beta_0"].max() == 3
    assert ends["beta_0"].tail(2).max() <= 2  # 1 where the picture was drawn
    assert ends["beta_1"].tolist()[:2] == [0, 0]
    assert capsys.readouterr().out.startswith("24 {'n_neighbors': [14, 17, 20, 24, 29, 35, 42]")
    wrong = names["model"](names["X"]).argmax(dim=1) != names["y"]
    assert wrong.sum() <= 20  # 3 where the picture was drawn
    assert 10_000 < (tmp_path / "moons.png").stat().st_size < 150_000
    assert (ROOT / "docs/moons.png").stat().st_size < 150_000


def test_the_example_of_the_scale_prints_and_draws_what_is_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names, shown = run_example("docs/scale.md")
    assert capsys.readouterr().out.splitlines() == shown
    assert len(shown) == 2
    low, high = names["low"], names["high"]
    spans = (names["bars"][:, 0] <= low) & (names["bars"][:, 1] > high)
    assert spans.sum() == 1  # the orange bar
    drawn, kept = plt.imread(tmp_path / "scale.png"), plt.imread(ROOT / "docs/scale.png")
    assert drawn.shape == kept.shape
    plt.close("all")


def test_every_argument_is_documented():
    import inspect

    from topodnn import profile

    text = (ROOT / "docs/profile.md").read_text(encoding="utf-8")
    assert {
        name for name in inspect.signature(profile).parameters if f"`{name}`" not in text
    } == set()
