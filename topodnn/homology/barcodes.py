"""The barcode over k of the layers of one network: which classes of homology live at which k.

The complexes of several k are nested (see :mod:`topodnn.homology.filtration`), so that a class has
a k at which it is born and one at which it is gone. What comes and goes within a range of k
depends on the k at which it is read off.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from topodnn.homology.filtration import scale_barcode

N_STEPS = 6


def steps_of_k(k_low: int, n_neighbors: int, k_high: int, more: Iterable[int] = ()) -> list[int]:
    """The values of k at which a range is looked at, sorted, each once.

    They are N_STEPS values from k_low to k_high, evenly spread and rounded, n_neighbors, the k of
    the Betti numbers at one scale, and those that are asked for, which may be outside the range.
    """
    return sorted({*spread_steps(k_low, k_high), n_neighbors, *more})


def spread_steps(k_low: int, k_high: int) -> list[int]:
    """N_STEPS values from `k_low` to `k_high`, evenly spread and rounded."""
    return np.linspace(k_low, k_high, N_STEPS).round().astype(int).tolist()


def network_barcode(
    layers: Sequence[np.ndarray],
    classes: np.ndarray,
    *,
    n_neighbors: int,
    k_low: int,
    k_high: int,
    scale: float,
    max_dimension: int,
    barcode_at: Iterable[int] = (),
    report: Callable[[int, int, str], None] = lambda done, total, text: None,
) -> pd.DataFrame:
    """Compute the barcode over k of each class at each layer of a network.

    Parameters
    ----------
    layers : sequence of ndarray of shape (n_points, width)
        The same points at every layer, last the logits.
    classes : ndarray of shape (n_points,)
        The class of each point; a negative number is none.
    n_neighbors, k_low, k_high : int
        As in :func:`topodnn.homology.layers.layer_betti_numbers`.
    barcode_at : iterable of int
        More values of k, see :func:`steps_of_k`.
    scale, max_dimension
        As in :func:`topodnn.scale_barcode`.
    report : callable
        Called after every layer with layers done, layers in all and a text.

    Returns
    -------
    DataFrame
        layer, width, class, n_points, n_neighbors, k_low, k_high, scale, steps (the values of k, as
        text with spaces), and what :func:`class_bars` says, one row each.
    """
    steps, rows = steps_of_k(k_low, n_neighbors, k_high, barcode_at), []
    ks = {"n_neighbors": n_neighbors, "k_low": k_low, "k_high": k_high}
    complex_ = {**ks, "scale": scale, "steps": " ".join(map(str, steps))}
    for layer, points in enumerate(layers):
        for label in range(layers[-1].shape[1]):
            of_class = points[classes == label]
            place = {"layer": layer, "width": points.shape[1], "class": label}
            about = {**place, "n_points": len(of_class), **complex_}
            bars = class_bars(of_class, steps=steps, scale=scale, max_dimension=max_dimension)
            rows += [{**about, **bar} for bar in bars]
        report(layer + 1, len(layers), "layers")
    return pd.DataFrame(rows).astype({"gone_k": "Int64", "count": "Int64"})


def class_bars(
    points: np.ndarray, *, steps: Sequence[int], scale: float, max_dimension: int
) -> list[dict[str, object]]:
    """The bars of some points of a layer, those that are born and gone at the same k counted.

    There are bars of the dimensions that the layer can have, which are less than its width (see
    :func:`topodnn.homology.layers.layer_betti_numbers`).

    Parameters
    ----------
    points : ndarray of shape (n_points, width)
    steps : sequence of int
        Values of k, increasing.
    scale, max_dimension
        As in :func:`topodnn.scale_barcode`.

    Returns
    -------
    list of dict
        dimension; born_k, the first k with the class; gone_k, the first k without it, missing where
        it lives to the last one; count, the number of such bars. That of the bars over all k is
        always there, and may be 0; it alone is there, and is missing, where a number is not finite.
    """
    dimensions = range(min(max_dimension + 1, points.shape[1]))
    n_steps, ks = len(steps), [*steps, pd.NA]
    counts = [Counter({(0, n_steps): 0}) for _ in dimensions]
    is_finite = np.isfinite(points).all()
    if is_finite and len(points):
        barcode = scale_barcode(
            points, n_neighbors=steps, scale=scale, max_dimension=dimensions[-1]
        )
        for count, bars in zip(counts, barcode, strict=True):
            count.update(map(tuple, bars.tolist()))
    return [
        {"dimension": dimension, "born_k": ks[born], "gone_k": ks[gone],
         "count": count if is_finite else pd.NA}
        for dimension in dimensions
        for (born, gone), count in sorted(counts[dimension].items())
    ]  # fmt: skip
