"""Rank and condition number of the weight matrices of a batch of networks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from topodnn.networks.residual import skips


def weight_ranks(
    weights: Sequence[np.ndarray], seeds: Sequence[int], residual: bool = False
) -> pd.DataFrame:
    """Rank and condition number of every weight matrix of a stack of networks.

    A layer of a tanh network is a homeomorphism onto its image where its weight matrix is
    injective, since tanh itself is one. In finite precision, and for a sample of points, this holds
    only as far as the condition number allows.

    Parameters
    ----------
    weights : sequence of ndarray of shape (n_networks, n_out, n_in)
        One per layer, in the precision in which the networks are used: it decides which singular
        values ``numpy.linalg.matrix_rank`` counts as 0.
    seeds : sequence of int
        One per network. Networks with a weight that is not finite are left out.
    residual : bool
        As in :func:`topodnn.networks.residual.skips`.

    Returns
    -------
    DataFrame
        One row per network and layer, from layer 1: seed, layer, n_in, n_out, rank, injective
        (rank is n_in), condition_number (the largest of the min(n_in, n_out) singular values
        divided by the smallest). Whether h + f(W h + b) is injective, its weights alone do not
        say: a residual layer is not called so.
    """
    finite = np.all([np.isfinite(stack).all(axis=(1, 2)) for stack in weights], axis=0)
    kept = np.asarray(seeds)[finite]
    skip = skips(weights, residual)
    parts = [
        pd.DataFrame(
            {
                "seed": kept,
                "layer": layer,
                "n_in": stack.shape[2],
                "n_out": stack.shape[1],
                "rank": np.linalg.matrix_rank(stack[finite]),
                "residual": skip[layer - 1],
                "condition_number": np.linalg.cond(stack[finite]),
            }
        )
        for layer, stack in enumerate(weights, start=1)
    ]
    ranks = pd.concat(parts).sort_values(["seed", "layer"], ignore_index=True)
    is_residual = ranks.pop("residual").astype(bool)
    ranks.insert(5, "injective", (ranks["rank"] == ranks["n_in"]) & ~is_residual)
    return ranks
