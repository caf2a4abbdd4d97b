"""The article: what Typst is told, and what it says of the results that are kept."""

import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

from tests.conftest import ROOT
from tests.workflow.test_outputs import plan_of
from topodnn.analysis.texts import MEASURED, in_words
from topodnn.datasets.files import Data, write_data
from topodnn.homology.files import write_scale
from topodnn.networks.protocols import PROTOCOLS
from topodnn.publish.article import (
    compile_article,
    describe_data,
    describe_figure,
    group_trainings,
)
from topodnn.publish.provenance import write_provenance
from topodnn.workflow.article import figures as article_figures
from topodnn.workflow.article import tables as article_tables
from topodnn.workflow.article import trainings as article_trainings

KEPT = ROOT / "results/reference/paper"
TABLES = {
    "verdicts": "claims/verdicts.csv",
    "comparisons": "claims/comparisons.csv",
    "persistent_comparisons": "claims/persistent_comparisons.csv",
    "injective": "claims/injective.csv",
    "persistent_injective": "claims/persistent_injective.csv",
    "well_trained": "tables/well_trained.csv",
    "benchmarks": "benchmarks.csv",
    "provenance": "provenance.yaml",
}


def data_set(name: str, n_classes: int = 2) -> dict:
    """What the article is told of a data set."""
    return {
        "name": name, "title": name, "n_points": 100, "n_held_out": 10, "stride": 1,
        "true_betti": [[1, 0]] * n_classes, "n_neighbors": 20, "scale": 2.5,
        "k_low": 14, "k_high": 40, "method": None, "n_pairs": None, "n_fitting": None,
    }  # fmt: skip


def article_inputs() -> dict:
    """What Typst is told of the results of the paper's configuration, without figures."""
    trainings = article_trainings(plan_of("paper"))
    return {
        "kept": True,
        "tables": {name: str(KEPT / path) for name, path in TABLES.items()},
        "figures": {},
        "data": [data_set(name) for name in ("D-I", "D-II", "D-III", "five-discs")],
        "protocols": PROTOCOLS,
        "judged": "fast",
        "trainings": trainings,
        "training_table": group_trainings(trainings),
        "measures": {s + m: in_words(s + m) for s in ("", "persistent_") for m in MEASURED},
    }


def text_of(inputs: dict, folder: Path) -> str:
    """The text of the article."""
    pdf = folder / "article.pdf"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # Typst reads what is below a folder that this and the source share
        compile_article(str(ROOT / "paper/article.typ"), str(pdf), inputs)
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(pdf).pages).split())
    text = unicodedata.normalize("NFKC", text)  # letters of formulas
    return re.sub(r"([a-z])- ([a-z])", r"\1\2", text)  # words divided at the end of a line


