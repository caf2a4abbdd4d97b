"""Compute the Betti numbers of a batch of networks under one choice that could change a verdict."""

from hashlib import sha256

import numpy as np
import pandas as pd

from topodnn.columns import KIND
from topodnn.datasets.files import Data, read_data
from topodnn.homology.barcodes import spread_steps
from topodnn.homology.files import sampled_complex
from topodnn.homology.layers import betti_numbers_over_k, sampled_points, shows
from topodnn.job_tables import write_parquet
from topodnn.log import job_log, log, progress
from topodnn.networks.files import Networks, read_networks
from topodnn.networks.layers import network_layers, predicted_class, sums_before_activation
from topodnn.networks.points import classes_by
from topodnn.networks.processor import set_up_processor

PLACE = [*KIND, "variation", "seed", "layer", "width", "class", "n_points", "at", "k", "scale"]


def main(
    data_path: str,
    networks_path: str,
    scale_path: str | None,
    table_path: str,
    *,
    kind: dict,
    homology: dict,
    variation: dict,
    seeds: list[int],
    dataset: dict | None = None,
    wanted: dict | None = None,
) -> None:
    """Write one row per seed, layer, class and k; none where no k fits.

    `homology` and the choice in `scale_path` are as in compute_homology. `variation` has its
    name; sample, the seed of a random sample or None; class_by and layers, as in the configuration;
    and all_steps, whether to look at more k than the middle. `dataset` is what decides the points,
    `wanted` what the networks must be.
    """
    set_up_processor()
    data, networks = read_data(data_path, dataset), read_networks(networks_path, wanted)
    stride, numbers = sampled_complex(homology, scale_path)
    table = pd.DataFrame(columns=[*PLACE, "input_is_true"])
    if numbers["n_neighbors"] is None:
        log.warning("no k gives the true Betti numbers of the input: there is nothing to judge")
    else:
        sampled = sampled_points(data.labels, stride, variation["sample"])
        complex_ = over_k(numbers, all_steps=variation["all_steps"])
        kind = {**kind, "variation": variation["name"]}
        rows = network_rows(data, networks, sampled, complex_, variation, seeds, kind)
        table = rows.merge(check_input(data, sampled, complex_), on=["class", "at"], how="left")
    write_parquet(table_path, table)


def over_k(numbers: dict, *, all_steps: bool) -> dict:
    """The complexes to look at: arguments of betti_numbers_over_k.

    Without a range of k, there are no steps of it, and what persists is what is there at the one k.
    """
    k = numbers["n_neighbors"]
    low, high = numbers.get("k_low") or k, numbers.get("k_high") or k
    steps = {"middle": k}
    if all_steps:
        steps |= {"next": k + 1}
    if all_steps and low < high:
        steps |= {f"step {i}": step for i, step in enumerate(spread_steps(low, high))}
    kept = {key: numbers[key] for key in ("scale", "max_dimension")}
    return {"steps": steps, "k_low": low, "k_high": high, **kept}


def network_rows(
    data: Data,
    networks: Networks,
    sampled: np.ndarray,
    complex_: dict,
    variation: dict,
    seeds: list[int],
    kind: dict,
) -> pd.DataFrame:
    """The Betti numbers of every network, layer and class, at every k of `complex_`."""
    chosen = [networks.about["seeds"].index(seed) for seed in seeds]
    rows: list[dict] = []
    of_input: dict[bytes, dict] = {}  # by digest of the points of a class: networks share them
    with progress(" ".join(kind.values())) as report:
        layers_of = network_layers(data, networks, chosen)
        for done, (seed, position, layers) in enumerate(
            zip(seeds, chosen, layers_of, strict=True), start=1
        ):
            predicted = predicted_class(layers[-1])
            classes = classes_by(variation["class_by"], predicted, data.labels)[sampled]
            if variation["layers"] == "before_activation":
                layers = sums_before_activation(networks, position, layers)
            for layer, points in enumerate(layers):
                for label in range(layers[-1].shape[1]):
                    of_class = points[sampled][classes == label]
                    key = sha256(of_class).digest() if layer == 0 else None
                    found = of_input.get(key) or betti_numbers_over_k(of_class, **complex_)
                    if key:
                        of_input[key] = found
                    place = {**kind, "seed": seed, "layer": layer, "width": points.shape[1]}
                    place |= {"class": label, "n_points": len(of_class)}
                    rows += [place | row for row in _by_step(found, complex_)]
            report(done, len(seeds), f"seed {seed}")
    return pd.DataFrame(rows)


def _by_step(found: dict[str, dict], complex_: dict) -> list[dict]:
    """One row for each k, and one for what persists, which has no k."""
    k = complex_["steps"] | {"persistent": pd.NA}
    scale = complex_["scale"]
    shown = {
        at: {name: number for name, number in betti.items() if not name.startswith("raw_")}
        for at, betti in found.items()
    }
    return [{"at": at, "k": k[at], "scale": scale, **betti} for at, betti in shown.items()]


def check_input(data: Data, sampled: np.ndarray, complex_: dict) -> pd.DataFrame:
    """Whether the input, by its labels, shows the true Betti numbers: class, at, input_is_true."""
    n_classes, rows = data.labels.max() + 1, []
    for label in range(n_classes):
        points = data.points[sampled & (data.labels == label)]
        for at, betti in betti_numbers_over_k(points, **complex_).items():
            known = len(data.true_betti) > 0
            is_true = shows(betti, data.true_betti[label]) if known else None
            rows.append({"class": label, "at": at, "input_is_true": is_true})
    return pd.DataFrame(rows)


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.input.networks,
            snakemake.input.get("scale"),
            snakemake.output.table,
            **snakemake.params,
        )
