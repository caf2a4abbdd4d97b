import json
import re
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest

from scripts.build_explorer import main
from tests.browser import look_at
from tests.conftest import KIND, homology, trial
from topodnn.analysis.tidy import tidy_table
from topodnn.figures.clouds import write_cloud
from topodnn.figures.explorer import (
    CLOUD_COORDINATES,
    MARKERS,
    build_page,
    encode_cloud,
    explorer_data,
)
from topodnn.figures.style import ACTIVATION_STYLES, OTHER_STYLE


def embedded(page: str) -> dict:
    """The data of a page, read back."""
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page)[1])


def unpacked(data: dict) -> pd.DataFrame:
    """One row per network, layer and class, as in the tidy table."""
    rows = []
    for kind in data["kinds"]:
        for i, label in enumerate(kind["classes"]):
            for j, seed in enumerate(kind["seeds"]):
                for layer in range(len(kind["values"]["omega"][i][j])):
                    row = {key: kind[key] for key in KIND}
                    row |= {"seed": seed, "layer": layer, "class": label}
                    row |= {name: values[i][j][layer] for name, values in kind["values"].items()}
                    marks = ("well_trained", "counted", "n_trials", "train_error", "held_out_error")
                    rows.append(row | {name: kind[name][j] for name in marks})
    return pd.DataFrame(rows)


def cloud(seed: int = 0, n_points: int = 60) -> tuple:
    rng = np.random.default_rng(0)
    layers = [rng.normal(size=(n_points, n)).astype(np.float32) for n in (2, 3, 2)]
    return dict(KIND), layers, np.arange(n_points) % 2, seed, True


def test_the_data_in_the_page_are_those_of_the_table(table):
    read = unpacked(embedded(build_page(explorer_data(table), "tiny")))
    keys = [*KIND, "seed", "class", "layer"]
    read = read.sort_values(keys, ignore_index=True)
    wanted = table.sort_values(keys, ignore_index=True)[read.columns]
    pd.testing.assert_frame_equal(read.astype(object), wanted.astype(object), check_dtype=False)


def test_what_persists_is_in_the_page_where_k_has_a_range(table, ranged):
    mixed = pd.concat([ranged, table.assign(dataset="old")])
    data = embedded(build_page(explorer_data(mixed), "tiny"))
    assert data["measures"] == {"one scale": "", "persistent": "persistent_"}
    assert data["quantities"] == ["beta_0", "beta_1", "omega"]
    names = {kind["dataset"]: list(kind["values"]) for kind in data["kinds"]}
    persistent = ["persistent_beta_0", "persistent_beta_1", "persistent_omega"]
    assert names == {"old": data["quantities"], "tori": data["quantities"] + persistent}
    kind = next(k for k in data["kinds"] if k["dataset"] == "tori" and k["activation"] == "relu")
    assert kind["values"]["persistent_omega"][0] == [[16, 3, 1], [16, 6, 1], [16, 75, 75]]
    assert data["wrong_inputs"] == {
        "one scale": [["tori", 1], ["old", 1]], "persistent": [["tori", 1]],
    }  # fmt: skip
    assert explorer_data(table)["measures"] == {"one scale": ""}


def test_missing_numbers_are_null(table):
    table["beta_1"] = table["beta_1"].astype("Int64")
    table.loc[(table["seed"] == 1) & (table["layer"] == 2), ["beta_1", "omega"]] = pd.NA
    table.loc[(table["seed"] == 1), "held_out_error"] = np.nan
    table["beta_2"] = pd.array([pd.NA] * len(table), dtype="Int64")
    data = embedded(build_page(explorer_data(table), "tiny"))
    kind = next(kind for kind in data["kinds"] if kind["activation"] == "relu")
    assert kind["values"]["omega"][0][1] == [24, 9, None]
    assert kind["held_out_error"] == [0.0, None, 0.1]
    assert "beta_2" not in kind["values"]


