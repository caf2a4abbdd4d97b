"""What the persistence of a batch shows, in sentences made from the numbers.

The thresholds below, which were set before the numbers were seen, decide what a sentence says.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from topodnn.analysis.texts import SYMBOLS, format_mean_and_deviation, to_markdown
from topodnn.columns import KIND, betti_columns

MOSTLY = 0.9  # what holds for this share of the networks or more, holds for their kind
SELDOM = 0.1
METRIC_NAMES = {
    "euclidean": "Euclidean",
    "unit_diameter": "unit diameter",
    "hops": "hops",
}


def summarise(betti: pd.DataFrame, distances: pd.DataFrame) -> pd.DataFrame:
    """Input and output, one row per kind of network and metric, over the networks that count.

    Parameters
    ----------
    betti, distances : DataFrame
        From :func:`topodnn.analysis.tidy.with_trials`.

    Returns
    -------
    DataFrame
        Columns of ``KIND``, metric; n_networks, n_well_trained, n_counted; accuracy_mean, _min and
        _max, on the held-out points; scale; diameter_input, diameter_smallest, diameter_largest
        (of the layers after the input, means over networks); for every dimension beta_D_input,
        beta_D_output_mean, _std, beta_D_falls (share of networks with less at the logits than at
        the input, missing where the input has 0), change_D_layer (the layer whose diagram is
        farthest, in the mean, from that of the layer before) and change_D_share (share of networks
        that have their largest distance there).
    """
    keys = [*KIND, "metric"]
    rows = []
    betti = betti.sort_values("metric", key=lambda names: names.map(list(METRIC_NAMES).index))
    betti = betti.sort_values(KIND, kind="stable")
    for values, kind in betti.groupby(keys, sort=False):
        about = dict(zip(keys, values, strict=True))
        of_kind = (distances[keys] == pd.Series(about)).all(axis=1) & distances["counted"]
        rows.append(about | _training(kind) | _betti(kind) | _change(distances[of_kind]))
    return pd.DataFrame(rows)


def _training(kind: pd.DataFrame) -> dict[str, Any]:
    networks = kind.drop_duplicates("seed")
    accuracy = 1 - networks["held_out_error"]
    return {
        "n_networks": len(networks),
        "n_well_trained": int(networks["well_trained"].sum()),
        "n_counted": int(networks["counted"].sum()),
        "accuracy_mean": accuracy.mean(),
        "accuracy_min": accuracy.min(),
        "accuracy_max": accuracy.max(),
    }


def _betti(kind: pd.DataFrame) -> dict[str, Any]:
    counted = kind[kind["counted"]]
    by_layer = counted.groupby("layer")["diameter"].mean()
    numbers = {
        "scale": kind["scale"].iloc[0],
        "diameter_input": kind.loc[kind["layer"] == 0, "diameter"].iloc[0],
        "diameter_smallest": by_layer[1:].min(),
        "diameter_largest": by_layer[1:].max(),
    }
    for name in betti_columns(kind):
        curves = counted.pivot(index="seed", columns="layer", values=name).astype(float)
        ends = curves.iloc[:, [0, -1]].dropna() if len(curves) else pd.DataFrame(columns=[0, 1])
        first, last = ends.iloc[:, 0].astype(float), ends.iloc[:, 1].astype(float)
        numbers |= {
            f"{name}_input": first.mean(),
            f"{name}_output_mean": last.mean(),
            f"{name}_output_std": last.std(),
            f"{name}_falls": (last < first).mean() if (first > 0).any() else np.nan,
        }
    return numbers


def _change(distances: pd.DataFrame) -> dict[str, Any]:
    numbers = {}
    for dimension, rows in distances.groupby("dimension"):
        curves = rows.pivot(index="seed", columns="layer", values="distance").dropna()
        if curves.empty:
            continue
        layer = curves.mean().idxmax()
        numbers[f"change_{dimension}_layer"] = layer
        numbers[f"change_{dimension}_share"] = (curves.idxmax(axis=1) == layer).mean()
    return numbers


def finding(
    summary: pd.DataFrame, true_betti: dict[str, list[int]], persistence: dict[str, dict]
) -> str:
    """The finding in Markdown.

    Parameters
    ----------
    summary : DataFrame
        From :func:`summarise`.
    true_betti : dict
        Data set → Betti numbers of all classes together, empty where they are not known.
    persistence : dict
        Data set → its settings ``persistence`` in the configuration.
    """
    parts = ["# What a batch of points shows\n"]
    for dataset, rows in summary.groupby("dataset", sort=False):
        numbers = persistence[dataset]
        parts += [
            f"## {dataset}\n",
            setting(rows, numbers, true_betti[dataset]),
            accuracy_table(rows),
            " ".join(training_sentences(rows)) + "\n",
            betti_table(rows),
            *[f"* {text}" for text in betti_sentences(rows, numbers)],
            "",
            change_table(rows),
            OTHERWISE.format(**numbers),
        ]
    return "\n".join(parts)


OTHERWISE = (
    "What differs from the tutorial: several networks of each kind instead of one; training in our "
    "own code, with the tutorial's optimiser, rate, batches, epochs and clipping of gradients; a "
    "share of the points held out, on which the accuracy is measured; one batch, drawn with seed "
    "{seed}, for all networks, on which all numbers depend; ripser instead of giotto-tda.\n"
)


def setting(rows: pd.DataFrame, persistence: dict, true_betti: list[int]) -> str:
    """What was computed, and what the input shows of the true Betti numbers."""
    n_points, value = persistence["n_points"], persistence["filtration_value"]
    names = [f"{name}_input" for name in SYMBOLS if f"{name}_input" in rows]
    at_input = rows.drop_duplicates("metric").set_index("metric")[names]
    text = (
        f"A batch of {n_points} training points of all classes, the same for every network; "
        f"Vietoris-Rips complexes at {value:g} (Euclidean), at the same share of the input's "
        "diameter with every layer scaled to diameter 1 (unit diameter), and at "
        f"{persistence['scale']:g} hops on the graph of {persistence['n_neighbors']} neighbours. "
    )
    if true_betti:
        text += f"The true Betti numbers of all classes together are {_listed(true_betti)}. "
    text += (
        f"The batch shows {_listed(at_input.loc['euclidean'])} at the input with Euclidean "
        f"distances and {_listed(at_input.loc['hops'])} with hops."
    )
    components = at_input.loc["euclidean", "beta_0_input"]
    if components > n_points / 2:
        text += (
            f" Where {components:.0f} of {n_points} points are components of their own or nearly "
            "so, β0 counts points rather than parts of the data set."
        )
    return text + "\n"


def _listed(numbers: Iterable[float]) -> str:
    return f"({', '.join('–' if pd.isna(n) else f'{n:.0f}' for n in numbers)})"


def _name(row: pd.Series) -> dict[str, str]:
    return {"Network": row["network"], "Protocol": row["protocol"], "Activation": row["activation"]}


def accuracy_table(rows: pd.DataFrame) -> str:
    """How well the networks classify, one row per kind."""
    table = [
        _name(row)
        | {
            "Accuracy": f"{row['accuracy_mean']:.3f}",
            "Range": f"{row['accuracy_min']:.3f} to {row['accuracy_max']:.3f}",
            "Well trained": f"{row['n_well_trained']} of {row['n_networks']}",
        }
        for _, row in rows.drop_duplicates(KIND).iterrows()
    ]
    text = "Accuracy on the held-out points, mean and range over all networks."
    return to_markdown(pd.DataFrame(table), text)


def training_sentences(rows: pd.DataFrame) -> list[str]:
    """Whether the networks of each protocol classify."""
    texts = []
    for (network, protocol), kinds in rows.drop_duplicates(KIND).groupby(
        ["network", "protocol"], sort=False
    ):
        trained, n_networks = kinds["n_well_trained"].sum(), kinds["n_networks"].sum()
        low, high = kinds["accuracy_mean"].min(), kinds["accuracy_mean"].max()
        text = (
            f"Of the {n_networks} networks {network} trained with {protocol}, {trained} are well "
            f"trained; the mean accuracy of an activation is {low:.3f} to {high:.3f}."
        )
        if trained <= SELDOM * n_networks:
            text += " They do not classify: their layers do not show the topology of a classifier."
        elif trained >= MOSTLY * n_networks:
            text += " They classify."
        texts.append(text)
    return texts


def betti_table(rows: pd.DataFrame) -> str:
    """Betti numbers at the input and at the logits, one row per kind and metric."""
    names = [name for name in SYMBOLS if f"{name}_input" in rows]
    table = []
    for _, row in rows.iterrows():
        cells = {"Metric": METRIC_NAMES[row["metric"]], "Networks": str(row["n_counted"])}
        for name in names:
            output = row[f"{name}_output_mean"], row[f"{name}_output_std"]
            start = row[f"{name}_input"]
            cells[f"{SYMBOLS[name]}, input"] = "–" if pd.isna(start) else f"{start:.0f}"
            cells[f"{SYMBOLS[name]}, logits"] = format_mean_and_deviation(*output)
            falls = row[f"{name}_falls"]
            cells[f"{SYMBOLS[name]} falls"] = "–" if pd.isna(falls) else f"{falls:.0%}"
        table.append(_name(row) | cells)
    text = (
        "Mean ± standard deviation over the networks that count; falls: share of them with less at "
        "the logits than at the input, – where it is 0 there."
    )
    return to_markdown(pd.DataFrame(table), text)


def _share_of(kinds: pd.DataFrame, name: str) -> tuple[int, int]:
    """In how many networks a Betti number falls, and how many networks there are."""
    return round((kinds[f"{name}_falls"] * kinds["n_counted"]).sum()), kinds["n_counted"].sum()


def betti_sentences(rows: pd.DataFrame, persistence: dict) -> list[str]:
    """What falls in which networks, and what follows from it for the tutorial's conclusion."""
    return [
        *_fall_sentences(rows),
        *_classifier_sentences(rows),
        *_scale_sentences(rows, persistence),
    ]


