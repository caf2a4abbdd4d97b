"""The network that stands for its kind in pictures."""

import pandas as pd

from topodnn.analysis.tidy import kept_trials


def shown_network(trials: pd.DataFrame) -> tuple[int, bool]:
    """The seed of the first well-trained network, and whether it is well trained.

    Where no network is, it is the one with the fewest training errors.

    Parameters
    ----------
    trials : DataFrame
        The trials of networks of one kind.
    """
    kept = kept_trials(trials)
    kept = kept.sort_values(["well_trained", "train_error", "seed"], ascending=[False, True, True])
    return int(kept["seed"].iloc[0]), bool(kept["well_trained"].iloc[0])
