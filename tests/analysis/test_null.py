"""Verdicts where there is nothing to find: how often they say that a claim holds."""

import numpy as np
import pandas as pd
from scipy import stats

from tests.conftest import KIND
from tests.studies import THRESHOLDS
from topodnn.analysis.claims import activation_differences, depth_trends
from topodnn.analysis.curves import curve_summaries
from topodnn.analysis.judging import verdict
from topodnn.analysis.measures import network_values

N_STUDIES, N_NETWORKS = 40, 12
THIRDS = [0, 2 / 3, 1]


def studies(rng: np.random.Generator) -> pd.DataFrame:
    """Studies, a data set each, in which neither activation nor depth makes a difference.

    ω falls from 101 to 1, a random share of it in the last third of the layers.
    """
    kinds = [
        KIND | {"dataset": str(study), "activation": activation, "network": network, "seed": seed}
        for study in range(N_STUDIES)
        for activation in ("relu", "tanh")
        for network in ("2x25", "8x25")
        for seed in range(N_NETWORKS)
    ]
    rows = []
    for kind, share in zip(kinds, rng.uniform(size=len(kinds)), strict=True):
        depth = 3 if kind["network"] == "2x25" else 9
        layers = np.arange(depth + 1)
        omega = np.interp(layers / depth, THIRDS, [101, 1 + 100 * share, 1])
        rows += [kind | {"layer": k, "omega": w} for k, w in zip(layers, omega, strict=True)]
    table = pd.DataFrame(rows).assign(well_trained=True, input_is_true=True, beta_0=1)
    return table.assign(beta_1=table["omega"] - 1, **{"class": 0})


def test_claims_2_and_3_are_replicated_by_chance_at_most_as_often_as_alpha_says():
    rng = np.random.default_rng(6)
    networks = network_values(curve_summaries(studies(rng)))
    thresholds = THRESHOLDS | {"n_bootstrap": 20}  # the intervals decide neither
    most = stats.binom.ppf(0.99, N_STUDIES, THRESHOLDS["alpha"])
    for test, n_deciding in ((activation_differences, 1), (depth_trends, 2)):
        found = [test(study, thresholds, rng)[0] for _, study in networks.groupby("dataset")]
        answers = [rows.loc[rows["decides"], "holds"].tolist() for rows in found]
        assert {len(given) for given in answers} == {n_deciding}
        assert sum(verdict(given) != "not replicated" for given in answers) <= most
        assert sum(set(given) != {"no"} for given in answers) <= most  # "partly" is as rare
