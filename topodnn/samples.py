"""What a sample of the points shows beside all of them, on the same networks."""

import pandas as pd

from topodnn import KIND
from topodnn.complexity import betti_columns

CURVE = [*KIND, "seed", "class"]


def sample_agreement(sample: pd.DataFrame, all_points: pd.DataFrame) -> pd.DataFrame:
    """How far the Betti numbers of a sample are those of all points.

    Parameters
    ----------
    sample, all_points : DataFrame
        From :func:`topodnn.complexity.tidy_table`. Compared are the well-trained networks that
        both have.

    Returns
    -------
    DataFrame
        Indexed by ``KIND``: n_networks; equal, the share of networks, layers and classes with the
        same Betti numbers, and equal_beta_0, ..., of each; omega_difference and omega_std, mean and
        standard deviation of ω of all points less that of the sample; lowest_in_sample and
        lowest_in_all, the share of networks of which every class ends at β0 = 1 and βk = 0 for
        k ≥ 1.
    """
    ours, theirs = (_curves(table) for table in (sample, all_points))
    ours, theirs = ours.align(theirs, join="inner")
    betas = betti_columns(ours)
    same = ours[betas].eq(theirs[betas]) | ours[betas].isna()  # missing: not computed
    difference = theirs["omega"] - ours["omega"]
    rows = same.add_prefix("equal_").assign(equal=same.all(axis=1), omega_difference=difference)
    kinds = rows.groupby(KIND).mean()
    kinds.insert(0, "n_networks", rows.reset_index().groupby(KIND)["seed"].nunique())
    kinds["omega_std"] = difference.groupby(KIND).std()
    kinds["lowest_in_sample"] = _share_at_lowest(ours)
    kinds["lowest_in_all"] = _share_at_lowest(theirs)
    return kinds


def _curves(table: pd.DataFrame) -> pd.DataFrame:
    """Betti numbers and ω of the well-trained networks, by layer."""
    rows = table[table["well_trained"]].set_index([*CURVE, "layer"]).sort_index()
    return rows[[*betti_columns(table), "omega"]].astype(float)


def _share_at_lowest(curves: pd.DataFrame) -> pd.Series:
    last = curves.groupby(CURVE).last()
    lowest = last["beta_0"].eq(1) & last["omega"].eq(1)
    return lowest.groupby([*KIND, "seed"]).all().groupby(KIND).mean()
