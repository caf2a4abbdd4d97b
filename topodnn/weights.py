"""Rank and condition number of weight matrices, and what changes where they are injective."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from topodnn import KIND
from topodnn.complexity import betti_columns


def weight_ranks(weights: Sequence[np.ndarray], seeds: Sequence[int]) -> pd.DataFrame:
    """Rank and condition number of every weight matrix of a stack of networks.

    A layer of a tanh network is a homeomorphism onto its image where its weight matrix is
    injective, as tanh itself is one; in numbers of finite precision, and for the points of a
    sample, only as far as the condition number allows.

    Parameters
    ----------
    weights : sequence of ndarray of shape (n_networks, n_out, n_in)
        One a layer, in the precision in which the networks are used: by it
        ``numpy.linalg.matrix_rank`` decides which singular values count as 0.
    seeds : sequence of int
        Of the n_networks networks. Those with a weight that is not finite are left out.

    Returns
    -------
    DataFrame
        One row for each network and layer from 1: seed, layer, n_in, n_out, rank, injective
        (rank is n_in), condition_number (largest by smallest of the min(n_in, n_out) singular
        values).
    """
    finite = np.all([np.isfinite(stack).all(axis=(1, 2)) for stack in weights], axis=0)
    kept = np.asarray(seeds)[finite]
    parts = [
        pd.DataFrame(
            {
                "seed": kept,
                "layer": layer,
                "n_in": stack.shape[2],
                "n_out": stack.shape[1],
                "rank": np.linalg.matrix_rank(stack[finite]),
                "condition_number": np.linalg.cond(stack[finite]),
            }
        )
        for layer, stack in enumerate(weights, start=1)
    ]
    ranks = pd.concat(parts).sort_values(["seed", "layer"], ignore_index=True)
    ranks.insert(5, "injective", ranks["rank"] == ranks["n_in"])
    return ranks


def changes_where_injective(table: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """How often Betti numbers change from a layer to the next where the map between is injective.

    With an activation that is one to one and continuous both ways (tanh, sigmoid, leaky ReLU) such
    a map is a homeomorphism of the space onto its image, which changes no topology; what changes
    there is what a sample of points and one scale show of it.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.complexity.tidy_table`.
    weights : DataFrame
        The columns of ``KIND``, and those of :func:`weight_ranks`.

    Returns
    -------
    DataFrame
        Indexed by ``KIND``, of the well-trained networks whose input is not known to be wrong:
        n_networks; n_maps, from every layer to
        the next of every network; n_injective; share_changed, of the injective maps those at which
        a Betti number of a class changes; share_of_decrease, of the sum of the decreases of ω from
        layer to layer that part which is at injective maps; median_condition and
        largest_condition, condition numbers of the injective maps.
    """
    wrong = table["input_is_true"].astype("boolean").eq(False).fillna(False)
    wrong = wrong.groupby([table[key] for key in KIND]).transform("any")
    judged = table[table["well_trained"] & ~wrong.astype(bool)]
    curves = judged.sort_values([*KIND, "seed", "class", "layer"])
    betti = curves[["omega", *betti_columns(table)]].astype(float)
    steps = betti.groupby([curves[key] for key in [*KIND, "seed", "class"]]).diff()
    maps = curves[[*KIND, "seed", "layer"]].assign(
        changed=steps.fillna(0).ne(0).any(axis=1), decrease=(-steps["omega"]).clip(lower=0)
    )
    maps = maps[maps["layer"] > 0].groupby([*KIND, "seed", "layer"])
    maps = maps.agg(changed=("changed", "any"), decrease=("decrease", "sum")).reset_index()
    maps = maps.merge(weights, on=[*KIND, "seed", "layer"], validate="one_to_one")
    injective = maps["injective"]
    maps["decrease_where_injective"] = maps["decrease"].where(injective, 0.0)
    maps["changed"] = maps["changed"].where(injective).astype(float)
    maps["condition_number"] = maps["condition_number"].where(injective)
    kinds = maps.groupby(KIND).agg(
        n_networks=("seed", "nunique"),
        n_maps=("seed", "size"),
        n_injective=("injective", "sum"),
        share_changed=("changed", "mean"),
        share_of_decrease=("decrease_where_injective", "sum"),
        median_condition=("condition_number", "median"),
        largest_condition=("condition_number", "max"),
    )
    kinds["share_of_decrease"] /= maps.groupby(KIND)["decrease"].sum()
    return kinds
