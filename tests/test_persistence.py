"""The batch at every layer: diagrams, Betti numbers, distances, figures, the finding."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import persim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from scripts import (
    collect_persistence,
    compute_persistence,
    draw_batch,
    plot_persistence,
    write_finding,
    write_images,
)
from topodnn.errors import InputError
from topodnn.files import Data, Networks, read_data, write_data, write_networks
from topodnn.homology import persistence_diagrams
from topodnn.persistence import (
    METRICS,
    betti_rows,
    curve_scales,
    diagram_distance,
    diameter,
    distance_rows,
    layer_diagrams,
    mean_betti_curves,
    pair_table,
    up_to,
)

HOW = {"n_neighbors": 4, "max_scale": 3.0, "max_hops": 6, "max_dimension": 1}
PERSISTENCE = {**HOW, "n_points": 40, "seed": 0, "filtration_value": 0.5, "scale": 2.5}
ENDS = {key: HOW[key] for key in ("max_scale", "max_hops", "max_dimension")}
TRAINED = {"dataset": "rings", "network": "2x3", "protocol": "notebook"}


def two_circles(n_points=40):
    angles = np.arange(n_points // 2) * 4 * np.pi / n_points
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    return np.concatenate([circle, circle + np.array([5, 0])]).astype(np.float32)


def data(n_points=200):
    rng = np.random.default_rng(1)
    held_out = np.arange(n_points) % 5 == 0
    true_betti = np.array([[1, 1], [1, 1]])
    points = rng.normal(size=(n_points, 2)).astype(np.float32)
    return Data(points, np.arange(n_points) % 2, held_out, true_betti)


def numbers_of(points, input_diameter=1.0):
    rows = betti_rows(points, layer_diagrams(points, **HOW), PERSISTENCE, input_diameter)
    return {row["metric"]: row for row in rows}


# The batch ----------------------------------------------------------------------------------------


def test_the_batch_is_drawn_once_from_the_training_points(tmp_path):
    write_data(tmp_path / "data.npz", data())
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        draw_batch.main(tmp_path / "data.npz", tmp_path / f"{name}.npz", n_points=60, seed=seed)
    one, same, other = (read_data(tmp_path / f"{name}.npz") for name in ("one", "same", "other"))
    np.testing.assert_array_equal(one.points, same.points)
    assert not np.array_equal(one.points, other.points)
    assert not one.held_out.any()
    training = {tuple(point) for point in data().points[~data().held_out]}
    drawn = [tuple(point) for point in one.points]
    assert set(drawn) <= training
    assert len(set(drawn)) == 60
    np.testing.assert_array_equal(one.true_betti, data().true_betti)


def test_more_points_than_there_are_is_said_in_one_sentence(tmp_path):
    write_data(tmp_path / "data.npz", data())
    with pytest.raises(InputError, match=r"n_points is 161, but must be at most 160, the number"):
        draw_batch.main(tmp_path / "data.npz", tmp_path / "batch.npz", n_points=161, seed=0)


# Diagrams and Betti numbers -----------------------------------------------------------------------


def test_two_circles_in_every_metric():
    points = two_circles()
    found = numbers_of(points, diameter(points))
    for metric in METRICS:
        assert (found[metric]["beta_0"], found[metric]["beta_1"]) == (2, 2), metric
    assert found["euclidean"]["diameter"] == pytest.approx(7, rel=1e-6)
    assert found["unit_diameter"]["scale"] == pytest.approx(0.5 / 7, rel=1e-6)
    assert found["hops"]["scale"] == 2.5
    _, rings = layer_diagrams(points, **HOW)["euclidean"]
    # 20 points on a circle: born at the side, dead at the longest side of the widest triangle.
    assert rings == pytest.approx(
        np.tile([2 * np.sin(np.pi / 20), 2 * np.sin(0.35 * np.pi)], (2, 1))
    )


def test_a_diagram_up_to_a_scale_is_that_of_the_shorter_filtration():
    points = np.random.default_rng(0).normal(size=(40, 3))
    whole = persistence_diagrams(points, metric="euclidean")
    for end in (0.6, 1.1, 2.0):
        shorter = persistence_diagrams(points, metric="euclidean", max_scale=end)
        for found, wanted in zip(whole, shorter, strict=True):
            np.testing.assert_array_equal(
                np.sort(up_to(found, end), axis=0), np.sort(wanted, axis=0)
            )


@settings(max_examples=20)
@given(st.floats(0.01, 100))
def test_scaling_a_layer_changes_the_euclidean_numbers_only(factor):
    points = np.random.default_rng(0).normal(size=(30, 2))
    plain, scaled = (layer_diagrams(x, **HOW) for x in (points, factor * points))
    for metric in ("unit_diameter", "hops"):
        for one, other in zip(plain[metric], scaled[metric], strict=True):
            np.testing.assert_allclose(np.sort(one, 0), np.sort(other, 0), rtol=1e-5)
    numbers = [numbers_of(x, diameter(points))["unit_diameter"] for x in (points, factor * points)]
    assert numbers[0]["beta_0"] == numbers[1]["beta_0"]
    if factor > 20 or factor < 0.05:
        euclidean = [numbers_of(x)["euclidean"]["beta_0"] for x in (points, factor * points)]
        assert euclidean[0] != euclidean[1]


def test_at_the_input_unit_diameter_is_the_euclidean_complex():
    points = np.random.default_rng(2).normal(size=(50, 3)).astype(np.float32)
    found = numbers_of(points, diameter(points))
    for name in ("beta_0", "beta_1"):
        assert found["euclidean"][name] == found["unit_diameter"][name]


def test_points_that_coincide_or_are_not_finite_are_missing_and_not_fatal():
    point, broken = np.ones((9, 3), np.float32), np.full((9, 3), np.nan, np.float32)
    found = numbers_of(point)
    for metric in ("euclidean", "hops"):
        assert (found[metric]["beta_0"], found[metric]["beta_1"]) == (1, 0)
    assert pd.isna(found["unit_diameter"]["beta_0"])
    assert found["euclidean"]["n_points"] == 1
    assert all(pd.isna(row["beta_0"]) for row in numbers_of(broken).values())
    rows = distance_rows(layer_diagrams(point, **HOW), layer_diagrams(broken, **HOW), **ENDS)
    assert all(np.isnan(row["distance"]) for row in rows)


def test_mean_betti_curves_are_a_direct_count():
    rng = np.random.default_rng(0)
    clouds = [rng.normal(size=(25, 2)) for _ in range(2)]
    tables = [
        pair_table(layer_diagrams(x, **HOW), seed=seed, layer=1) for seed, x in enumerate(clouds)
    ]
    found = mean_betti_curves(pd.concat(tables), **ENDS).query("metric == 'euclidean'")
    for row in found.iloc[::20].itertuples():
        alive = [
            [((d[:, 0] <= row.scale) & (d[:, 1] > row.scale)).sum() for d in
             layer_diagrams(x, **HOW)["euclidean"]]
            for x in clouds
        ]  # fmt: skip
        assert [row.beta_0_mean, row.beta_1_mean] == np.mean(alive, axis=0).tolist()
        assert row.beta_0_std == pytest.approx(np.std(alive, axis=0, ddof=1)[0])
    assert set(found["n_networks"]) == {2}
    assert curve_scales("hops", 5.5).tolist() == [0, 1, 2, 3, 4, 5]


# Distances ----------------------------------------------------------------------------------------

pairs = st.lists(
    st.tuples(st.integers(0, 8), st.one_of(st.integers(1, 9), st.just(np.inf))), max_size=7
).map(lambda rows: np.array([(b / 2, b / 2 + length) for b, length in rows]).reshape(-1, 2))


@given(pairs, pairs)
def test_distance_is_that_of_persim(one, other):
    capped = [np.minimum(diagram, 20) for diagram in (one, other)]
    found = diagram_distance(one, other, 20)
    assert found == pytest.approx(persim.wasserstein(*capped), abs=1e-9)
    assert found == pytest.approx(diagram_distance(other, one, 20), abs=1e-9)


@given(pairs)
def test_equal_layers_have_no_distance(diagram):
    assert diagram_distance(diagram, diagram[::-1], 20) == pytest.approx(0, abs=1e-9)


def test_one_class_more_is_as_far_as_the_filtration_shows():
    ring = np.array([[1.0, np.inf]])
    assert diagram_distance(ring, ring[:0], 9) == pytest.approx(8 / np.sqrt(2))


# From networks to figures and words ---------------------------------------------------------------


def networks_of(seeds, activation, standardised):
    rng = np.random.default_rng(len(activation))
    shapes = [(3, 2), (3, 3), (2, 3)]
    weights = [rng.normal(size=(len(seeds), *s)).astype(np.float32) for s in shapes]
    weights[1][-1] = 0  # the last network takes all points to one
    biases = [rng.normal(size=(len(seeds), s[0])).astype(np.float32) for s in shapes]
    mean = np.full(2, 5.0 if standardised else 0.0, np.float32)
    about = {"seeds": seeds, "activation": activation, "activation_parameters": {}}
    return Networks(weights, biases, mean, np.ones(1, np.float32), about)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the rules write for two activations with two networks, of which one collapses."""
    folder = tmp_path_factory.mktemp("persistence")
    batch = Data(two_circles(), np.repeat([0, 1], 20), np.zeros(40, bool), np.eye(2, dtype=int))
    write_data(folder / "batch.npz", batch)
    trials = []
    for activation in ("relu", "tanh"):
        networks = networks_of([0, 1], activation, standardised=activation == "tanh")
        write_networks(folder / f"{activation}.safetensors", networks)
        kind = {**TRAINED, "activation": activation}
        compute_persistence.main(
            folder / "batch.npz", folder / f"{activation}.safetensors",
            *(folder / f"{activation}.{name}" for name in ("parquet", "betti.csv", "far.csv")),
            kind=kind, persistence=PERSISTENCE,
        )  # fmt: skip
        trials += [
            {**kind, "seed": s, "trial": 1, "train_error": 0.3, "held_out_error": 0.2 + s / 10,
             "well_trained": False, "counted": True}
            for s in (0, 1)
        ]  # fmt: skip
    pd.DataFrame(trials).to_csv(folder / "trials.csv", index=False)
    jobs = [
        [str(folder / f"{name}.{ending}") for name in ("relu", "tanh")]
        for ending in ("parquet", "betti.csv", "far.csv")
    ]
    collect_persistence.main(
        *jobs, folder / "trials.csv", folder / "betti.csv", folder / "distances.csv",
        folder / "curves.csv", folder / "diagrams.parquet",
        persistence={"rings": ENDS},
        diagrams_of=[{**TRAINED, "activation": name} for name in ("relu", "tanh")],
    )  # fmt: skip
    return folder


