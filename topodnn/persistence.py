"""The topology of one batch of points at every layer, by Vietoris-Rips filtrations.

giotto-deep's tutorial takes a batch of points of all classes together and looks at it at every
layer with the Euclidean distance. A layer may stretch or shrink the points, and then the same scale
means another thing; so the same is computed in three metrics:

- ``euclidean``: the distances as they are, as the tutorial does;
- ``unit_diameter``: the points divided by their diameter at that layer;
- ``hops``: the hop distance on the neighbour graph, as in the paper, which no scaling changes.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist, pdist

from topodnn import KIND
from topodnn.complexity import betti_columns
from topodnn.errors import InputError
from topodnn.files import Data
from topodnn.homology import betti_curve, persistence_diagrams

METRICS = ["euclidean", "unit_diameter", "hops"]
CURVE_POINTS = 201
PAIR_COLUMNS = ["seed", "layer", "metric", "dimension", "birth", "death"]


def draw_batch(data: Data, n_points: int, seed: int) -> Data:
    """Draw points of the training set without replacement, of all classes together.

    Raises
    ------
    InputError
        If there are fewer training points than asked for.
    """
    training = np.flatnonzero(~data.held_out)
    if n_points > len(training):
        raise InputError(
            f"persistence.n_points is {n_points}, but must be at most {len(training)}, the number "
            "of training points of the data set"
        )
    drawn = np.sort(np.random.default_rng(seed).choice(training, n_points, replace=False))
    return Data(data.points[drawn], data.labels[drawn], data.held_out[drawn], data.true_betti)


def diameter(points: np.ndarray) -> float:
    """Largest distance of two points; missing where a number is not finite."""
    points = np.asarray(points, dtype=np.float64)
    if not np.isfinite(points).all():
        return np.nan
    return float(pdist(points).max()) if len(points) > 1 else 0.0


def layer_diagrams(
    points: np.ndarray, *, n_neighbors: int, max_scale: float, max_hops: float, max_dimension: int
) -> dict[str, list[np.ndarray]]:
    """Persistence diagrams of the points of a layer in each metric.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
    n_neighbors : int
        Of the graph of the metric ``hops``.
    max_scale, max_hops : float
        End of the filtration of ``euclidean`` and of ``hops``; that of ``unit_diameter`` ends at 1.
    max_dimension : int

    Returns
    -------
    dict
        Metric → diagrams, as of :func:`topodnn.homology.persistence_diagrams`. No metric where a
        number is not finite, and no ``unit_diameter`` where all points coincide.
    """
    size = diameter(points)
    if np.isnan(size):
        return {}
    common = {"max_dimension": max_dimension}
    # To its end, which is faster than up to a scale, since Ripser then stops where nothing is left.
    whole = persistence_diagrams(points, metric="euclidean", **common)
    hops = persistence_diagrams(points, n_neighbors=n_neighbors, max_scale=max_hops, **common)
    diagrams = {"euclidean": [up_to(diagram, max_scale) for diagram in whole], "hops": hops}
    if size > 0:
        diagrams["unit_diameter"] = [diagram / size for diagram in whole]
    return diagrams


def up_to(diagram: np.ndarray, max_scale: float) -> np.ndarray:
    """The diagram of a filtration that ends earlier: what is alive then dies at infinity."""
    diagram = diagram[diagram[:, 0] <= max_scale]
    births, deaths = diagram.T
    return np.column_stack([births, np.where(deaths > max_scale, np.inf, deaths)])


def end_of(metric: str, max_scale: float, max_hops: float) -> float:
    """End of the filtration of a metric."""
    return {"euclidean": max_scale, "unit_diameter": 1.0, "hops": max_hops}[metric]


def scale_in(metric: str, persistence: dict[str, Any], input_diameter: float) -> float:
    """Where the Betti numbers of a layer are read off.

    ``unit_diameter`` is read at the filtration value divided by the diameter of the input, the same
    for all layers: at the input this is the same complex as that of ``euclidean``.
    """
    if metric == "hops":
        return persistence["scale"]
    value = persistence["filtration_value"]
    if metric == "euclidean":
        return value
    return value / input_diameter if input_diameter > 0 else np.nan


def betti_rows(
    points: np.ndarray,
    diagrams: dict[str, list[np.ndarray]],
    persistence: dict[str, Any],
    input_diameter: float,
) -> list[dict[str, Any]]:
    """Betti numbers of a layer, one row a metric, missing where there are no diagrams.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
    diagrams : dict
        From :func:`layer_diagrams`.
    persistence : dict
        ``filtration_value``, ``scale`` and ``max_dimension`` of the configuration.
    input_diameter : float

    Returns
    -------
    list of dict
        metric, scale, diameter, n_points (distinct ones), beta_0, ...
    """
    n_distinct = len(np.unique(points, axis=0))
    rows = []
    for metric in METRICS:
        scale = scale_in(metric, persistence, input_diameter)
        betti = [pd.NA] * (persistence["max_dimension"] + 1)
        if metric in diagrams:
            betti = betti_curve(diagrams[metric], [scale])[:, 0].tolist()
        numbers = {f"beta_{dimension}": number for dimension, number in enumerate(betti)}
        about = {"scale": scale, "diameter": diameter(points), "n_points": n_distinct}
        rows.append({"metric": metric, **about, **numbers})
    return rows


def diagram_distance(one: np.ndarray, other: np.ndarray, end: float) -> float:
    """Wasserstein distance of two diagrams: the least total length of a matching of their points.

    Points may be matched to the diagonal. A class that is alive at the end of the filtration is
    taken to die there, so that a class more is a difference as large as the filtration shows.
    """
    # Two points that both go to the diagonal cost the same as pairs: one matrix of the larger size
    # is enough. persim's is of both sizes together, and takes four times as long.
    n_rows = max(len(one), len(other))
    (one, to_diagonal), (other, from_diagonal) = (
        _capped(diagram, end, n_rows) for diagram in (one, other)
    )
    cost = np.minimum(cdist(one, other), to_diagonal[:, None] + from_diagonal)
    return float(cost[linear_sum_assignment(cost)].sum())


def _capped(diagram: np.ndarray, end: float, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of a diagram up to `end`, filled up with points of the diagonal; lengths to it."""
    points = np.zeros((n_rows, 2))
    points[: len(diagram)] = np.minimum(diagram, end)
    return points, (points[:, 1] - points[:, 0]) / np.sqrt(2)


