"""What became of the trials of each kind of network."""

import pandas as pd

from topodnn.analysis.sentences import format_intervals
from topodnn.analysis.statistics import wilson_interval
from topodnn.analysis.texts import in_both_formats
from topodnn.columns import KIND

CONFIDENCE = 0.95
NEAR, FAR = 0.01, 0.1  # training errors that tell apart how a trial failed
HEADINGS = {
    "dataset": "Data", "network": "Network", "protocol": "Protocol", "activation": "Activation",
    "n_networks": "Networks", "n_trials": "Trials", "n_well_trained": "Well trained",
}  # fmt: skip


def trial_outcomes(trials: pd.DataFrame) -> pd.DataFrame:
    """Count the trials of each kind of network that ended well trained, and how others failed.

    Parameters
    ----------
    trials : DataFrame
        One row per trial: ``KIND``, seed, steps, train_error and well_trained. Networks that were
        read and not trained have no steps, and are left out.

    Returns
    -------
    DataFrame
        One row per kind: ``KIND``; n_networks (seeds), n_trials, n_well_trained; share of the
        trials, low and high (Wilson's 95 % interval); n_near, n_between and n_far, the trials that
        failed with a training error of at most 1 %, of at most 10 %, and of more; median_steps.
    """
    trained = trials[trials["steps"].notna()]
    failed = trained["train_error"].where(~trained["well_trained"].astype(bool))
    near, far = failed <= NEAR, failed > FAR
    parts = trained.assign(near=near, between=failed.notna() & ~near & ~far, far=far)
    table = parts.groupby(KIND, as_index=False).agg(
        n_networks=("seed", "nunique"),
        n_trials=("seed", "size"),
        n_well_trained=("well_trained", "sum"),
        n_near=("near", "sum"),
        n_between=("between", "sum"),
        n_far=("far", "sum"),
        median_steps=("steps", "median"),
    )
    n_good, n_trials = table["n_well_trained"].astype(int), table["n_trials"]
    low, high = wilson_interval(n_good.to_numpy(), n_trials.to_numpy(), CONFIDENCE)
    table.insert(table.columns.get_loc("n_near"), "share", n_good / n_trials)
    table.insert(table.columns.get_loc("n_near"), "low", low)
    table.insert(table.columns.get_loc("n_near"), "high", high)
    return table


def trial_texts(outcomes: pd.DataFrame) -> tuple[str, str]:
    """The table of :func:`trial_outcomes` in Markdown and LaTeX."""
    table = outcomes[list(HEADINGS)].rename(columns=HEADINGS)
    table["Share of trials"] = format_intervals(outcomes, "share", "low", "high")
    ways = zip(*(outcomes[f"n_{way}"] for way in ("near", "between", "far")), strict=True)
    table["Failed: ≤ 1 %, ≤ 10 %, more"] = [", ".join(map(str, way)) for way in ways]
    table["Steps"] = outcomes["median_steps"].map("{:,.0f}".format)
    text = (
        "Trials that ended well trained, with Wilson's 95 % interval of the share; the training "
        "error of those that failed; the median of the steps of a trial."
    )
    return in_both_formats(table.astype(str), text, "tab:trials", n_text_columns=4)