def test_the_input_is_the_same_for_every_network_and_not_standardised(folder):
    betti = pd.read_csv(folder / "betti.csv")
    inputs = betti.query("layer == 0")
    assert set(inputs["diameter"].round(5)) == {7.0}
    for _, rows in inputs.groupby("metric"):
        assert rows[["beta_0", "beta_1"]].drop_duplicates().to_numpy().tolist() == [[2, 2]]
    pairs = pd.read_parquet(folder / "relu.parquet").query("layer == 0 and seed == 0")
    tanh = pd.read_parquet(folder / "tanh.parquet").query("layer == 0 and seed == 1")
    columns = ["metric", "dimension", "birth", "death"]
    np.testing.assert_array_equal(pairs[columns].to_numpy(), tanh[columns].to_numpy())


def test_tables_have_every_network_layer_and_metric(folder):
    betti, distances = (pd.read_csv(folder / f"{name}.csv") for name in ("betti", "distances"))
    assert len(betti) == 2 * 2 * 4 * 3
    assert len(distances) == 2 * 2 * 3 * 3 * 2
    assert {"well_trained", "held_out_error", "counted"} <= set(betti)
    collapsed = betti.query("seed == 1 and layer == 2")
    assert set(collapsed["n_points"]) == {1}
    assert collapsed.query("metric == 'unit_diameter'")["beta_0"].isna().all()
    assert collapsed.query("metric != 'unit_diameter'")["beta_0"].eq(1).all()
    drawn = pd.read_parquet(folder / "diagrams.parquet")
    assert set(drawn["seed"]) == {0}
    assert set(drawn["activation"]) == {"relu", "tanh"}


