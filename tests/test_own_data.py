"""The workflow on what users bring: their data, activation and networks, and a scale that fails."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml

import topodnn
from tests.running import copy_of_the_repository, forked_snakemake
from topodnn.datasets.files import read_data
from topodnn.homology.scale import geometric_grid

SWISH = """
import torch

class Swish(torch.nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)
"""


def save_network(path: Path, widths: list[int], seed: int, factor: float = 1) -> torch.nn.Module:
    """A network of tanh that nobody trained, in a file; its last weights are times a factor."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        linear = [torch.nn.Linear(*pair) for pair in pairwise(widths)]
    torch.nn.utils.vector_to_parameters(
        factor * torch.nn.utils.parameters_to_vector(linear[-1].parameters()),
        linear[-1].parameters(),
    )
    modules = [module for layer in linear for module in (layer, torch.nn.Tanh())]
    model = torch.nn.Sequential(*modules[:-1])
    torch.save(model.state_dict(), path)
    return model


@pytest.mark.end_to_end
@pytest.mark.filterwarnings("ignore:class . has . points")  # so few are predicted to be of it
def test_data_activation_and_networks_from_files(tmp_path):
    """Five classes, a function of one's own, and three networks of which one has diverged."""
    folder = copy_of_the_repository(tmp_path)
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "mine.npz", X=rng.normal(size=(90, 3)), y=np.arange(90) % 5)
    config = yaml.safe_load((folder / "config/test.yaml").read_text())
    config.pop("robustness")  # of a data set that is not here
    dataset = {"file": str(tmp_path / "mine.npz"), "homology": {"n_neighbors": 5, "scale": 2.5}}
    config |= {"name": "mine", "datasets": {"15": dataset}, "seeds": 1, "comparisons": {}}
    config["experiments"] = [{"datasets": ["15"], "networks": ["4x25"], "activations": ["swish"]}]
    config["own_activations"] = {"swish": "my_activations:Swish"}
    (folder / "my_activations.py").write_text(SWISH)
    experiment = {
        "datasets": ["15"],
        "networks": ["3x15"],
        "activations": ["tanh"],
        "seeds": 3,
        "figures": ["layers"],
    }
    config["experiments"].append(
        {**experiment, "weights": str(tmp_path / "{activation}_{seed}.pth")}
    )
    widths = [3, 15, 15, 15, 5]
    models = [
        save_network(tmp_path / f"tanh_{seed}.pth", widths, seed, factor)
        for seed, factor in enumerate((1, 1, np.inf))
    ]
    config["training"]["epochs"] = 1
    config["figure_formats"] = ["png"]
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(config))
    run = forked_snakemake(folder, "--configfile", str(tmp_path / "mine.yaml"))
    assert run.returncode == 0, run.stdout
    table = pd.read_csv(folder / "results/mine/betti_numbers.csv")
    assert (len(table), table["input_is_true"].isna().all()) == (5 * 6 + 3 * 5 * 5, True)
    given = table.query("protocol == 'pretrained'")
    with np.load(tmp_path / "mine.npz") as data, torch.no_grad():
        X, y = data["X"].astype(np.float32), data["y"]
        for seed, model in enumerate(models[:2]):
            profile = topodnn.profile(model, X, y, n_neighbors=5, max_dimension=2)
            rows = given[given["seed"] == seed].sort_values(["layer", "class"])
            assert rows["omega"].tolist() == profile["omega"].tolist()
            wrong = (model(torch.tensor(X)).argmax(dim=1).numpy() != y).mean()
            errors = rows[["train_error", "held_out_error"]].iloc[0]
            assert errors @ [0.9, 0.1] == pytest.approx(wrong, abs=0.01)
    diverged = given[given["seed"] == 2]
    assert diverged.groupby("layer")["beta_0"].count()[:4].tolist() == [5, 5, 5, 5]
    logits = diverged[(diverged["layer"] == 4) & (diverged["n_points"] > 0)]
    assert len(logits) > 0
    assert logits["beta_0"].isna().all()
    assert (folder / "results/mine/figures/15/3x15/pretrained/tanh/layers.png").exists()
    assert (folder / "results/mine/figures/15/4x25/fast/swish/layers.png").exists()


