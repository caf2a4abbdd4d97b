"""Compute the Betti numbers of a batch of networks under choices that could change a verdict."""

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
Betti = dict[str, dict[str, object]]  # step of k → column → number
Known = dict[tuple, Betti]

AT_MIDDLE = 2  # of the steps over the range of k, the one in whose place the middle is


def main(
    data_path: str,
    networks_path: str,
    scale_path: str | None,
    table_path: str,
    *,
    kind: dict,
    homology: dict,
    variations: dict[str, dict],
    seeds: list[int],
    dataset: dict | None = None,
    wanted: dict | None = None,
) -> None:
    """Write one row per variation, seed, layer, class and k; none where no k fits.

    `homology` and the choice in `scale_path` are as in compute_homology; `homology` may have
    sample, the seed of a random sample. All `variations` have this complex; each has, by its name,
    class_by and layers, as in the configuration, and the k that are looked at, see `over_k`.
    `dataset` is what decides the points, `wanted` what the networks must be.
    """
    set_up_processor()
    data, networks = read_data(data_path, dataset), read_networks(networks_path, wanted)
    stride, numbers = sampled_complex(homology, scale_path, dataset)
    table = pd.DataFrame(columns=[*PLACE, "input_is_true"])
    if numbers["n_neighbors"] is None:
        log.warning("no k gives the true Betti numbers of the input: there is nothing to judge")
    else:
        sampled = sampled_points(data.labels, stride, numbers.get("sample"))
        varied = {
            name: variation | {"complex": over_k(numbers, variation["k"])}
            for name, variation in variations.items()
        }
        complexes = [variation["complex"] for variation in varied.values()]
        checks = check_input(data, sampled, max(complexes, key=lambda c: len(looked_at(c))))
        rows = network_rows(data, networks, sampled, varied, seeds, kind)
        table = rows.merge(checks, on=["class", "at"], how="left")
    write_parquet(table_path, table)


def over_k(numbers: dict, ks: str) -> dict:
    """The complexes to look at: arguments of betti_numbers_over_k.

    `ks` is middle, that of the range of k; range, what persists over it too; steps, more k of the
    range too; or steps and next, the k after the middle too. Without a range of k, all steps are at
    the one k, and what persists is what is there.
    """
    k = numbers["n_neighbors"]
    found = {key: numbers[key] for key in ("scale", "max_dimension")} | {"steps": {"middle": k}}
    if ks == "middle":
        return found
    low, high = numbers.get("k_low") or k, numbers.get("k_high") or k
    if ks == "steps and next":
        found["steps"] |= {"next": k + 1}
    if ks.startswith("steps"):
        over_range = enumerate(spread_steps(low, high))
        found["steps"] |= {f"step {i}": step for i, step in over_range if i != AT_MIDDLE}
    return found | {"k_low": low, "k_high": high}


def looked_at(complex_: dict) -> list[str]:
    """The names of the Betti numbers that betti_numbers_over_k returns."""
    return [*complex_["steps"], *(["persistent"] if "k_low" in complex_ else [])]


def network_rows(
    data: Data,
    networks: Networks,
    sampled: np.ndarray,
    varied: dict[str, dict],
    seeds: list[int],
    kind: dict,
) -> pd.DataFrame:
    """The Betti numbers of every network, layer and class, at every k of every variation."""
    chosen = [networks.about["seeds"].index(seed) for seed in seeds]
    rows: list[dict] = []
    known: Known = {}
    with progress(" ".join(kind.values())) as report:
        layers_of = network_layers(data, networks, chosen)
        for done, (seed, position, layers) in enumerate(
            zip(seeds, chosen, layers_of, strict=True), start=1
        ):
            predicted, n_classes = predicted_class(layers[-1]), layers[-1].shape[1]
            for name, variation in varied.items():
                looked = layers
                if variation["layers"] == "before_activation":
                    looked = sums_before_activation(networks, position, layers)
                classes = classes_by(variation["class_by"], predicted, data.labels)
                masks = [sampled & (classes == label) for label in range(n_classes)]
                for layer, points in enumerate(looked):
                    place = {**kind, "variation": name, "seed": seed, "layer": layer}
                    place |= {"width": points.shape[1]}
                    rows += layer_rows(points, masks, variation["complex"], place, known)
            report(done, len(seeds), f"seed {seed}")
    return pd.DataFrame(rows)


def layer_rows(
    points: np.ndarray,
    masks: list[np.ndarray],
    complex_: dict,
    place: dict,
    known: Known,
) -> list[dict]:
    """One row for each class, given by its mask, and k; and for what persists, which has no k.

    Where the range has one k, that is the k of what persists, which is what is there.
    """
    low, high = complex_.get("k_low"), complex_.get("k_high")
    k = complex_["steps"] | {"persistent": low if low == high else pd.NA}
    scale, rows = complex_["scale"], []
    for label, mask in enumerate(masks):
        of_class = place | {"class": label, "n_points": int(mask.sum())}
        for at, betti in betti_numbers(points[mask], complex_, known).items():
            shown = {name: n for name, n in betti.items() if not name.startswith("raw_")}
            rows.append(of_class | {"at": at, "k": k[at], "scale": scale} | shown)
    return rows


def betti_numbers(points: np.ndarray, complex_: dict, known: Known) -> Betti:
    """Betti numbers at the steps of a complex, of points that may be `known` already.

    All networks share the input, and where a network is right a class has the same points by its
    prediction and by its label.
    """
    key = points.shape, sha256(points).digest()
    names = looked_at(complex_)
    if not known.get(key, {}).keys() >= set(names):
        known[key] = betti_numbers_over_k(points, **complex_)
    return {at: known[key][at] for at in names}


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
