"""profile(): against ripser and the workflow's own numbers, choices, refusals."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import topodnn
from tests.library_path import betti_numbers_by_dense_distances
from topodnn.columns import betti_columns
from topodnn.datasets.generators import five_discs
from topodnn.errors import InputError
from topodnn.homology.betti import betti_numbers
from topodnn.networks.layers import layer_points, predicted_class
from topodnn.networks.stacks import draw_network, stack_networks

DISC_AND_RING = [[1, 0], [1, 1]]


def disc_in_ring(n_points=150, seed=0):
    """A disc, class 0, in a ring, class 1."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi, 2 * n_points)
    radius = np.sqrt(rng.uniform(np.repeat([0, 4], n_points), np.repeat([1, 6.25], n_points)))
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points.astype(np.float32), np.repeat([0, 1], n_points)


@pytest.fixture(scope="module")
def trained():
    """A network trained by hand until it makes no error: model, points, labels."""
    points, labels = disc_in_ring()
    X, y = torch.tensor(points), torch.tensor(labels)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Sequential(
            nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2)
        )
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        adam.zero_grad()
        nn.functional.cross_entropy(model(X), y).backward()
        adam.step()
    assert (model(X).argmax(dim=1) == y).all()
    return model, points, labels


def betti(rows):
    return rows[betti_columns(rows)].to_numpy(dtype=int).tolist()


def test_every_layer_has_the_numbers_of_ripser(trained):
    model, points, labels = trained
    profile = topodnn.profile(model, points, labels, n_neighbors=15)
    with torch.no_grad():
        layers = [torch.tensor(points)]
        for module in model:
            layers.append(module(layers[-1]))
    layers = [layers[i].numpy() for i in (0, 2, 4, 5)]
    expected = [
        betti_numbers_by_dense_distances(layer[labels == label], 15, 2, 1).tolist()
        for layer in layers
        for label in (0, 1)
    ]
    assert betti(profile) == expected
    assert betti(profile)[:2] == DISC_AND_RING
    assert profile["name"].tolist()[::2] == ["input", "1", "3", "output"]
    assert profile["type"].tolist()[::2] == ["input", "Tanh", "ReLU", "Sequential"]
    assert (profile["omega"] == profile["beta_0"] + profile["beta_1"]).all()
    assert profile["n_points"].eq(150).all()
    assert profile.attrs["choice"]["method"] == "given"


def test_a_stack_has_the_numbers_of_the_workflow():
    points, labels = five_discs(np.random.default_rng(0), step=0.3)
    points = points.astype(np.float32) / 5
    widths, function = [2, 9, 7, 2], nn.LeakyReLU()
    network = draw_network(widths, "torch", 1.0, function, torch.Generator().manual_seed(1))
    layers = next(layer_points(stack_networks([network]), points, function))
    predicted = predicted_class(layers[-1])
    modules = []
    for weight, bias in network:
        linear = nn.Linear(*weight.shape[::-1])
        linear.load_state_dict({"weight": weight, "bias": bias})
        modules += [linear, function]
    profile = topodnn.profile(
        nn.Sequential(*modules[:-1]), points, labels, n_neighbors=14, max_dimension=2
    )
    raw = ["beta_0", "raw_beta_1", "raw_beta_2"]
    assert profile[raw].to_numpy(int).tolist() == [
        betti_numbers(layer[predicted == label], n_neighbors=14, max_dimension=2).tolist()
        for layer in layers
        for label in (0, 1)
    ]


def test_a_range_of_k_shows_what_persists(trained):
    model, points, labels = trained
    profile = topodnn.profile(model, points, labels, n_neighbors=(8, 23))
    assert profile[["k_low", "n_neighbors", "k_high"]].drop_duplicates().to_numpy().tolist() == [
        [8, 15, 23]
    ]
    one = topodnn.profile(model, points, labels, n_neighbors=15)
    assert profile["omega"].equals(one["omega"])
    assert one["omega"].equals(one["persistent_omega"].rename("omega"))
    both = [topodnn.profile(model, points, labels, n_neighbors=k)["beta_0"] for k in (8, 23)]
    assert (profile["persistent_beta_0"] == both[1]).all()  # components only merge
    assert (profile["persistent_beta_1"].fillna(0) <= profile["raw_beta_1"]).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_true_betti_choose_k_and_without_them_the_plateau_does(trained, seed):
    model, *_ = trained
    points, labels = disc_in_ring(400, seed)
    by_truth = topodnn.profile(
        model, points, labels, by="true", true_betti=DISC_AND_RING, layers=[]
    )
    by_plateau = topodnn.profile(model, points, labels, by="true", layers=[])
    for profile, method in ((by_truth, "true_betti"), (by_plateau, "plateau")):
        choice = profile.attrs["choice"]
        assert choice["method"] == method
        assert choice["n_neighbors"] in choice["block"]["n_neighbors"]
        assert profile["n_neighbors"].eq(choice["n_neighbors"]).all()
        assert betti(profile[profile["layer"] == 0]) == DISC_AND_RING
        chosen = [row for row in choice["grid"] if row["n_neighbors"] == choice["n_neighbors"]]
        assert [[row["beta_0"], row["beta_1"]] for row in chosen] == DISC_AND_RING
    assert len(choice["block"]["n_neighbors"]) > 2