@pytest.mark.end_to_end
def test_a_public_data_set_is_read_again_where_its_preparation_changes(tmp_path):
    folder = copy_of_the_repository(tmp_path)
    config = yaml.safe_load((folder / "config/test.yaml").read_text())
    config.pop("robustness")  # of a data set that is not here
    dataset = {"sklearn": "digits", "classes": {"zero": [0], "others": "rest"}, "components": 3}
    dataset |= {"homology": {"n_neighbors": 5, "scale": 2.5}}
    config |= {"name": "mine", "datasets": {"digits": dataset}, "comparisons": {}}
    config["experiments"] = [{"datasets": ["digits"], "networks": ["4x25"]}]
    target = "results/mine/data/digits.npz"

    def jobs(*options: str, **keys) -> str:
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(config | keys, sort_keys=False))
        run = forked_snakemake(
            folder, target, *options, "--configfile", str(tmp_path / "mine.yaml")
        )
        assert run.returncode == 0, run.stdout
        return run.stdout

    jobs()
    data = read_data(folder / target)
    assert (data.points.shape, np.bincount(data.labels).tolist()) == ((1797, 3), [178, 1619])
    assert "Nothing to be done" in jobs("--dry-run", data_home=str(tmp_path / "elsewhere"))
    turned = {"digits": dataset | {"classes": {"others": "rest", "zero": [0]}}}
    assert "rule read_data" in jobs("--dry-run", datasets=turned)


@pytest.mark.end_to_end
def test_without_true_betti_numbers_the_plateau_is_used_at_every_scale(finished):
    results = finished / "results/test"
    choice = yaml.safe_load((results / "scale/digits/homology.yaml").read_text())
    grid = pd.read_csv(results / "scale/digits/homology.csv")
    assert choice["method"] == "plateau"
    assert grid["n_neighbors"].unique().tolist() == geometric_grid(6, 24)
    assert "is_true" not in grid
    log = (results / "logs/choose_scale/digits/homology.log").read_text()
    assert "n_neighbors is chosen by the longest plateau" in log
    table = pd.read_csv(results / "betti_numbers_at_all_scales.csv")
    plateau = choice["block"]["n_neighbors"]
    ends = [choice["n_neighbors"], plateau[0], plateau[-1]]
    assert set(table["dataset"]) == {"digits"}
    assert table["input_is_true"].isna().all()
    names = ["n_neighbors", "k_low", "k_high"]
    for _, rows in table.groupby("scale"):
        assert rows[names].drop_duplicates().to_numpy().tolist() == [ends]
    fine, coarse = (table[table["scale"] == scale].reset_index(drop=True) for scale in (1.5, 2.5))
    same = ["activation", "seed", "layer", "class", "n_points", "beta_0"]
    pd.testing.assert_frame_equal(fine[same], coarse[same])  # hops join no components
    assert (fine["beta_1"] > coarse["beta_1"]).any()
    main = pd.read_csv(results / "betti_numbers.csv").query("dataset == 'digits'")
    assert main["omega"].tolist() == coarse["omega"].tolist()
    verdicts = pd.read_csv(results / "tables/epsilon_verdicts.csv")
    assert verdicts.groupby(["claim", "measure"])["scale"].apply(list).tolist() == 4 * [[1.5, 2.5]]


@pytest.mark.end_to_end
def test_no_scale_that_fits_stops_the_run_and_says_what_was_found(tmp_path):
    folder = copy_of_the_repository(tmp_path)
    config = yaml.safe_load((folder / "config/test.yaml").read_text())
    config.pop("robustness")  # of a data set that is not here
    config["datasets"]["tori"]["homology"] = {"grid": {"first": 6, "last": 8}}  # too few points
    config |= {"name": "none", "experiments": config["experiments"][:1], "comparisons": {}}
    (tmp_path / "none.yaml").write_text(yaml.safe_dump(config))
    target = "results/none/scale/tori/homology.yaml"
    run = forked_snakemake(folder, target, "--configfile", str(tmp_path / "none.yaml"))
    assert run.returncode != 0
    assert "gives the true Betti numbers of all classes; nearest is n_neighbors" in run.stdout
    assert "(true: (8, 16, 8))" in run.stdout
    assert "Traceback" not in run.stdout
