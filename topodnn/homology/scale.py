"""The choice of k and ε of the complex, on the input.

The Betti numbers of the input are computed for every pair of k (``n_neighbors``) and ε (``scale``,
in hops) of a grid. The pair in the middle of the largest block of pairs that give the true Betti
numbers is used at all layers. That k and ε are chosen on the input, and then kept, is from
G. Naitzat, A. Zhitnikov, L.-H. Lim, Topology of Deep Neural Networks, JMLR 21(184), 2020;
:func:`choose_scale` defines what a block and its middle are.

Where no true Betti numbers are known, ε is given, and k is in the middle of the longest run of
values over which nothing changes: :func:`choose_by_plateau`, on a :func:`geometric_grid`.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, groupby
from typing import Any

import numpy as np
import pandas as pd

from topodnn.columns import betti_columns
from topodnn.errors import InputError
from topodnn.homology.betti import betti_numbers_of_graph
from topodnn.homology.graph import neighbor_graph
from topodnn.homology.layers import every_qth


def scale_table(
    points: np.ndarray,
    labels: np.ndarray,
    true_betti: np.ndarray | None,
    *,
    n_neighbors: Iterable[int],
    scales: Iterable[float] = (1.5, 2.5, 3.5),
    max_dimension: int = 1,
    stride: int = 1,
    report: Callable[[int, int, str], None] = lambda done, total, text: None,
) -> pd.DataFrame:
    """Compute the Betti numbers of every class for every pair of n_neighbors and scale.

    The last pairs of the grid take longest, most of all where spheres are about to be filled: on
    every fourth point of D-III, 3 hops take 0.5 s with k = 50, and 28 s and 1.5 GB with k = 60.

    Parameters
    ----------
    points : ndarray of shape (n_points, n_features)
        All numbers finite.
    labels : ndarray of shape (n_points,)
        Class of each point, from 0; every class has points.
    true_betti : ndarray of shape (n_classes, n_dimensions) or None
        As many dimensions are computed and compared; None where they are not known.
    n_neighbors : iterable of int
        Values of k, each at least 2.
    scales : iterable of float
        Values of ε in hops, each at least 1.
    max_dimension : int
        Highest dimension that is computed where `true_betti` is None.
    stride : int
        Only every q-th point of a class is used.
    report : callable
        Called after every pair with pairs done, pairs in all and a text.

    Returns
    -------
    DataFrame
        One row per pair and class, sorted: n_neighbors, scale, class, beta_0, ..., and, where
        `true_betti` is given, is_true, whether these are the true Betti numbers of the class.

    Raises
    ------
    ValueError
        If an argument is not as described above.
    """
    sampled = every_qth(labels, stride)
    samples = [points[sampled & (labels == label)] for label in range(labels.max() + 1)]
    highest = max_dimension if true_betti is None else true_betti.shape[1] - 1
    n_neighbors, scales = sorted(set(n_neighbors)), sorted(set(scales))
    total, rows = len(n_neighbors) * len(scales), []
    for k in n_neighbors:
        graphs = [neighbor_graph(sample, k) for sample in samples]  # the same at every scale
        for scale in scales:
            for label, graph in enumerate(graphs):
                betti = betti_numbers_of_graph(graph, max_dimension=highest, n_hops=int(scale))
                row = {"n_neighbors": k, "scale": scale, "class": label}
                row |= {f"beta_{dimension}": number for dimension, number in enumerate(betti)}
                if true_betti is not None:
                    row["is_true"] = (betti == true_betti[label]).all()
                rows.append(row)
            report(len(rows) // len(samples), total, f"n_neighbors {k}, scale {scale}")
    return pd.DataFrame(rows)


def choose_scale(table: pd.DataFrame, true_betti: np.ndarray) -> dict:
    """Choose the pair in the middle of the largest block of pairs that fit.

    A pair fits if it gives the true Betti numbers of all classes. A block is a rectangle of the
    grid in which all pairs fit: one or more consecutive values of ε, and consecutive values of k.
    The largest block has the most pairs; among several, the one with the lowest first ε is taken,
    then with the fewest values of ε, then with the lowest k. Its middle is the middle value of each
    parameter; of two middle values, the lower, which makes the smaller complex.

    Parameters
    ----------
    table : DataFrame
        From :func:`scale_table`.
    true_betti : ndarray of shape (n_classes, n_dimensions)

    Returns
    -------
    dict
        n_neighbors and scale, the pair that is chosen; block, a dict with the lists n_neighbors
        and scale, all pairs of which are in the block.

    Raises
    ------
    InputError
        If no pair fits; the message says which Betti numbers come nearest, and where.
    """
    fits = table.groupby(["scale", "n_neighbors"])["is_true"].all().unstack(fill_value=False)
    if not fits.to_numpy().any():
        raise InputError(_nothing_fits(table, true_betti))
    scales, n_neighbors = max(_blocks(fits), key=lambda block: len(block[0]) * len(block[1]))
    return {
        "n_neighbors": _middle(n_neighbors),
        "scale": _middle(scales),
        "block": {"n_neighbors": n_neighbors, "scale": scales},
    }


def geometric_grid(first: int, last: int) -> list[int]:
    """Values of k from `first` up to `last`, each about a fifth larger than the one before.

    A plateau of the Betti numbers is long if it spans a large factor in k. On a linear grid a large
    k would be favoured: its neighbours on the grid are almost the same graph.

    Parameters
    ----------
    first, last : int
        At least 2. No value is larger than `last`; there is none if `first` is.
    """
    values, k = [], first
    while k <= last:
        values.append(k)
        k = max(k + 1, round(1.2 * k))
    return values


def choose_by_plateau(table: pd.DataFrame) -> dict:
    """Choose k in the middle of the longest run of values that give the same Betti numbers.

    Within a run, no class changes its Betti numbers, whatever they are. Of several longest runs,
    the one with the lowest k is taken; of two values in the middle, the lower.

    Parameters
    ----------
    table : DataFrame
        From :func:`scale_table`, for one scale.

    Returns
    -------
    dict
        As from :func:`choose_scale`.
    """
    by_k = table.set_index("n_neighbors")[betti_columns(table)].groupby(level=0)
    found = [(k, rows.to_numpy().tolist()) for k, rows in by_k]
    runs = [[int(k) for k, _ in run] for _, run in groupby(found, key=lambda pair: pair[1])]
    run = max(runs, key=len)
    scale = float(table["scale"].iloc[0])
    return {
        "n_neighbors": _middle(run),
        "scale": scale,
        "block": {"n_neighbors": run, "scale": [scale]},
    }


def _blocks(fits: pd.DataFrame) -> Iterator[tuple[list[float], list[int]]]:
    """Yield scales and n_neighbors of every block that no further n_neighbors can extend."""
    for first, last in combinations(range(len(fits) + 1), 2):
        all_fit = fits.iloc[first:last].all()
        ends = np.flatnonzero(np.diff(all_fit, prepend=False, append=False))
        for start, stop in ends.reshape(-1, 2):
            yield fits.index[first:last].tolist(), fits.columns[start:stop].tolist()


def _middle(values: list) -> Any:
    return values[(len(values) - 1) // 2]


def _nothing_fits(table: pd.DataFrame, true_betti: np.ndarray) -> str:
    """Say which pair comes nearest, by the sum of the differences of all Betti numbers."""
    names = betti_columns(table)
    difference = np.abs(table[names].to_numpy() - true_betti[table["class"]]).sum(axis=1)
    by_pair = table.assign(difference=difference).groupby(["scale", "n_neighbors"])["difference"]
    scale, k = by_pair.sum().idxmin()
    nearest = table[(table["scale"] == scale) & (table["n_neighbors"] == k)]
    found = ", ".join(
        f"{tuple(numbers)} for class {label} (true: {tuple(true)})"
        for label, numbers, true in zip(
            nearest["class"], nearest[names].to_numpy().tolist(), true_betti.tolist(), strict=True
        )
    )
    tried = table["n_neighbors"].unique()
    return (
        f"no pair of n_neighbors ({len(tried)} values from {tried.min()} to {tried.max()}) and "
        f"scale ({', '.join(map(str, table['scale'].unique()))}) gives the true Betti numbers of "
        f"all classes; nearest is n_neighbors {k}, scale {scale} with {found}: try a finer or "
        "wider grid of n_neighbors, or more points (a smaller stride)"
    )