def _is_trained(rows: pd.DataFrame) -> pd.Series:
    return rows["n_well_trained"] >= MOSTLY * rows["n_networks"]


def _fall_sentences(rows: pd.DataFrame) -> list[str]:
    names = [name for name in SYMBOLS if f"{name}_falls" in rows]
    texts = []
    for (network, protocol), kinds in rows.groupby(["network", "protocol"], sort=False):
        parts = []
        for metric, of_metric in kinds.groupby("metric", sort=False):
            counts = [
                "{} in {} of {}".format(SYMBOLS[name], *_share_of(of_metric, name))
                for name in names
                if of_metric[f"{name}_falls"].notna().any()  # from 0 it cannot fall
            ]
            if not counts:
                continue
            parts.append(f"{METRIC_NAMES[metric]}: {', '.join(counts)}")
        texts.append(f"Networks {network}, {protocol}, that show less at the logits than at the "
                     f"input: {'; '.join(parts)}.")  # fmt: skip
    return texts


def _classifier_sentences(rows: pd.DataFrame) -> list[str]:
    """Whether the fall distinguishes networks that classify from others."""
    untrained = rows[rows["n_well_trained"] <= SELDOM * rows["n_networks"]]
    trained = rows[_is_trained(rows)]
    if untrained.empty or trained.empty:
        return []
    texts = []
    for metric, name in [("euclidean", "beta_0"), ("hops", "beta_0"), ("hops", "beta_1")]:
        if f"{name}_falls" not in rows:
            continue
        pairs = [_share_of(part[part["metric"] == metric], name) for part in (untrained, trained)]
        if not all(total for _, total in pairs):
            continue
        means = [
            np.average(part[f"{name}_output_mean"], weights=part["n_counted"])
            for part in (
                untrained[untrained["metric"] == metric],
                trained[trained["metric"] == metric],
            )
        ]
        shares = [fell / total for fell, total in pairs]
        what = f"{SYMBOLS[name]} ({METRIC_NAMES[metric]})"
        at_end = f"its mean at the logits is {means[0]:.1f} and {means[1]:.1f}"
        text = (
            f"{what} falls in {shares[0]:.0%} of the networks that do not classify and in "
            f"{shares[1]:.0%} of those that do; {at_end}"
        )
        if shares[0] >= MOSTLY:
            text += ": the fall alone does not show that a network classifies"
        texts.append(f"{text}.")
    return texts


