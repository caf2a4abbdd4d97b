"""The worked example of the documentation runs as it stands, and shows what the text says."""

import re

from tests.conftest import ROOT


def test_the_example_of_the_profile_runs_and_shows_what_is_said(tmp_path, monkeypatch, capsys):
    text = (ROOT / "docs/profile.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(compile(code, "docs/profile.md", "exec"), names)
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


def test_every_argument_is_documented():
    import inspect

    from topodnn import profile

    text = (ROOT / "docs/profile.md").read_text(encoding="utf-8")
    assert {
        name for name in inspect.signature(profile).parameters if f"`{name}`" not in text
    } == set()