def read_text(path: str) -> pd.DataFrame:
    """A table, every cell as it is written."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def changed_verdicts(path: str) -> pd.DataFrame:
    """The verdicts with other answers to claim 1."""
    verdicts = read_text(path)
    verdicts.loc[0, ["n_yes", "n_partly", "n_no"]] = ["0", "26", "11"]
    verdicts.loc[0, "answers"] = "0 yes, 26 partly, 11 no"
    verdicts.loc[0, "verdict"] = "not replicated"
    return verdicts


def changed_comparisons(path: str) -> pd.DataFrame:
    """The comparisons with last crossings that are all the same."""
    comparisons = read_text(path)
    compared = comparisons["measure"].eq("half_life") & comparisons["compared_with"].ne("")
    last = comparisons[compared].assign(measure="last_half_life", median="77.77")
    return pd.concat([comparisons[comparisons["measure"] != "last_half_life"], last])


def changed_provenance(path: str) -> dict:
    """The provenance with commits that differ by stage."""
    provenance = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    early, late = "ab" * 20, "cd" * 20
    provenance["git_commit"] = {
        "networks": early, "homology": early, "claims": late, "figures": f"{late}-dirty",
    }  # fmt: skip
    return provenance


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> str:
    """The article of the results as they are kept."""
    return text_of(article_inputs(), tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory) -> str:
    """The article of the same results, in which much is changed."""
    folder, inputs = tmp_path_factory.mktemp("changed"), article_inputs()
    tables = inputs["tables"]
    for name, change in (("verdicts", changed_verdicts), ("comparisons", changed_comparisons)):
        table = change(tables[name])
        tables[name] = str(folder / f"{name}.csv")
        table.to_csv(tables[name], index=False)
    write_provenance(folder / "provenance.yaml", changed_provenance(tables["provenance"]))
    tables["provenance"] = str(folder / "provenance.yaml")
    inputs["data"][3] = data_set("five-discs", n_classes=27) | {"method": "plateau"}
    for kind in inputs["trainings"]:
        if (kind["network"], kind["activation"]) == ("9x15", "relu"):
            kind["numbers"]["epochs"] = 120
    inputs["training_table"] = group_trainings(inputs["trainings"])
    return text_of(inputs, folder)


def test_trainings_are_grouped_by_their_numbers():
    rows = group_trainings(article_trainings(plan_of("paper")))
    first = rows[0]
    assert first["numbers"]["epochs"] == 80
    assert first["activations"] == ["tanh", "leaky_relu", "relu"]
    assert {"D-I 9x15", "D-II 9x15", "D-III 9x15"} <= set(first["networks"])
    longer = [(row["numbers"]["epochs"], row["networks"]) for row in rows[1:]]
    assert (320, ["D-I 2x15"]) in longer
    assert (320, ["D-II 3x15", "D-II 4x15"]) in longer  # in fewer trials
    assert (600, ["five-discs 7x3"]) in longer


def test_networks_from_files_have_no_training(tmp_path):
    (tmp_path / "a.pth").touch()
    experiment = {"datasets": ["tori"], "networks": ["9x25"], "weights": str(tmp_path / "a.pth")}
    assert article_trainings(plan_of("config", experiments=[experiment])) == []


def test_the_default_run_trains_every_activation_for_as_many_epochs():
    trainings = article_trainings(plan_of("config"))
    assert {kind["activation"] for kind in trainings} == {"relu", "leaky_relu", "tanh", "sigmoid"}
    assert {kind["numbers"]["epochs"] for kind in trainings} == {80}


def test_the_article_leads_with_the_counts(changed):
    assert "claim 1 has 0 yes, 26 partly, 11 no: not replicated" in changed
    assert changed.count("0 yes, 26 partly, 11 no: not replicated") == 2  # summary, claim
    assert changed.count("0 yes, 26 partly, 11 no") == 3  # and the table


def test_the_article_names_the_commit_of_every_stage(changed):
    assert "networks and homology ababababab" in changed
    assert "claims cdcdcdcdcd" in changed
    assert re.search("figures cdcdcdcdcd-? ?dirty", changed)  # the line may end there


def test_the_article_has_a_name_for_every_class(changed):
    for name in ("Ma", "Me", "Mz", "class 26"):
        assert f"{name} (1, 0)" in changed


def test_the_article_says_where_both_sides_of_claim_2_were_not_trained_alike(plain, changed):
    alike = "Both sides of every comparison were trained alike"
    not_alike = "not the same for every activation"
    assert alike in plain
    assert "80, the same for every activation of a kind" in plain
    assert not_alike not in plain
    assert alike not in changed
    assert "D-I 9x15: epochs 120 (ReLU) and 80 (tanh)" in changed
    assert not_alike in changed


def test_the_first_and_the_last_crossing_stand_side_by_side(changed):
    comparisons = changed_comparisons(article_inputs()["tables"]["comparisons"])
    assert "last crossing" in changed
    assert changed.count("77.77") == comparisons["measure"].eq("last_half_life").sum() > 0


def test_the_article_says_which_betti_numbers_a_layer_can_have(plain):
    assert "Alexander duality" in plain
    assert "raw_beta_1" in plain
    assert "half-life of ω−1 (the lowest ω is 1)" in plain


def test_the_article_says_by_what_k_was_chosen(plain, changed):
    plateau = "Of five-discs no true numbers are known"
    by_hand = "Here they are given in the configuration"
    assert plateau in changed
    assert "run of k over which the Betti numbers of all classes stay the same" in changed
    assert by_hand not in changed
    assert by_hand in plain
    assert "no true numbers are known" not in plain


@pytest.mark.parametrize("is_known", [True, False])
def test_pairs_that_fit_are_counted_where_true_betti_numbers_chose(tmp_path, is_known):
    n = 4
    true_betti = np.ones((2 * is_known, 1 * is_known), dtype=int)
    data = Data(np.zeros((n, 2)), np.arange(n) % 2, np.zeros(n, dtype=bool), true_betti)
    paths = [tmp_path / name for name in ("data.npz", "scale.csv", "scale.yaml")]
    write_data(paths[0], data)
    table = pd.DataFrame({"n_neighbors": [8, 10, 12], "scale": 2.5, "class": 0, "beta_0": 1})
    if is_known:
        table["is_true"] = [True, True, False]
    table.to_csv(paths[1], index=False)
    block = {"n_neighbors": [8, 10], "scale": [2.5]}
    method = "true_betti" if is_known else "plateau"
    choice = {"n_neighbors": 8, "scale": 2.5, "block": block, "method": method, "stride": 1}
    write_scale(paths[2], choice)
    homology = {"n_neighbors": "auto", "scale": 2.5, "stride": 1}
    told = describe_data("mine", title="Mine", path=paths[0], homology=homology, chosen=paths[1:])
    assert (told["method"], told["k_low"], told["k_high"]) == (method, 8, 10)
    assert (told["n_pairs"], told["n_fitting"]) == ((3, 2) if is_known else (None, None))


def test_limits_are_said(plain):
    for limit in ("one point cloud and one split", "share their seeds", "22 November 2026"):
        assert limit in plain
    assert "clouds of D-I" not in plain


def test_what_other_clouds_show_is_read_from_the_kept_tables(tmp_path):
    kept, inputs = ROOT / "results/reference/data_seeds", article_inputs()
    table = read_text(kept / "tables/data_seeds.csv")
    lasts = table["measure"].str.startswith("persistent")
    table["share"], table["high"] = lasts.map({True: "0.02", False: "0.05"}), "0.3"
    table.loc[0, ["share", "high"]] = "0.123", "0.777"
    table.loc[1, "share"] = "0.011"
    table.loc[lasts.idxmax(), ["share", "high"]] = "0.085", "0.666"
    table.to_csv(tmp_path / "data_seeds.csv", index=False)
    comparisons = read_text(kept / "claims/comparisons.csv")
    compared = comparisons["measure"].eq("half_life") & comparisons["compared_with"].ne("")
    comparisons.loc[compared.idxmax(), "estimate"] = "1.5"
    comparisons.to_csv(tmp_path / "comparisons.csv", index=False)
    inputs["tables"] |= {
        "data_seeds": str(tmp_path / "data_seeds.csv"),
        "data_seed_comparisons": str(tmp_path / "comparisons.csv"),
        "persistent_data_seed_comparisons": str(kept / "claims/persistent_comparisons.csv"),
    }
    text = text_of(inputs, tmp_path)
    assert "On 5 clouds of D-I and 5 clouds of D-II" in text
    assert "1 % to 12 % (highest end of an interval 78 %) of the variance" in text
    assert "of what persists 2 % to 9 % (highest end of an interval 67 %)" in text
    assert (
        "shorter with ReLU than with tanh on 9 of the 10 clouds, of what persists on 10 of" in text
    )


def beside(name: str, *places: str) -> dict:
    """Of the paper's configuration, the tables and figures of the kept results of another."""
    inputs, kept = article_inputs(), str(ROOT / "results/reference")
    plan = plan_of("paper", article={"beside": [name]})
    read = article_tables(plan, kept).items()
    inputs["tables"] |= {table: path for table, path in read if path.startswith(f"{kept}/{name}/")}
    figures = article_figures(plan, kept)
    inputs["figures"] = {place: list(map(describe_figure, figures[place])) for place in places}
    return inputs