def test_a_diverged_network_without_rows_of_a_layer_has_gaps(table):
    table = table[(table["seed"] != 2) | (table["layer"] == 0)]
    relu = next(k for k in explorer_data(table)["kinds"] if k["activation"] == "relu")
    assert relu["values"]["beta_0"][0][2] == [8, None, None]


def test_the_points_are_those_of_the_cloud_within_16_bits():
    _, layers, labels, seed, _ = cloud(3)
    encoded = encode_cloud(*cloud(3))
    assert (encoded["seed"], encoded["well_trained"], encoded["n_points"]) == (seed, 1, 60)
    assert np.array_equal(np.frombuffer(b64decode(encoded["labels"]), "u1"), labels)
    for points, layer in zip(layers, encoded["layers"], strict=True):
        read = np.frombuffer(b64decode(layer["points"]), "<i2").reshape(-1, layer["dimension"])
        low, high = points.min(axis=0), points.max(axis=0)
        assert np.allclose((read / 32767 + 1) / 2 * (high - low) + low, points, atol=1e-3)


def test_points_that_are_not_finite_have_a_number_of_their_own():
    kind, (first, *others), labels, seed, well_trained = cloud(3)
    broken = first.copy()
    broken[5] = np.nan
    encoded = encode_cloud(kind, [broken, *others], labels, seed, well_trained)
    read = np.frombuffer(b64decode(encoded["layers"][0]["points"]), "<i2")
    assert (np.flatnonzero(read.reshape(first.shape)[:, 0] == -32768) == [5]).all()


