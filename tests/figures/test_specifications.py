"""Specification curves: the effects, their order, and the choices below."""

from functools import cache

import pandas as pd

from scripts import plot_robustness as script
from tests.analysis.test_specifications import judged, study, variation
from topodnn.figures.specifications import plot_specifications

LATER, SOONER = [17, 17, 17, 9, 1], [17, 9, 1, 1, 1]


@cache
def found() -> tuple[pd.DataFrame, pd.DataFrame]:
    varied = [
        variation("vary_default", study(), "middle", "persistent", "step 0"),
        variation("vary_scale_1.5", study(LATER, SOONER), "middle", "persistent", "step 0"),
    ]
    return judged(study(), pd.concat(varied))


def labels(figure) -> list[str]:
    return [label.get_text() for label in figure.axes[-1].get_yticklabels()]


def test_effects_are_drawn_in_their_order_with_a_row_for_each_choice():
    verdicts, answers = found()
    figure = plot_specifications(verdicts, answers, 2, {"tori": "Entangled tori"})
    effects = answers[answers["claim"] == 2].set_index("specification")["estimate"]
    (points,) = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    drawn = dict(zip(points.get_xdata(), points.get_ydata(), strict=True))
    assert [drawn[x] for x in sorted(drawn)] == sorted(effects)
    n_specifications = (verdicts["claim"] == 2).sum()  # of β0 alone there is no half-life
    tested = f"{len(effects)} of {n_specifications} tested"
    assert figure.axes[0].get_title() == f"Entangled tori\n{tested}"
    assert len(effects) < n_specifications
    shown = labels(figure)
    assert shown[:3] == ["answer: yes", "partly", "no"]
    assert {"k: middle of the range", "1.5", "β0 alone", "last", "a threshold moved"} <= set(shown)
    assert "before the activation" not in shown  # nothing of it was looked at


def test_a_mark_below_is_where_the_choice_was_made():
    verdicts, answers = found()
    figure = plot_specifications(verdicts, answers, 2, {})
    row = labels(figure).index("1.5")
    (marks,) = [line for line in figure.axes[1].lines if set(line.get_ydata()) == {row}]
    choices = verdicts[verdicts["claim"] == 2].set_index("specification")
    effects = answers[answers["claim"] == 2].set_index("specification")["estimate"]
    order = effects.sort_values(kind="stable").index
    wanted = {place for place, number in enumerate(order) if choices.loc[number, "scale"] == "1.5"}
    assert set(marks.get_xdata()) == wanted


def test_activations_of_the_same_effect_are_told_apart_without_colours():
    verdicts, answers = found()
    figure = plot_specifications(verdicts, answers, 1, {})
    curves = figure.axes[:-1]
    assert [axes.texts[0].get_text() for axes in curves] == ["ReLU", "tanh"]
    for axes, name, marker in zip(curves, ("relu", "tanh"), "o^", strict=True):
        (points,) = [line for line in axes.lines if line.get_marker() == marker]
        of_one = answers[(answers["claim"] == 1) & (answers["activation"] == name)]
        assert sorted(points.get_ydata()) == sorted(of_one["estimate"])
    assert curves[0].get_ylim() == curves[1].get_ylim()
    figure.draw_without_rendering()
    effect = [axes.yaxis.label for axes in curves if axes.get_ylabel()]
    assert len(effect) == 1
    assert effect[0].get_window_extent().y0 > figure.axes[-1].get_window_extent().y1


def test_what_all_specifications_have_and_what_the_data_lack_has_no_row():
    verdicts, answers = found()
    elsewhere = verdicts.iloc[-1:].assign(datasets="discs", claim=1, stride="7", specification=999)
    verdicts = pd.concat([verdicts, elsewhere])
    shown = labels(plot_specifications(verdicts, answers, 1, {}))
    assert "crossing: first" not in shown  # the crossing is a choice of claim 2 only
    assert "one point in 7" not in shown
    other = answers[answers["claim"] == 1].assign(dataset="discs")
    both = plot_specifications(verdicts, pd.concat([answers, other]), 1, {})
    shown = [label.get_text() for label in both.axes[-2].get_yticklabels()]
    assert "one point in 7" in shown


def test_a_claim_without_comparisons_says_so():
    verdicts, answers = found()
    figure = plot_specifications(verdicts, answers[answers["claim"] == 2], 3, {})
    assert figure.axes[0].get_title() == "nothing to compare"


def test_the_script_draws_every_claim_that_has_a_path(tmp_path, drawn):
    for name, table in zip(("verdicts", "answers"), found(), strict=True):
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    paths = [f"claim_{claim}.png" for claim in (1, 2, 3)]
    arguments = [tmp_path / "verdicts.csv", tmp_path / "answers.csv", paths]
    assert len(drawn(script, *arguments, titles={"tori": "Tori"})) == 3