@pytest.fixture
def figures(folder, tmp_path, monkeypatch):
    """The figures that the script draws, kept open, and their files."""
    drawn, save = [], plot_persistence.save
    monkeypatch.setattr(
        plot_persistence, "save", lambda figure, paths: (drawn.append(figure), save(figure, paths))
    )
    names = ["diagrams", "curves", "metrics", "distances", "batch"]
    plot_persistence.main(
        *(folder / name for name in ("betti.csv", "distances.csv", "curves.csv")),
        folder / "diagrams.parquet", [str(tmp_path / f"{name}.png") for name in names],
        diagram_panels=[TRAINED], panels=[TRAINED], persistence={"rings": PERSISTENCE},
    )  # fmt: skip
    return dict(zip(names, drawn, strict=True)), tmp_path


def test_figures_show_the_tables(folder, figures):
    drawn, files = figures
    for name in drawn:
        image = plt.imread(files / f"{name}.png")[..., :3]
        assert (image < 0.9).any(axis=2).mean() > 0.005, name
    betti = pd.read_csv(folder / "betti.csv").query("activation == 'relu'")
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
    far = pd.read_csv(folder / "distances.csv").query("activation == 'relu' and dimension == 0")
    wanted = far.query("metric == 'euclidean'").groupby("layer")["distance"].mean()
    np.testing.assert_allclose(drawn["distances"].axes[0].lines[0].get_ydata(), wanted)