def test_the_page_is_of_one_file_below_8_mb_however_many_points(table):
    page = build_page(explorer_data(table, [cloud(n_points=CLOUD_COORDINATES // 7)] * 3), "many")
    assert 4e6 < len(page.encode()) < 8e6
    shown = [c["n_points"] for c in embedded(page)["clouds"]]
    assert sum(7 * n for n in shown) <= CLOUD_COORDINATES


def test_the_page_asks_for_no_other_file(table):
    page = build_page(explorer_data(table, [cloud()]), "tiny")
    scripts = re.compile(r"<script>.*?</script>", re.DOTALL)
    assert not re.search(r"\b(src|href|url|action)\s*[=(]", scripts.sub("", page))
    assert "<link" not in page.split("<script>")[0]
    assert "sendChartToCloud" not in page.rpartition("<script>")[2]


def test_names_cannot_end_the_script_or_become_elements(table):
    title = "</script><script>alert(1)</script><b>&amp;"
    page = build_page(explorer_data(table, titles={"tori": title}), title)
    assert "alert(1)</script>" not in page
    assert "<b>" not in page.split("<script>")[0]
    assert embedded(page)["titles"] == {"tori": title}


def test_the_same_results_give_the_same_page_by_the_script(table, tmp_path):
    table.to_csv(tmp_path / "table.csv", index=False)
    kind, *rest = cloud()
    write_cloud(tmp_path / "cloud.npz", *rest)
    pages = [tmp_path / "a.html", tmp_path / "b.html"]
    for path in pages:
        main(
            tmp_path / "table.csv", [tmp_path / "cloud.npz"], path, name="tiny", titles={},
            kinds=[kind],
        )  # fmt: skip
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert len(embedded(pages[0].read_text())["clouds"]) == 1


@pytest.fixture
def page(table, tmp_path):
    """Two data sets, of which one has clouds and a network of another depth."""
    more = tidy_table(
        [homology(0, [[2, 3], [7, 5], [1, 1], [1, 0]], dataset="D<I>", activation="gelu")],
        pd.DataFrame([trial(0, 1, 0.0, True, dataset="D<I>", activation="gelu")]),
    )
    data = explorer_data(pd.concat([table, more]), [cloud(1)], {"D<I>": "<i>discs</i>"})
    path = tmp_path / "explore.html"
    path.write_text(build_page(data, "tiny"), encoding="utf-8")
    return path


@pytest.mark.browser
def test_the_page_draws_what_the_address_and_then_a_reader_choose_without_script_errors(page):
    look = """
        const means = () => element("curves").data
          .filter((trace) => trace.meta === "mean").map((trace) => [trace.name, trace.y]);
        const set = (id, value, event) => {
          element(id).value = value;
          element(id).dispatchEvent(new Event(event));
        };
        const first = [means(), document.querySelectorAll("#curves .trace.scatter").length,
          document.querySelectorAll("#points .gl-container").length, document.body.innerText];
        set("dataset", "D<I>", "change");
        set("layer", 2, "input");
        highlight({data: element("curves").data[0], pointNumber: 1});
        return [first, means(), element("curves").data.at(-1).y, location.hash];"""
    found, errors, dom = look_at(page, look, "class=1&quantity=omega&layer=1&activation=relu")
    assert errors == []
    (means, n_traces, n_scenes, text), other_means, highlighted, address = found
    assert means == [["ReLU: 2 of 3 well trained", [24, 7, 1]]]  # class 1 of seeds 0 and 1
    assert n_traces >= 3  # the networks, a grey one, the mean
    assert n_scenes > 0
    assert "Attention: the input does not show the true Betti numbers" in text
    assert "layer 1, seed 1, well trained, 60 points shown" in text
    assert "(β₀, β₁) = (3, 6)" in text
    assert other_means == [["GELU: 1 of 1 well trained", [5, 12, 2, 1]]]
    assert highlighted == [5, 12, 2, 1]
    assert {"dataset=D%3CI%3E", "activation=gelu", "layer=2"} <= set(address[1:].split("&"))
    assert "Layer 2 of 2: logits" in dom
    assert "<i>discs</i>" not in dom.rpartition("<script")[0].split("<script")[0]


@pytest.mark.browser
def test_the_switch_shows_what_persists_and_is_hidden_where_k_has_no_range(ranged, table, tmp_path):
    path = tmp_path / "explore.html"
    data = explorer_data(pd.concat([ranged, table.assign(dataset="old")]), [cloud()])
    path.write_text(build_page(data, "tiny"), encoding="utf-8")
    look = """
        const shown = () => [
          element("curves").data.find((trace) => trace.meta === "mean").y,
          element("curves").layout.yaxis.title.text, element("caption").innerText.split(". ")[1],
          element("measure").offsetParent === null];
        const set = (id, value) => {
          element(id).value = value;
          element(id).dispatchEvent(new Event("change"));
        };
        const found = [shown()];
        set("measure", "one scale");
        found.push(shown());
        set("dataset", "old");
        return [...found, shown()];"""
    address = "dataset=tori&class=0&quantity=omega&measure=persistent&layer=1"
    found, errors, _ = look_at(path, look, address)
    assert errors == []
    persistent = "Persistent: Ma: (β₀, β₁) = (1, 2); Mb: (β₀, β₁) = (1, 2)"
    one_scale = "Ma: (β₀, β₁) = (1, 4); Mb: (β₀, β₁) = (1, 4)"
    assert found == [
        [[16, 4.5, 1], "persistent ω of M<sub>a</sub>", persistent, False],
        [[24, 7, 1], "ω of M<sub>a</sub>", one_scale, False],
        [[24, 7, 1], "ω of M<sub>a</sub>", one_scale, True],
    ]


@pytest.mark.browser
def test_a_page_without_clouds_and_with_a_wrong_address_works(table, tmp_path):
    path = tmp_path / "explore.html"
    path.write_text(build_page(explorer_data(table), "tiny"), encoding="utf-8")
    look = 'return [document.getElementById("clouds-section").hidden, state.dataset, state.class];'
    found, errors, _ = look_at(path, look, "dataset=nothing&class=7&layer=x&activation=no")
    assert errors == []
    assert found == [True, "tori", "0"]


def test_every_activation_has_a_marker_of_its_own():
    markers = [marker for *_, marker in (*ACTIVATION_STYLES.values(), OTHER_STYLE)]
    assert len({MARKERS[marker] for marker in markers}) == len(markers)