def _scale_sentences(rows: pd.DataFrame, persistence: dict) -> list[str]:
    """What the filtration value means where layers scale the distances."""
    value = persistence["filtration_value"]
    kinds = rows[rows["metric"] == "euclidean"]
    start = kinds["diameter_input"].iloc[0]
    low, high = kinds["diameter_smallest"].min(), kinds["diameter_largest"].max()
    texts = []
    another = high >= 2 * start or low <= start / 2
    meaning = ", so the same filtration value means another thing at other layers"
    meaning = meaning if another else ""
    if start > 0 and low > 0:
        texts.append(
            f"The diameter of the batch is {start:.1f} at the input and, as the mean of an "
            f"activation, {low:.2g} to {high:.3g} at the later layers: {value:g} is "
            f"{value / start:.1%} of it at the input and {value / high:.1%} to {value / low:.1%} "
            f"later{meaning}."
        )
    unit = rows[rows["metric"] == "unit_diameter"].set_index(KIND)["beta_0_output_mean"]
    plain = kinds.set_index(KIND)["beta_0_output_mean"]
    ratio = (np.maximum(unit, plain) / np.minimum(unit, plain)).dropna()
    if len(ratio):
        texts.append(
            "With every layer scaled to diameter 1, the mean β0 at the logits is larger or smaller "
            f"by a factor of 2 or more in {(ratio >= 2).sum()} of {len(ratio)} kinds of network "
            f"(at most {ratio.max():.1f})."
        )
    return texts


def change_table(rows: pd.DataFrame) -> str:
    """At which layer the diagrams change most, one row per kind and metric."""
    dimensions = [int(name.split("_")[1]) for name in rows if name.endswith("_layer")]
    table = []
    for _, row in rows.iterrows():
        cells = {"Metric": METRIC_NAMES[row["metric"]]}
        for d in dimensions:
            layer, share = row[f"change_{d}_layer"], row[f"change_{d}_share"]
            known = not pd.isna(layer)
            cells[f"Dimension {d}"] = f"layer {layer:.0f} ({share:.0%})" if known else "–"
        table.append(_name(row) | cells)
    text = (
        "The layer whose persistence diagram is farthest from that of the layer before, by the "
        "mean Wasserstein distance, and the share of networks in which it is the farthest."
    )
    return to_markdown(pd.DataFrame(table), text)