def test_missing_dimensions_of_the_true_betti_numbers_are_zero(trained):
    model, points, labels = trained
    profile = topodnn.profile(
        model, points, labels, true_betti=[[1], [1]], max_dimension=0, layers=[]
    )
    assert betti_columns(profile) == ["beta_0"]
    profile = topodnn.profile(
        model, points, labels, true_betti=DISC_AND_RING, max_dimension=2, layers=[]
    )
    assert betti(profile[["beta_0", "beta_1"]])[:2] == [[1, 0], [1, 1]]
    assert profile["beta_2"].isna().all()  # a layer of two features has none
    assert profile["omega"].tolist()[:2] == [1, 2]


def test_true_betti_numbers_that_nothing_shows_are_refused(trained):
    model, points, labels = trained
    with pytest.raises(InputError, match=r"nearest is n_neighbors .*\(true: \(7, 0\)\)"):
        topodnn.profile(model, points, labels, true_betti=[[7, 0], [1, 1]])


class Shift(nn.Module):
    """Predicts class 1 to the right of a place, whatever else."""

    def forward(self, x):
        return torch.stack([torch.zeros(len(x)), torch.relu(x[:, 0] - 30.5)], dim=1)


def test_by_says_which_points_a_class_has():
    points = np.stack([np.arange(100.0), np.arange(100.0) % 7], axis=1)
    labels = np.repeat([0, 1], 50)
    counts = {
        by: topodnn.profile(Shift(), points, labels, by=by, n_neighbors=5)["n_points"].tolist()[:2]
        for by in ("predicted", "true", "correct")
    }
    assert counts == {"predicted": [31, 69], "true": [50, 50], "correct": [31, 50]}


def test_a_sample_is_seeded_and_of_each_class(trained):
    model, points, labels = trained
    options = {"n_neighbors": 6, "max_points": 60}
    one, same, other = (
        topodnn.profile(model, points, labels, seed=seed, **options) for seed in (0, 0, 1)
    )
    pd.testing.assert_frame_equal(one, same)
    assert one["n_points"].eq(60).all()
    assert not one.equals(other)


def test_batches_do_not_matter_nor_does_the_kind_of_array(trained):
    model, points, labels = trained
    whole = topodnn.profile(model, points, labels, n_neighbors=15)
    parts = topodnn.profile(
        model, torch.tensor(points.astype(float)), torch.tensor(labels), n_neighbors=15,
        batch_size=37,
    )  # fmt: skip
    lists = topodnn.profile(model, points.tolist(), labels.tolist(), n_neighbors=15)
    pd.testing.assert_frame_equal(whole, parts)
    pd.testing.assert_frame_equal(whole, lists)


def test_a_compiled_model_is_profiled_as_what_it_was_made_from(trained):
    model, points, labels = trained
    compiled = SimpleNamespace(_orig_mod=model)  # as torch.compile keeps it
    profile = topodnn.profile(compiled, points, labels, n_neighbors=15)
    assert profile.equals(topodnn.profile(model, points, labels, n_neighbors=15))


class Constant(nn.Module):
    """Predicts class 0 everywhere, from the same few numbers."""

    def forward(self, x):
        return torch.stack([torch.ones(len(x)), torch.sigmoid(x[:, 0] * 1e6) - 1], dim=1)


def test_a_class_without_points_and_a_layer_of_few_distinct_ones():
    points, labels = disc_in_ring()
    with pytest.warns(UserWarning, match="class 1 has 0 points, fewer than n_neighbors 12"):
        profile = topodnn.profile(Constant(), points, labels, n_neighbors=12)
    last = profile[profile["layer"] == profile["layer"].max()]
    assert last["n_points"].tolist() == [300, 0]
    assert last["n_distinct"].tolist()[0] <= 3
    assert betti(last)[1] == [0, 0]


