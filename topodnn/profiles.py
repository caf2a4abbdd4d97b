"""The topology of a user's own network: Betti numbers of each class at every layer."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike
from torch import nn

from topodnn.analysis.tidy import with_complexity
from topodnn.errors import InputError
from topodnn.homology.files import chosen_complex
from topodnn.homology.layers import layer_betti_numbers
from topodnn.homology.scale import (
    choose_by_plateau,
    choose_scale,
    geometric_grid,
    scale_table,
)
from topodnn.networks.recording import Layers, Pool, in_rows, left_as_found, outputs, record

GRID = tuple(geometric_grid(8, 42))


def profile(
    model: nn.Module,
    X: ArrayLike,
    y: ArrayLike,
    *,
    layers: Layers = None,
    by: str = "predicted",
    n_neighbors: int | tuple[int, int] | str = "auto",
    scale: float = 2.5,
    max_dimension: int | None = None,
    true_betti: ArrayLike | None = None,
    grid: tuple[int, ...] = GRID,
    pool: Pool = "flatten",
    batch_size: int = 1024,
    max_points: int | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Betti numbers of the points of each class at every layer of a model.

    The complex is that of :func:`topodnn.betti_numbers`; k and the scale are the same at every
    layer, as in G. Naitzat, A. Zhitnikov, L.-H. Lim, Topology of Deep Neural Networks, JMLR
    21(184), 2020. The model is evaluated in ``model.eval()`` mode and without gradients, and is
    left as it was found.

    Parameters
    ----------
    model : torch.nn.Module
        On any device; the points go there in batches. It must return logits, (n_points,
        n_classes), unless `by` is ``'true'``.
    X : array_like or torch.Tensor, shape (n_points, ...)
        As the model takes them, all numbers finite.
    y : array_like or torch.Tensor, shape (n_points,)
        Labels: whole numbers from 0, of at least two classes. Where logits are used, label i is the
        class of logit i.
    layers : optional
        Layers between the input and the output, which are always there. By default every
        activation, module or function, in the order of execution. Else a list of names and classes
        of modules, or a function of name and module: see :func:`topodnn.networks.recording.record`.
    by : {'predicted', 'true', 'correct'}
        The points of a class: those that the model predicts to be in it, as in the paper; those
        with its label; or those with its label that the model predicts correctly.
    n_neighbors : int, (int, int) or 'auto'
        k of the neighbour graph, the point itself counted; or the ends of a range of k, of which
        the middle is the k of the Betti numbers at one scale. ``'auto'`` chooses the range on the
        points of each label at the input: by :func:`topodnn.homology.scale.choose_scale` if
        `true_betti` is given, else by :func:`topodnn.homology.scale.choose_by_plateau`.
    scale : float
        In hops, at least 1.
    max_dimension : int, optional
        Highest homology dimension: that of `true_betti` if it is given, else 1.
    true_betti : array_like of int, shape (n_classes, n_dimensions), optional
        True Betti numbers of each label at the input; missing dimensions are 0.
    grid : sequence of int
        Values of k from which ``'auto'`` chooses; those not smaller than the smallest class are
        left out.
    pool : {'flatten', 'mean'} or callable
        How outputs with more than one axis per point become rows, see
        :func:`topodnn.networks.recording.in_rows`.
    batch_size : int
        Points fed to the model at a time.
    max_points : int, optional
        A class with more points is reduced to a random sample of this size.
    seed : int
        Seed of that sample.

    Returns
    -------
    DataFrame
        One row per layer and class: layer (0 is the input), name and type (see
        :class:`topodnn.networks.recording.Layer`), class, n_points, n_distinct (points without
        their duplicates, which are dropped), n_neighbors, scale, beta_0, ..., raw_beta_1, ... (see
        :func:`topodnn.homology.layers.layer_betti_numbers`: a layer of w features has no βk for
        k ≥ w, and its complex may), omega (the sum of beta_0, ...); k_low, k_high,
        persistent_beta_0, ..., raw_persistent_beta_1, ..., persistent_omega: the same of what is
        alive at all k from k_low to k_high, see :func:`topodnn.persistent_betti_numbers`. With one
        k, both are equal.
        ``.attrs`` has ``choice``: n_neighbors, scale, method (given, true_betti or plateau), block
        (the values of k, and of the scale, around the choice that give the same) and grid (one dict
        per k and class with the Betti numbers of the input; empty where k is given).

    Raises
    ------
    InputError
        If an argument is not as described, the model returns something else, no layer is found, or
        a label has no more than k points. The message names what was found.

    Warns
    -----
    UserWarning
        Where a class has fewer than k points, a point is not finite, or no two values of k agree.
    """
    model = getattr(model, "_orig_mod", model)  # under torch.compile: it runs hooks
    points, labels = _checked(X, y)
    if by not in ("predicted", "true", "correct"):
        raise InputError(f"by is {by!r}, but must be 'predicted', 'true' or 'correct'")
    truth = None if true_betti is None else _truth(true_betti, labels, max_dimension)
    if max_dimension is None:
        max_dimension = 1 if truth is None else truth.shape[1] - 1
    known = _sample(labels, max_points, seed)
    at_input = in_rows("input", points[known], pool, len(known)).numpy()
    choice = _choice(at_input, labels[known], truth, n_neighbors, scale, grid, max_dimension)
    with left_as_found(model):
        classes = labels if by == "true" else _predicted(model, points, labels, batch_size)
        every = np.union1d(labels, classes)
        if by == "correct":
            classes = np.where(classes == labels, labels, -1)
        rows = _sample(classes, max_points, seed)
        recorded = record(model, points[rows], layers=layers, pool=pool, batch_size=batch_size)
    table = _table(recorded, classes[rows], every, choice, max_dimension)
    table.attrs["choice"] = choice
    return table