def test_images_are_read_back_from_the_event_files(figures, tmp_path):
    _, files = figures
    tags = ["rings/2x3/notebook/diagrams", "rings/batch"]
    paths = [str(files / "diagrams.png"), str(files / "batch.png")]
    write_images.main(paths, str(tmp_path / "events"), tags=tags)
    events = EventAccumulator(str(tmp_path / "events"), size_guidance={"images": 0})
    events.Reload()
    assert events.Tags()["images"] == tags
    for tag, path in zip(tags, paths, strict=True):
        (image,) = events.Images(tag)
        assert (image.height, image.width) == plt.imread(path).shape[:2]
        (tmp_path / "image.png").write_bytes(image.encoded_image_string)
        assert (plt.imread(tmp_path / "image.png")[..., :3] < 0.9).any()


def write(folder, betti, out):
    betti.to_csv(out / "changed.csv", index=False)
    write_finding.main(
        out / "changed.csv", folder / "distances.csv", [folder / "batch.npz"],
        out / "summary.csv", out / "finding.md", persistence={"rings": PERSISTENCE},
    )  # fmt: skip
    return pd.read_csv(out / "summary.csv"), (out / "finding.md").read_text()


def test_the_finding_is_made_of_the_numbers(folder, tmp_path):
    betti = pd.read_csv(folder / "betti.csv")
    summary, text = write(folder, betti, tmp_path)
    assert "Of the 4 networks 2x3 trained with notebook, 0 are well trained" in text
    assert "They do not classify" in text
    assert "The true Betti numbers of all classes together are (1, 1)" in text
    assert "shows (2, 2) at the input with Euclidean distances and (2, 2) with hops" in text
    assert "0.700 to 0.800" in text
    row = summary.query("activation == 'relu' and metric == 'euclidean'").iloc[0]
    logits = betti.query("activation == 'relu' and metric == 'euclidean' and layer == 3")
    assert row["beta_0_output_mean"] == logits["beta_0"].mean()
    assert row["beta_0_falls"] == (logits["beta_0"] < 2).mean()
    changed = betti.assign(
        well_trained=True,
        held_out_error=0.0,
        beta_0=betti["beta_0"].where(betti["layer"] != 3, 7),
    )
    _, other = write(folder, changed, tmp_path)
    assert "4 are well trained" in other
    assert "They classify." in other
    assert "β0 in 0 of 4" in other
    assert other != text


def test_the_finding_compares_networks_that_classify_with_others(folder, tmp_path):
    betti = pd.read_csv(folder / "betti.csv")
    trained = betti.assign(protocol="fast", well_trained=True, held_out_error=0.0)
    high = betti.assign(beta_0=betti["beta_0"].where(betti["layer"] != 0, 40))
    both = pd.concat([high, trained.assign(beta_0=high["beta_0"])])
    _, text = write(folder, both, tmp_path)
    assert "the fall alone does not show that a network classifies" in text
    assert "40 of 40 points are components" in text
    rises = trained.assign(beta_0=trained["beta_0"].where(trained["layer"] != 3, 99))
    _, text = write(folder, pd.concat([high, rises]), tmp_path)
    assert "β0 (Euclidean) falls in 100% of the networks that do not classify and in 0% of" in text
