"""What changes in topology where a weight matrix is injective."""

import pandas as pd

from topodnn.columns import KIND, betti_columns


def changes_where_injective(table: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """How often Betti numbers change from a layer to the next where the map between is injective.

    With an activation that is one to one and continuous both ways (tanh, sigmoid, leaky ReLU) such
    a map is a homeomorphism of the space onto its image, which changes no topology. A change there
    is one of what a sample of points shows at a scale, or over a range of scales.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`.
    weights : DataFrame
        The columns of ``KIND``, and those of :func:`topodnn.networks.ranks.weight_ranks`.

    Returns
    -------
    DataFrame
        Indexed by ``KIND``, for the well-trained networks whose input is not known to be wrong:
        n_networks; n_maps, from every layer to the next of every network; n_injective;
        share_changed, the share of the injective maps at which a Betti number of a class changes;
        share_of_decrease, the part that injective maps have in the sum of all decreases of ω from
        layer to layer; median_condition and largest_condition, condition numbers of the injective
        maps.
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