def _checked(X: ArrayLike, y: ArrayLike) -> tuple[torch.Tensor, np.ndarray]:
    """The points as a tensor and the labels as an array; raise InputError for unusable ones."""
    points = X.detach() if isinstance(X, torch.Tensor) else torch.as_tensor(np.asarray(X))
    labels = y.detach().cpu().numpy() if isinstance(y, torch.Tensor) else np.asarray(y)
    if points.ndim < 2 or not points.numel() or points.is_complex():
        raise InputError(
            f"X has shape {tuple(points.shape)} and type {points.dtype}, but must be real numbers "
            "of shape (n_points, ...) with at least two axes"
        )
    if labels.shape != (len(points),):
        raise InputError(f"y has shape {labels.shape}, but X has {len(points)} points")
    bad = (~torch.isfinite(points)).nonzero()
    if len(bad):
        place = tuple(bad[0].tolist())
        raise InputError(
            f"X has {points[place].item()} at {place} ({len(bad)} such values), but every number "
            "must be finite"
        )
    countable = labels.dtype.kind in "biuf"
    wrong = labels[~np.isin(labels, np.arange(len(labels)))] if countable else labels
    if len(wrong):
        raise InputError(
            f"y has the label {wrong[0].item()!r}, but labels must be whole numbers from 0, such "
            "as the positions of the logits"
        )
    labels = labels.astype(np.int64)
    if len(np.unique(labels)) < 2:
        raise InputError(f"y has the label {labels[0]} only, but there must be two classes or more")
    return points, labels


def _truth(true_betti: ArrayLike, labels: np.ndarray, max_dimension: int | None) -> np.ndarray:
    truth, n_classes = np.asarray(true_betti), len(np.unique(labels))
    if truth.ndim != 2 or len(truth) != n_classes or truth.dtype.kind not in "iu":
        raise InputError(
            f"true_betti has shape {truth.shape} and type {truth.dtype}, but must be whole numbers "
            f"with one row for each of the {n_classes} labels of y"
        )
    width = truth.shape[1] if max_dimension is None else max_dimension + 1
    padded = np.zeros((n_classes, max(width, truth.shape[1])), dtype=np.int64)
    padded[:, : truth.shape[1]] = truth
    return padded[:, :width]