def distance_rows(
    before: dict[str, list[np.ndarray]],
    after: dict[str, list[np.ndarray]],
    *,
    max_scale: float,
    max_hops: float,
    max_dimension: int,
) -> list[dict[str, Any]]:
    """Distances of the diagrams of two layers: metric, dimension, distance, missing if one is."""
    rows = []
    for metric in METRICS:
        end = end_of(metric, max_scale, max_hops)
        for dimension in range(max_dimension + 1):
            distance = np.nan
            if metric in before and metric in after:
                pair = before[metric][dimension], after[metric][dimension]
                distance = diagram_distance(*pair, end)
            rows.append({"metric": metric, "dimension": dimension, "distance": distance})
    return rows


def pair_table(diagrams: dict[str, list[np.ndarray]], **about: Any) -> pd.DataFrame:
    """All pairs of the diagrams of a layer: the columns of `about`, then those of a pair."""
    tables = [
        pd.DataFrame(
            {**about, "metric": metric, "dimension": d, "birth": diagram[:, 0],
             "death": diagram[:, 1]}
        )
        for metric in METRICS
        for d, diagram in enumerate(diagrams.get(metric, []))
    ]  # fmt: skip
    columns = [*about, *PAIR_COLUMNS[2:]]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def diagrams_of(pairs: pd.DataFrame, max_dimension: int) -> list[np.ndarray]:
    """The diagrams that the rows of one layer and metric of a table of pairs are of."""
    return [
        pairs.loc[pairs["dimension"] == d, ["birth", "death"]].to_numpy(np.float64)
        for d in range(max_dimension + 1)
    ]


def curve_scales(metric: str, end: float) -> np.ndarray:
    """Scales of a Betti curve; hops are whole numbers."""
    return np.arange(np.floor(end) + 1) if metric == "hops" else np.linspace(0, end, CURVE_POINTS)


def mean_betti_curves(
    pairs: pd.DataFrame, *, max_scale: float, max_hops: float, max_dimension: int
) -> pd.DataFrame:
    """Betti curves, their mean over the networks.

    Parameters
    ----------
    pairs : DataFrame
        From :func:`pair_table`, with seeds, of one kind of network.
    max_scale, max_hops : float
    max_dimension : int

    Returns
    -------
    DataFrame
        One row per layer, metric and scale: n_networks, beta_0_mean, beta_0_std, ...
    """
    rows = [
        row
        for (layer, metric), of_layer in pairs.groupby(["layer", "metric"])
        for row in _curve_rows(
            of_layer, curve_scales(metric, end_of(metric, max_scale, max_hops)), max_dimension
        )
    ]
    names = [f"beta_{d}_{name}" for d in range(max_dimension + 1) for name in ("mean", "std")]
    return pd.DataFrame(rows, columns=["layer", "metric", "scale", "n_networks", *names])


def _curve_rows(rows: pd.DataFrame, scales: np.ndarray, max_dimension: int) -> Iterator[dict]:
    networks = [network for _, network in rows.groupby("seed")]
    curves = np.array([betti_curve(diagrams_of(one, max_dimension), scales) for one in networks])
    mean = curves.mean(axis=0)
    std = curves.std(axis=0, ddof=1) if len(curves) > 1 else np.full(mean.shape, np.nan)
    about = rows[["layer", "metric"]].iloc[0].to_dict() | {"n_networks": len(curves)}
    for i, scale in enumerate(scales):
        yield {
            **about, "scale": scale,
            **{f"beta_{d}_mean": numbers[i] for d, numbers in enumerate(mean)},
            **{f"beta_{d}_std": numbers[i] for d, numbers in enumerate(std)},
        }  # fmt: skip


def with_trials(tables: list[pd.DataFrame], kept: pd.DataFrame) -> pd.DataFrame:
    """Tables of jobs in one, with what is known of the training of each network.

    Parameters
    ----------
    tables : list of DataFrame
        With the columns of ``KIND``, seed, layer and metric.
    kept : DataFrame
        From :func:`topodnn.complexity.kept_trials`.
    """
    table = pd.concat(tables, ignore_index=True)
    table = table.astype(dict.fromkeys(betti_columns(table), "Int64"))  # missing, not 0.0
    table = table.merge(kept, on=[*KIND, "seed"], how="left", validate="many_to_one")
    return table.sort_values([*KIND, "seed", "metric", "layer"], kind="stable", ignore_index=True)
