"""Persistent homology of one batch of points at every layer, in three metrics.

giotto-deep's tutorial takes a batch of points of all classes together and computes its
Vietoris-Rips filtration at every layer, with the Euclidean distance. A layer may stretch or shrink
the points, and then the same scale has another meaning. Hence the metrics:

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

from topodnn.homology.diagrams import betti_curve, persistence_diagrams

METRICS = ["euclidean", "unit_diameter", "hops"]
CURVE_POINTS = 201
PAIR_COLUMNS = ["seed", "layer", "metric", "dimension", "birth", "death"]


def diameter(points: np.ndarray) -> float:
    """Largest distance between two points; missing where a number is not finite."""
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
        Of the neighbour graph of the metric ``hops``.
    max_scale, max_hops : float
        End of the filtration of ``euclidean`` and of ``hops``; that of ``unit_diameter`` ends at 1.
    max_dimension : int

    Returns
    -------
    dict
        Metric → diagrams, as from :func:`topodnn.homology.diagrams.persistence_diagrams`. Empty
        where a number is not finite; without ``unit_diameter`` where all points coincide.
    """
    size = diameter(points)
    if np.isnan(size):
        return {}
    common = {"max_dimension": max_dimension}
    # The whole filtration is faster than a part: Ripser then stops where nothing is left.
    whole = persistence_diagrams(points, metric="euclidean", **common)
    hops = persistence_diagrams(points, n_neighbors=n_neighbors, max_scale=max_hops, **common)
    diagrams = {"euclidean": [up_to(diagram, max_scale) for diagram in whole], "hops": hops}
    if size > 0:
        diagrams["unit_diameter"] = [diagram / size for diagram in whole]
    return diagrams


def up_to(diagram: np.ndarray, max_scale: float) -> np.ndarray:
    """The diagram of the filtration cut at `max_scale`: classes alive there die at infinity."""
    diagram = diagram[diagram[:, 0] <= max_scale]
    births, deaths = diagram.T
    return np.column_stack([births, np.where(deaths > max_scale, np.inf, deaths)])


def end_of(metric: str, max_scale: float, max_hops: float) -> float:
    """End of the filtration of a metric."""
    return {"euclidean": max_scale, "unit_diameter": 1.0, "hops": max_hops}[metric]


def scale_in(metric: str, persistence: dict[str, Any], input_diameter: float) -> float:
    """The scale at which the Betti numbers of a layer are read off.

    For ``unit_diameter`` it is the filtration value divided by the diameter of the input, the same
    at all layers: at the input this gives the same complex as ``euclidean``.
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
    """Betti numbers of a layer, one row per metric, missing where there are no diagrams.

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
    taken to die there, so that one more class counts as much as the filtration can show of it.
    """
    # Two points that both go to the diagonal can be paired at the same cost: a matrix of the larger
    # size is enough. persim's has the sum of both sizes, and takes four times as long.
    n_rows = max(len(one), len(other))
    (one, to_diagonal), (other, from_diagonal) = (
        _capped(diagram, end, n_rows) for diagram in (one, other)
    )
    cost = np.minimum(cdist(one, other), to_diagonal[:, None] + from_diagonal)
    return float(cost[linear_sum_assignment(cost)].sum())


def _capped(diagram: np.ndarray, end: float, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of a diagram up to `end`, padded with diagonal points; distances to the diagonal."""
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
    """Distances between the diagrams of two layers: metric, dimension, distance.

    One row per metric and dimension; the distance is missing if one of the diagrams is.
    """
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
    """All persistence pairs of a layer: the columns of `about`, then those of a pair."""
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
    """The diagrams of one network, layer and metric, from their rows of a table of pairs."""
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
    """Betti curves, averaged over the networks.

    Parameters
    ----------
    pairs : DataFrame
        From :func:`pair_table`, with the column seed, of one kind of network.
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
