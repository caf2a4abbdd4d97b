"""What the curves of each network say: half-lives, shares of the decrease, peaks.

A curve is ω or a Betti number of one class over the layers 0 (the input) to depth (the logits),
taken as linear between them. The functions on curves take an array (n_curves, depth + 1) and give
one value per curve.
"""

import numpy as np
import pandas as pd

from topodnn.columns import KIND, betti_columns
from topodnn.errors import InputError

KEYS = [key for key in KIND if key != "protocol"]  # of one protocol at a time
NETWORK = [*KEYS, "seed"]
CURVE = [*NETWORK, "class"]
LOWEST_COMPLEXITY = 1  # of β0 = 1 and βk = 0 for k ≥ 1; β0 alone is not below 1 either


def half_lives(curves: np.ndarray) -> np.ndarray:
    """The layer at which each curve first reaches half of its value at the input, or less.

    It is half of the input even where a curve rises first: what it gains on the way has to be lost
    again. Missing where the curve is above this half at every layer (censored at the last one), and
    where it does not start above 0, and so has nothing to lose.
    """
    below = _at_half(curves)
    return _crossing(curves, below.argmax(axis=1))  # 0 where there is none


def last_half_lives(curves: np.ndarray) -> np.ndarray:
    """The layer from which each curve stays at half of its value at the input, or less.

    It is the half-life where the curve crosses this half once. Missing where the curve is above it
    at the output (censored), and where it does not start above 0.
    """
    above = ~_at_half(curves)
    n_layers = curves.shape[1]
    stays = n_layers - above[:, ::-1].argmax(axis=1)  # the layer after the last one above
    return _crossing(curves, stays % n_layers)  # 0 where there is none


def above_half_again(curves: np.ndarray) -> np.ndarray:
    """Whether each curve is above half of its value at the input after it has been there.

    1 or 0; missing where the curve does not start above 0, and where a value is missing.
    """
    below = _at_half(curves)
    again = np.maximum.accumulate(below, axis=1) & ~below
    known = (curves[:, 0] > 0) & ~np.isnan(curves).any(axis=1)
    return np.where(known, again.any(axis=1), np.nan)


def _at_half(curves: np.ndarray) -> np.ndarray:
    """Where each curve is at half of its input or less; nowhere if it does not start above 0."""
    start = curves[:, :1]
    return (curves <= start / 2) & (start > 0)


def _crossing(curves: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where each curve is at half of its input just before a layer; missing for layer 0."""
    every = np.arange(len(curves))
    upper, lower = curves[every, after - 1], curves[every, after]
    with np.errstate(divide="ignore", invalid="ignore"):
        layer = after - (curves[:, 0] / 2 - lower) / (upper - lower)
    return np.where(after > 0, layer, np.nan)


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
            Of ω - 1, see :func:`half_lives`: in layers, and divided by depth. The lowest ω is 1, so
            ω - 1 is what can be lost; the half-life is missing where it is 0 at the input.
        last_half_life, above_half_again
            Of ω - 1, see :func:`last_half_lives` and :func:`above_half_again`.
        half_life_of_beta_0, beta_0_input
            The half-life of β0 - 1, as the lowest β0 is 1 too; missing where β0 starts there.
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
            The highest value of ω and of each β from β1, and the first layer that has it, see
            :func:`_peaks`.
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
    # A dimension that was not computed, or that the layer cannot have, has no holes.
    outputs = np.nan_to_num([curves[:, -1] for curves in betti])
    lowest = np.arange(len(betti)) == 0
    excess, components = omega - LOWEST_COMPLEXITY, betti[0]
    half_life = half_lives(excess)
    diverged = np.isnan(components).any(axis=1)
    result = {
        "depth": depth,
        "well_trained": well_trained,
        "wrong_input": wrong_input,
        "judged": well_trained & ~wrong_input,
        "omega_input": omega[:, 0],
        "omega_output": omega[:, -1],
        "half_life": half_life,
        "half_life_of_depth": half_life / depth,
        "last_half_life": last_half_lives(excess),
        "above_half_again": above_half_again(excess),
        "half_life_of_beta_0": half_lives(components - LOWEST_COMPLEXITY),
        "beta_0_input": components[:, 0],
        "minimum_layer": np.where(diverged, np.nan, omega.argmin(axis=1)),
        "late_share": late_shares(omega),
        "at_lowest": (outputs == lowest[:, None]).all(axis=0),
        "decrease_reached": _ratio(omega[:, 0] - omega[:, -1], excess[:, 0]),
        "n_rises": (np.diff(omega) > 0).sum(axis=1),
    }
    for name in ("omega", *names[2:]):  # from β1
        peak, layer, above = _peaks(np.where(diverged[:, None], np.nan, values[name]))
        result |= {f"{name}_peak": peak, f"{name}_peak_layer": layer, f"{name}_above_input": above}
    return pd.DataFrame(result, index=wide.index).reset_index()


def _peaks(curves: np.ndarray) -> np.ndarray:
    """The highest value of each curve, the first layer that has it, and whether the input is lower.

    A Betti number is missing at layers too narrow for it, where it counts as 0. All three are
    missing where no value is known.
    """
    filled = np.nan_to_num(curves)
    peak = filled.max(axis=1)
    found = np.stack([peak, filled.argmax(axis=1), peak > filled[:, 0]])
    return np.where(np.isnan(curves).all(axis=1), np.nan, found)