def test_a_layer_that_is_not_finite_has_no_betti_numbers(trained):
    _, points, labels = trained
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2))
    nn.init.constant_(model[2].weight, float("nan"))
    with pytest.warns(UserWarning, match="layer 'output' has numbers that are not finite"):
        profile = topodnn.profile(model, points, labels, by="true", n_neighbors=12)
    assert profile["beta_0"].isna().tolist() == [False] * 4 + [True] * 2
    assert profile["omega"].isna().tolist() == [False] * 4 + [True] * 2
    topodnn.plot_profile(profile)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"X": np.array([[0, np.nan]] * 4)}, r"X has nan at \(0, 1\) \(4 such values\)"),
        ({"X": np.zeros(300)}, r"X has shape \(300,\)"),
        ({"X": np.ones((300, 2)) * 1j}, "type torch.complex128"),
        ({"y": np.arange(7)}, r"y has shape \(7,\), but X has 300 points"),
        ({"y": np.ones(300)}, "y has the label 1 only, but there must be two"),
        ({"y": np.full(300, 0.5)}, "y has the label 0.5, but labels must be whole numbers"),
        ({"y": np.repeat([0, -1], 150)}, "y has the label -1, but"),
        ({"y": np.repeat(["a", "b"], 150)}, "y has the label 'a', but"),
        ({"y": np.repeat([0, 5], 150)}, "y has the label 5, but the model has 2 logits"),
        ({"by": "truth"}, "by is 'truth', but must be"),
        ({"n_neighbors": 1}, "n_neighbors is 1, but must be 'auto', a whole number from 2 or two"),
        ({"n_neighbors": (9, 8)}, r"n_neighbors is \(9, 8\), but must .* the smaller first"),
        ({"n_neighbors": (9, 150)}, r"n_neighbors is \(9, 150\), but .* of a label: 0 has 150"),
        ({"n_neighbors": 150}, "n_neighbors is 150, but .* of a label: 0 has 150"),
        ({"max_points": 10}, "n_neighbors is 12, but .* of a label: 0 has 10"),
        ({"n_neighbors": "auto", "grid": (500,)}, "grid has no number smaller than"),
        ({"true_betti": [[1, 0]]}, r"true_betti has shape \(1, 2\) and type int64, but"),
        ({"scale": 0.5}, "scale must be a finite number of at least 1"),
        ({"layers": ["9"]}, "layers names '9', but the model calls no such layer; .* 0, 1, 2, 3"),
        ({"layers": [3]}, "layers has 3, but must have names and classes of modules"),
        ({"layers": [nn.GELU]}, "no activation was found between"),
    ],
)
def test_bad_arguments_are_refused_with_one_sentence(trained, change, text):
    model, points, labels = trained
    arguments = {"X": points, "y": labels, "n_neighbors": 12, **change}
    if "X" in change:
        arguments["y"] = labels[: len(change["X"])]
    with pytest.raises(ValueError, match=text) as error:
        topodnn.profile(model, **arguments)
    assert "\n" not in str(error.value)


class Returns(nn.Module):
    def __init__(self, what):
        super().__init__()
        self.what = what

    def forward(self, x):
        return self.what(torch.relu(x))


@pytest.mark.parametrize(
    ("what", "text"),
    [
        (lambda x: (x, x), "the model returns a tuple, but must return one tensor of logits"),
        (lambda x: x[:, 0], r"the model returns shape \(300,\) for 300 points, but must return"),
        (lambda x: x[:, :1], r"returns shape \(300, 1\) .* with by='true' any tensor will do"),
        (lambda x: None, "the model returns nothing, but"),
    ],
)
def test_a_model_that_returns_something_else_is_refused(trained, what, text):
    _, points, labels = trained
    with pytest.raises(InputError, match=text):
        topodnn.profile(Returns(what), points, labels, n_neighbors=12)


def test_by_true_takes_any_output(trained):
    _, points, labels = trained
    model = Returns(lambda x: x[:, 0])
    profile = topodnn.profile(model, points, labels, by="true", n_neighbors=12)
    assert profile["name"].tolist()[::2] == ["input", "relu()", "output"]


def test_the_figure_shows_every_number_and_leaves_the_style_alone(trained):
    import matplotlib

    model, points, labels = trained
    profile = topodnn.profile(model, points, labels, n_neighbors=15)
    before = dict(matplotlib.rcParams)
    figure = topodnn.plot_profile(profile, "Disc and ring")
    assert dict(matplotlib.rcParams) == before
    assert [axes.get_title() for axes in figure.axes] == [r"$\beta_0$", r"$\beta_1$", r"$\omega$"]
    for axes, quantity in zip(figure.axes, ["beta_0", "beta_1", "omega"], strict=True):
        for label, line in enumerate(axes.lines):
            rows = profile[profile["class"] == label]
            assert line.get_xydata().tolist() == rows[["layer", quantity]].to_numpy().tolist()
    assert figure.get_suptitle() == r"Disc and ring, $k$ = 15, $\varepsilon$ = 2.5"
