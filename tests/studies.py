"""Studies made by hand: networks of which ω is given, and how they are judged."""

import numpy as np
import pandas as pd

from scripts.judge_claims import gathered
from tests.conftest import curves
from topodnn.analysis.curves import curve_summaries
from topodnn.analysis.judging import judge
from topodnn.analysis.sentences import claim_sentence
from topodnn.analysis.verdicts import Evidence
from topodnn.columns import KIND

THRESHOLDS = {
    "confidence": 0.95, "n_bootstrap": 200, "alpha": 0.05, "smallest_group": 10,
    "simplified_share": 0.9, "decrease_share": 0.9, "faster_by": 0.05, "late_share": 0.5,
    "even_tolerance": 0.1667, "depth_networks": None, "seed": 0,
}  # fmt: skip
EARLY = [17, 17, 9, 5, 1, 1, 1, 1, 1, 1, 1]
EARLY_HALF_LIFE = 2  # ω − 1 goes from 16 to 8
LATE = [17, 17, 17, 17, 17, 17, 17, 9, 5, 1, 1]
EVEN = [31, 28, 25, 22, 19, 16, 13, 10, 7, 4, 1]
AT_THE_END = [17, 17, 17, 1]


def weights_of(table: pd.DataFrame, not_injective: int = 0) -> pd.DataFrame:
    """Weights of which those of one layer are not injective."""
    maps = table[[*KIND, "seed", "layer"]].drop_duplicates().query("layer > 0")
    return maps.assign(injective=maps["layer"] != not_injective, condition_number=5.0)


def networks(*omegas: list[float], n: int = 12, **columns) -> pd.DataFrame:
    """The rows of n networks of a kind, of which ω is each of the curves given in turn."""
    return pd.concat([curves(seed, omegas[seed % len(omegas)], **columns) for seed in range(n)])


def persisting(table: pd.DataFrame, lost: int = 0) -> pd.DataFrame:
    """The table with what persists over a range of k: β1 less what is lost, at the least 0."""
    beta_1 = (table["beta_1"] - lost).clip(lower=0)
    return table.assign(
        k_low=10, k_high=20, persistent_beta_0=table["beta_0"], persistent_beta_1=beta_1,
        persistent_omega=table["beta_0"] + beta_1, persistent_input_is_true=table["input_is_true"],
    )  # fmt: skip


def evidence_of(table: pd.DataFrame) -> dict[str, Evidence]:
    """What is known of a table at one scale, as judge_claims gathers it."""
    return {"one scale": gathered(table, weights_of(table), THRESHOLDS)}


def judged(*parts: pd.DataFrame, **thresholds) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Comparisons, and verdicts indexed by claim."""
    settings = {**THRESHOLDS, **thresholds}
    summaries = curve_summaries(pd.concat(parts))
    comparisons, verdicts = judge(summaries, settings, np.random.default_rng(0))
    return comparisons, verdicts.set_index("claim", drop=False)


def sentence(claim: int, comparisons: pd.DataFrame, verdicts: pd.DataFrame) -> str:
    return claim_sentence(verdicts.loc[claim].to_dict(), comparisons, THRESHOLDS)


STUDY = pd.concat(
    [
        networks(EARLY, EVEN, activation="relu"),
        networks(LATE, EVEN, EARLY, activation="tanh"),
        networks(AT_THE_END, [17, 9, 5, 2], activation="tanh", network="2x25"),
    ]
)
