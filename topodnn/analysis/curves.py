"""What the curves of each network say: half-lives, shares of the decrease, peaks.

A curve is ω or a Betti number of one class over the layers 0 (the input) to depth (the logits),
taken as linear between them. The functions on curves take an array (n_curves, depth + 1) and give
one value per curve.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from topodnn.columns import KIND, betti_columns
from topodnn.errors import InputError

KEYS = [key for key in KIND if key != "protocol"]  # of one protocol at a time
NETWORK = [*KEYS, "seed"]
CURVE = [*NETWORK, "class"]
LOWEST_COMPLEXITY = 1  # of β0 = 1 and βk = 0 for k ≥ 1


def half_lives(curves: np.ndarray) -> np.ndarray:
    """The layer at which each curve first reaches half of its value at the input, or less.

    It is half of the input even where a curve rises first: what it gains on the way has to be lost
    again. Missing where the curve is above this half at every layer (censored at the last one), and
    where it starts at 0.
    """
    half = curves[:, 0] / 2
    below = curves <= half[:, None]
    first = below.argmax(axis=1)  # 0 where there is none: the input is not at half of itself
    every = np.arange(len(curves))
    before, after = curves[every, first - 1], curves[every, first]
    with np.errstate(divide="ignore", invalid="ignore"):
        layer = first - (half - after) / (before - after)
    return np.where(first > 0, layer, np.nan)


def late_shares(curves: np.ndarray) -> np.ndarray:
    """The share of the decrease from input to output that falls in the last third of the layers.

    Where depth is not a multiple of 3, the third begins between two layers. The share is 1/3 for a
    straight line, above 1 for a curve that enters the last third above its input, and missing where
    a curve ends no lower than it starts.
    """
    depth = curves.shape[1] - 1
    layer, thirds = divmod(2 * depth, 3)
    start = curves[:, layer] + (curves[:, layer + 1] - curves[:, layer]) * thirds / 3
    decrease = curves[:, 0] - curves[:, -1]
    return _ratio(start - curves[:, -1], np.where(decrease > 0, decrease, np.nan))


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """The quotient; missing where the denominator is 0."""
    return numerator / np.where(denominator == 0, np.nan, denominator)


def curve_summaries(table: pd.DataFrame) -> pd.DataFrame:
    """One row per network and class, with what its curves say.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`, of one training protocol and one sample of
        the points.

    Returns
    -------
    DataFrame
        Sorted by dataset, network, activation, seed, class; then

        depth
            Layers after the input.
        well_trained, judged
            A network is judged if it is well trained and its input, by the true labels, is not
            known to show wrong Betti numbers. The curves themselves are of the classes that the
            network predicts, at the input too.
        wrong_input
            Whether the input is known not to show the true Betti numbers of some class.
        omega_input, omega_output
        half_life, half_life_of_depth
            Of ω, see :func:`half_lives`: in layers, and divided by depth.
        half_life_of_beta_0, beta_0_input
            The same for β0; missing where β0 starts at 1, and has nothing to lose.
        minimum_layer
            The first layer at which ω is lowest.
        late_share
            Of ω, see :func:`late_shares`.
        at_lowest
            Whether the output is at β0 = 1 and βk = 0 for k ≥ 1.
        decrease_reached
            (input - output) / (input - lowest possible) of ω; missing where the input is lowest.
        n_rises
            Steps from a layer to the next at which ω rises.
        omega_peak, omega_peak_layer, beta_1_peak, beta_1_peak_layer, ...
            The highest value of ω and of each β from β1, and the first layer that has it.
        omega_above_input, beta_1_above_input, ...
            Whether that peak is higher than the input: 1 or 0, missing where the peak is.

    Raises
    ------
    InputError
        If a network has a layer twice, or lacks one.
    """
    _check_layers(table)
    # Whole numbers that may be missing become floats.
    table = table.astype(dict.fromkeys(["omega", *betti_columns(table)], float))
    depth = table.groupby(["dataset", "network"])["layer"].transform("max")
    parts = [_summarise(rows, int(d)) for d, rows in table.groupby(depth)]
    return pd.concat(parts).sort_values(CURVE, ignore_index=True)


def rises(table: pd.DataFrame, summaries: pd.DataFrame) -> pd.DataFrame:
    """Where ω rises: the share of the networks in which it is higher than at the layer before.

    Parameters
    ----------
    table : DataFrame
        As for :func:`curve_summaries`.
    summaries : DataFrame
        From :func:`curve_summaries`.

    Returns
    -------
    DataFrame
        One row per kind, class and layer, from layer 1: dataset, network, activation, class, layer,
        n_networks (those that are judged), share, and mean_change of ω.
    """
    curves = table.merge(summaries.loc[summaries["judged"], CURVE], on=CURVE).sort_values(
        [*CURVE, "layer"]
    )
    change = curves.groupby(CURVE)["omega"].diff().astype(float)
    steps = curves.assign(rises=change > 0, change=change)[curves["layer"] > 0]
    groups = steps.groupby([*KEYS, "class", "layer"])
    return groups.agg(
        n_networks=("seed", "nunique"), share=("rises", "mean"), mean_change=("change", "mean")
    ).reset_index()


def _check_layers(table: pd.DataFrame) -> None:
    for twice in table[table.duplicated([*CURVE, "layer"])].head(1).to_dict("records"):
        raise InputError(
            f"{_name(twice)} has layer {twice['layer']} twice, but only one training protocol and "
            "one sample of the points can be summarised at a time; select one of each"
        )
    counts = table.groupby(CURVE)["layer"].agg(found="size").reset_index()
    deepest = table.groupby(["dataset", "network"])["layer"].max().rename("depth").reset_index()
    counts = counts.merge(deepest, on=["dataset", "network"])
    for short in counts[counts["found"] != counts["depth"] + 1].head(1).to_dict("records"):
        raise InputError(
            f"{_name(short)} has {short['found']} layers, but the network has "
            f"{short['depth'] + 1}; give its whole curve"
        )


def _name(row: dict) -> str:
    kind = " ".join(str(row[key]) for key in KEYS)
    return f"{kind}, seed {row['seed']}, class {row['class']}"


def _summarise(table: pd.DataFrame, depth: int) -> pd.DataFrame:
    """The summaries of curves of the same depth."""
    names = ["omega", *betti_columns(table)]
    wide = table.pivot(index=CURVE, columns="layer", values=names)
    values = {name: wide[name].to_numpy() for name in names}
    inputs = table[table["layer"] == 0].set_index(CURVE).loc[wide.index]
    wrong = inputs["input_is_true"].astype("boolean").eq(False).fillna(False)
    wrong_input = wrong.groupby(NETWORK).transform("any").astype(bool)
    well_trained = inputs["well_trained"].astype(bool)
    omega, betti = values["omega"], [values[name] for name in names[1:]]
    # A dimension that was not computed counts as one without holes.
    outputs = np.nan_to_num([curves[:, -1] for curves in betti])
    lowest = np.arange(len(betti)) == 0
    half_life, components = half_lives(omega), betti[0]
    several = np.where(components[:, :1] > 1, components, np.nan)
    result = {
        "depth": depth,
        "well_trained": well_trained,
        "wrong_input": wrong_input,
        "judged": well_trained & ~wrong_input,
        "omega_input": omega[:, 0],
        "omega_output": omega[:, -1],
        "half_life": half_life,
        "half_life_of_depth": half_life / depth,
        "half_life_of_beta_0": half_lives(several),
        "beta_0_input": components[:, 0],
        "minimum_layer": _layer_of(omega, np.argmin),
        "late_share": late_shares(omega),
        "at_lowest": (outputs == lowest[:, None]).all(axis=0),
        "decrease_reached": _ratio(omega[:, 0] - omega[:, -1], omega[:, 0] - LOWEST_COMPLEXITY),
        "n_rises": (np.diff(omega) > 0).sum(axis=1),
    }
    for name in ("omega", *names[2:]):  # from β1
        peak = values[name].max(axis=1)
        result[f"{name}_peak"] = peak
        result[f"{name}_peak_layer"] = _layer_of(values[name], np.argmax)
        above = np.where(np.isnan(peak), np.nan, peak > values[name][:, 0])
        result[f"{name}_above_input"] = above
    return pd.DataFrame(result, index=wide.index).reset_index()


def _layer_of(curves: np.ndarray, find: Callable) -> np.ndarray:
    """The layer that np.argmin or np.argmax finds; missing where a value of the curve is."""
    return np.where(np.isnan(curves).any(axis=1), np.nan, find(curves, axis=1))