def test_other_choices_say_what_each_quantity_says(tmp_path):
    inputs = beside("robustness", "specifications")
    table = read_text(inputs["tables"]["robustness"])
    pair = (table["claim"] == "2") & (table["dataset"] == "D-II")
    table.loc[pair, ["yes_omega", "n_omega", "yes_beta_0", "n_beta_0"]] = [
        "0.77",
        "81",
        "0.11",
        "43",
    ]
    table.loc[(table["claim"] == "2") & (table["dataset"] == "all"), "no"] = "0.0"
    table.to_csv(tmp_path / "robustness.csv", index=False)
    inputs["tables"]["robustness"] = str(tmp_path / "robustness.csv")
    text = text_of(inputs, tmp_path)
    by_omega, by_beta_0 = text.partition("By ω claim 2 says yes under")[2].split("by β0 alone", 1)
    assert by_omega.rstrip().endswith(";")
    assert "77 % of 81 on D-II" in by_omega
    assert "11 % of 43 on D-II" in by_beta_0
    assert "not replicated under 0 %" in text
    assert "Claim 3 is judged on D-I only" in text


def test_networks_that_learn_nothing_stand_with_their_errors_and_their_lead(tmp_path):
    inputs = beside("activations", "speed", "nulls")
    trials = read_text(inputs["tables"]["null_trials"])
    of = (trials["dataset"] == "D-I") & (trials["protocol"] == "shuffled")
    trials.loc[of & (trials["activation"] == "tanh"), "train_error"] = "0.1234"
    claims = read_text(inputs["tables"]["null_claims"])
    pairs = (claims["claim"] == "2") & (claims["compared_with"] == "tanh")
    nulls = pairs & (claims["activation"] == "relu") & (claims["protocol"] != "fast")
    claims.loc[nulls, ["holds", "low", "high"]] = ["yes", "-5", "-1"]
    for name, table in (("null_trials", trials), ("null_claims", claims)):
        table.to_csv(tmp_path / f"{name}.csv", index=False)
        inputs["tables"][name] = str(tmp_path / f"{name}.csv")
    text = text_of(inputs, tmp_path)
    assert "D-I tanh shuffled 10 12.3 %" in text
    n = nulls.sum()
    assert f"ReLU leads in {n} of these {n} comparisons" in text
    assert "0.018 at least" in text  # 3 kinds of 8 are the first in 1 of 56 orders