def _choice(
    points: np.ndarray,
    labels: np.ndarray,
    truth: np.ndarray | None,
    n_neighbors: int | tuple[int, int] | str,
    scale: float,
    grid: tuple[int, ...],
    max_dimension: int,
) -> dict:
    """The k and the scale for all layers, and how they were chosen."""
    names, positions, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    smallest, rarest = sizes.min(), names[sizes.argmin()]
    if n_neighbors != "auto":
        low, high = _range(n_neighbors)
        if high >= smallest:
            raise InputError(
                f"n_neighbors is {n_neighbors}, but must be smaller than the number of points of a "
                f"label: {rarest} has {smallest}"
            )
        block = {"n_neighbors": list(dict.fromkeys((low, high))), "scale": [scale]}
        fixed = {"n_neighbors": (low + high) // 2, "scale": scale, "block": block}
        return {**fixed, "method": "given", "grid": []}
    tried = [k for k in grid if k < smallest]
    if not tried:
        raise InputError(
            f"grid has no number smaller than the number of points of a label: {rarest} has "
            f"{smallest}"
        )
    table = scale_table(
        points, positions, truth, n_neighbors=tried, scales=[scale], max_dimension=max_dimension
    )
    choice = choose_by_plateau(table) if truth is None else choose_scale(table, truth)
    if len(choice["block"]["n_neighbors"]) == 1 and len(tried) > 1:
        warnings.warn(
            f"n_neighbors {choice['n_neighbors']} is the only one of its kind: no two neighbouring "
            "values of the grid give the same Betti numbers of the input; more points are needed",
            stacklevel=3,
        )
    table["class"] = names[table["class"]]
    method = "plateau" if truth is None else "true_betti"
    choice["n_neighbors"] = int(choice["n_neighbors"])
    return {**choice, "method": method, "grid": table.to_dict("records")}


def _range(n_neighbors: int | tuple[int, int] | str) -> tuple[int, int]:
    ends: Any = n_neighbors if isinstance(n_neighbors, (tuple, list)) else [n_neighbors]
    whole = all(isinstance(k, (int, np.integer)) and k >= 2 for k in ends)
    if not whole or len(ends) not in (1, 2) or ends[0] > ends[-1]:
        raise InputError(
            f"n_neighbors is {n_neighbors!r}, but must be 'auto', a whole number from 2 or two of "
            "them, the smaller first"
        )
    return int(ends[0]), int(ends[-1])


def _predicted(
    model: nn.Module, points: torch.Tensor, labels: np.ndarray, batch_size: int
) -> np.ndarray:
    logits = outputs(model, points, batch_size)
    if labels.max() >= logits.shape[1]:
        raise InputError(
            f"y has the label {labels.max()}, but the model has {logits.shape[1]} logits, for the "
            f"labels 0 to {logits.shape[1] - 1}"
        )
    return logits.argmax(dim=1).numpy()


def _sample(classes: np.ndarray, max_points: int | None, seed: int) -> np.ndarray:
    """Positions of at most `max_points` points of each class, in order; none of class -1."""
    rng, chosen = np.random.default_rng(seed), []
    for label in np.unique(classes[classes >= 0]):
        members = np.flatnonzero(classes == label)
        if max_points is not None and len(members) > max_points:
            members = rng.choice(members, max_points, replace=False)
        chosen.append(members)
    return np.sort(np.concatenate(chosen)) if chosen else np.zeros(0, np.int64)


def _table(
    recorded: list, classes: np.ndarray, every: np.ndarray, choice: dict, max_dimension: int
) -> pd.DataFrame:
    complex_, rows = chosen_complex(choice), []
    for label in every:
        if (classes == label).sum() < complex_["k_high"]:
            warnings.warn(
                f"class {label} has {(classes == label).sum()} points, fewer than n_neighbors "
                f"{complex_['k_high']}: its Betti numbers mean nothing",
                stacklevel=3,
            )
    for number, layer in enumerate(recorded):
        if not np.isfinite(layer.points).all():
            warnings.warn(f"layer {layer.name!r} has numbers that are not finite", stacklevel=3)
        for label in every:
            sample = layer.points[classes == label]
            betti = layer_betti_numbers(sample, **complex_, max_dimension=max_dimension)
            rows.append(
                {"layer": number, "name": layer.name, "type": layer.type, "class": int(label),
                 "n_points": len(sample), "n_distinct": len(np.unique(sample, axis=0)),
                 **complex_, **betti}
            )  # fmt: skip
    return with_complexity(pd.DataFrame(rows))
