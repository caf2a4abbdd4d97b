"""The verdicts under every choice that could change them: a multiverse of specifications.

A *specification* is a value for each choice. The default one is that of the verdicts themselves.
The others differ in one choice, or in several of those that are combined in full; each is judged
anew by the rules of :mod:`topodnn.analysis.claims`.

Source: U. Simonsohn, J. P. Simmons, L. D. Nelson, Specification curve analysis, Nature Human
Behaviour 4, 2020.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from topodnn.analysis.curves import KEYS, curve_summaries
from topodnn.analysis.judging import judged_claims, verdict
from topodnn.analysis.measures import network_values
from topodnn.analysis.tidy import of_measure
from topodnn.columns import MEASURES, betti_columns

# The choices, and the value of each that is the default.
DEFAULTS: dict[str, Any] = {
    "k": "middle",
    "scale": "default",
    "quantity": "omega",
    "crossing": "first",
    "stride": "default",
    "sample": "default",
    "class_by": "default",
    "layers": "default",
    "networks": "all",
    "protocol": "default",
    "cloud": "default",
    "threshold": "default",
    "bootstrap": "default",
}
CHOICES = list(DEFAULTS)
QUANTITIES = ["omega", "beta_0"]
CROSSINGS = ["first", "last"]
LARGEST_K = "step 5"  # the end of the range of k
# Thresholds that decide answers, and of which claims; others are of intervals and group sizes.
THRESHOLDS = {
    "alpha": [2, 3],
    "simplified_share": [1],
    "decrease_share": [1],
    "faster_by": [2],
    "late_share": [3],
    "even_tolerance": [3],
}
CLAIMS = [1, 2, 3]
ANSWERS = [
    "claim", *KEYS, "compared_with", "n_networks", "n_compared", "estimate", "low", "high", "holds",
]  # fmt: skip


def specifications(
    table: pd.DataFrame,
    varied: pd.DataFrame,
    thresholds: dict[str, Any],
    *,
    protocol: str,
    changes: dict[str, dict[str, dict[str, Any]]],
    clouds: list[list[str]],
    threshold_change: float,
    bootstrap_seeds: list[int],
    report: Callable[[int, int, str], None] = lambda done, total, text: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge the claims under every specification.

    Parameters
    ----------
    table : DataFrame
        From :func:`topodnn.analysis.tidy.tidy_table`: all networks, the complex of the verdicts.
    varied : DataFrame
        The first networks of each kind under every variation of the complex: columns variation, at
        (which k, or persistent), and those of `table` that a curve needs.
    thresholds : dict
        See :mod:`topodnn.analysis.claims`.
    protocol : str
        Of the networks that are judged by default.
    changes : dict
        By data set that is varied and by variation: the choices in which it differs. Where a value
        is a data set's own default, that data set lacks the variation: the default one stands for
        it in the verdict over all data.
    clouds : list of list of str
        Groups of data sets that are other clouds of the same shape; the first of each is judged.
    threshold_change : float
        By which share each threshold is raised and lowered; shares stay at most 1.
    bootstrap_seeds : list of int
    report : callable
        Called after every specification with how many are done, how many there are, and a text.

    Returns
    -------
    verdicts : DataFrame
        One row per specification and claim that it may change: ``specification``, its number; the
        columns of ``CHOICES``; ``n_choices``, how many differ from the default; datasets, those on
        which it differs from other specifications, with blanks between; claim, verdict,
        n_comparisons, n_yes, n_partly, n_no, estimate, low, high. A claim is not tested where a
        data set that decides it by default does not.
    answers : DataFrame
        One row per specification and comparison that decides, of its ``datasets`` only:
        ``specification`` and the columns ``ANSWERS``. Where the input of a data set shows other
        Betti numbers than the true ones, its networks are not judged, and their rows are missing.
    """
    main = table[table["protocol"] == protocol]
    others = {name for group in clouds for name in group[1:]}
    listed = [
        *_of_all_networks(table, main, thresholds, others, clouds, protocol),
        *_of_thresholds(main, thresholds, others, threshold_change, bootstrap_seeds),
        *_of_variations(varied[~varied["dataset"].isin(others)], thresholds, changes),
    ]
    verdicts, answers = [], []
    decide: set[tuple[int, str]] = set()  # the claims and data sets that are judged by default
    measured: dict[tuple[int, str], pd.DataFrame] = {}  # many specifications are of the same rows
    for number, (choices, rows, limits, datasets) in enumerate(listed):
        claims, quantity = _claims(choices), choices.get("quantity", "omega")
        if (id(rows), quantity) not in measured:
            measured[id(rows), quantity] = _networks(rows, quantity)
        networks = measured[id(rows), quantity]
        if choices.get("crossing") == "last":
            networks = networks.assign(half_life=networks["last_half_life"])
        found, summary = (t[t["claim"].isin(claims)] for t in _judge(networks, limits))
        judged = set(zip(found["claim"], found["dataset"], strict=True))
        decide = judged if number == 0 else decide
        missing = summary["claim"].isin({claim for claim, _ in decide - judged})
        summary.loc[missing, "verdict"] = verdict([])
        summary.loc[missing, ["estimate", "low", "high"]] = np.nan  # of other data sets
        changed = {choice: value for choice, value in choices.items() if value != DEFAULTS[choice]}
        about = {"specification": number, **DEFAULTS, **choices, "n_choices": len(changed)}
        verdicts.append(summary.assign(**about, datasets=" ".join(datasets)))
        answers.append(found[found["dataset"].isin(datasets)].assign(specification=number))
        report(number + 1, len(listed), ", ".join(f"{k} {v}" for k, v in changed.items()))
    kept = ["datasets", "claim", "verdict", "n_comparisons", "n_yes", "n_partly", "n_no"]
    columns = ["specification", *CHOICES, "n_choices", *kept, "estimate", "low", "high"]
    return (
        pd.concat(verdicts, ignore_index=True)[columns],
        pd.concat(answers, ignore_index=True)[["specification", *ANSWERS]],
    )


# Choices, the rows that are judged, thresholds, and the data sets whose answers are its own.
Listed = Iterator[tuple[dict[str, Any], pd.DataFrame, dict[str, Any], list[str]]]


def _of_all_networks(
    table: pd.DataFrame,
    main: pd.DataFrame,
    thresholds: dict[str, Any],
    others: set[str],
    clouds: list[list[str]],
    protocol: str,
) -> Listed:
    """The default, and what differs from it without another complex."""
    shown = main[~main["dataset"].isin(others)]
    rows_of = {measure: of_measure(shown, measure) for measure in MEASURES}
    for measure, quantity, crossing in product(MEASURES, QUANTITIES, CROSSINGS):
        rows = rows_of[measure]
        choices = {"quantity": quantity, "crossing": crossing}
        k = {} if measure == "one scale" else {"k": measure}
        if len(rows) and len(k) + (quantity != "omega") + (crossing != "first") < 2:
            yield k | choices, rows, thresholds, _names(rows)
    for name in sorted(set(table["protocol"]) - {protocol}):
        of_protocol = table[(table["protocol"] == name) & ~table["dataset"].isin(others)]
        rows = of_measure(of_protocol, "one scale")
        yield {"protocol": name}, rows, thresholds, _names(rows)
    for group in clouds:
        for cloud in group[1:]:
            rows = main[~main["dataset"].isin(others - {cloud} | {group[0]})]
            rows = rows.assign(dataset=rows["dataset"].replace(cloud, group[0]))
            yield {"cloud": cloud}, of_measure(rows, "one scale"), thresholds, [group[0]]


def _of_thresholds(
    main: pd.DataFrame,
    thresholds: dict[str, Any],
    others: set[str],
    change: float,
    seeds: list[int],
) -> Listed:
    rows = of_measure(main[~main["dataset"].isin(others)], "one scale")
    for name, sign in product(THRESHOLDS, (-1, 1)):
        value = min(thresholds[name] * (1 + sign * change), 1)
        choice = {"threshold": f"{name} {value:.3g}"}
        yield choice, rows, thresholds | {name: value}, _names(rows)
    for seed in seeds:
        yield {"bootstrap": f"seed {seed}"}, rows, thresholds | {"seed": seed}, _names(rows)


def _of_variations(
    varied: pd.DataFrame, thresholds: dict[str, Any], changes: dict[str, dict[str, dict[str, Any]]]
) -> Listed:
    """Those of other complexes: in full over k, quantity and crossing where k has many values."""
    merged = by_variation(changes)
    default = next((name for name, changed in merged.items() if not changed), None)
    for variation, changed in merged.items():
        datasets = [name for name, of_data in changes.items() if variation in of_data]
        own = (varied["variation"] == variation) & varied["dataset"].isin(datasets)
        others = (varied["variation"] == default) & ~varied["dataset"].isin(datasets)
        steps = list(varied.loc[own, "at"].unique()) or ["middle"]  # nothing, where no k fits
        in_full = not {"middle", "persistent"}.issuperset(steps)
        quantities, crossings = (QUANTITIES, CROSSINGS) if in_full else (["omega"], ["first"])
        rows_at = {at: varied[(own | others) & (varied["at"] == at)] for at in steps}
        again = _steps_again(varied[own])
        for at, quantity, crossing in product(steps, quantities, crossings):
            if (quantity, at) == ("beta_0", "persistent") and LARGEST_K in steps:
                continue  # the components that persist are those at the largest k
            choices = {"k": at, "quantity": quantity, "crossing": crossing, "networks": "first"}
            choices |= {choice: str(value) for choice, value in changed.items()}
            new = [name for name in datasets if (name, at) not in again]
            if new:
                yield choices, rows_at[at], thresholds, new


def _steps_again(rows: pd.DataFrame) -> set[tuple[str, str]]:
    """The data sets and steps of which k is that of an earlier step: the range has few k."""
    steps = rows[["dataset", "at", "k"]].drop_duplicates()
    again = steps[steps.duplicated(["dataset", "k"])]
    return set(zip(again["dataset"], again["at"], strict=True))


def by_variation(changes: dict[str, dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """The choices in which each variation differs, whatever data sets have it."""
    return {name: changed for of_data in changes.values() for name, changed in of_data.items()}


def _names(rows: pd.DataFrame) -> list[str]:
    return list(rows["dataset"].unique())


def _claims(choices: dict[str, Any]) -> list[int]:
    """The claims that a specification may change: most choices of judging are of one."""
    if "bootstrap" in choices:
        return [1]  # the others are decided by tests
    if "threshold" in choices:
        return THRESHOLDS[choices["threshold"].split()[0]]
    return CLAIMS if choices.get("crossing", "first") == "first" else [2]


def _networks(rows: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """The measures of the networks: of ω, or as if β0 were all that there is."""
    if quantity == "beta_0":
        rows = rows.drop(columns=betti_columns(rows)[1:]).assign(omega=rows["beta_0"])
    return network_values(curve_summaries(rows)) if len(rows) else rows


def _judge(networks: pd.DataFrame, thresholds: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The comparisons that decide under one specification, and the verdicts."""
    if networks.empty:
        numbers = dict.fromkeys(["n_comparisons", "n_yes", "n_partly", "n_no"], 0)
        unknown = dict.fromkeys(["estimate", "low", "high"], np.nan)
        untested = pd.DataFrame({"claim": CLAIMS, "verdict": verdict([]), **numbers, **unknown})
        return pd.DataFrame(columns=ANSWERS), untested
    rng = np.random.default_rng(thresholds["seed"])
    tested, verdicts = judged_claims(networks, thresholds, rng)
    found = pd.concat([claim for claim in tested if len(claim)] or tested)
    found = found[found["decides"].eq(True)].reindex(columns=ANSWERS)
    return found, pd.DataFrame(verdicts)


def one_at_a_time(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The rows of specifications that differ from the default in one choice.

    Those of another complex are of the first networks only, which is not counted as a choice.
    """
    n_others = verdicts["n_choices"] - (verdicts["networks"] != DEFAULTS["networks"])
    return verdicts[n_others <= 1]


def shares(verdicts: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """How many specifications give each answer, by claim and by comparison.

    Parameters
    ----------
    verdicts, answers : DataFrame
        From :func:`specifications`.

    Returns
    -------
    DataFrame
        One row per claim over all data sets, whose answers are the verdicts, and one per
        comparison: claim, dataset, network, activation, compared_with (not of claim 3, which
        compares with the fewest layers that there are); n_specifications, those of the claim that
        differ on the data set; varied, whether its complexes are; yes, partly, no, untested, shares
        of the specifications; default, the answer of the default one; estimate, its effect, and
        lowest, highest, the range of the effect; of each of ``QUANTITIES`` by itself the number and
        the shares, such as n_omega and yes_omega (missing where none is of it).
    """
    words = {"replicated": "yes", "partly replicated": "partly", "not replicated": "no"}
    over_all = verdicts.assign(
        dataset="all", network="", activation="", compared_with="",
        holds=verdicts["verdict"].map(words),
    )  # fmt: skip
    columns = ["specification", "claim", *KEYS, "compared_with", "estimate", "holds"]
    rows = pd.concat([over_all[columns], answers[columns]])
    rows = rows.fillna({"network": "", "compared_with": ""})
    rows.loc[rows["claim"] == 3, ["network", "compared_with"]] = ""
    found = []
    for key, group in rows.groupby(["claim", *KEYS, "compared_with"], sort=False):
        default = group[group["specification"] == 0]
        of_claim = verdicts[verdicts["claim"] == key[0]]
        looked_at = of_claim[of_dataset(of_claim, key[1])]
        found.append(
            {
                **dict(zip(["claim", *KEYS, "compared_with"], key, strict=True)),
                "n_specifications": len(looked_at),
                "varied": looked_at["networks"].ne(DEFAULTS["networks"]).any(),
                **_answer_shares(group, looked_at),
                "default": default["holds"].iloc[0] if len(default) else pd.NA,
                "estimate": default["estimate"].iloc[0] if len(default) else np.nan,
                "lowest": group["estimate"].min(),
                "highest": group["estimate"].max(),
                **_shares_by_quantity(group, looked_at),
            }
        )
    return pd.DataFrame(found).sort_values("claim", kind="stable", ignore_index=True)


def _answer_shares(answers: pd.DataFrame, looked_at: pd.DataFrame) -> dict[str, float]:
    """The share of each answer in the specifications that are looked at, untested the rest."""
    n = len(looked_at) or np.nan
    answered = {word: (answers["holds"] == word).sum() / n for word in ("yes", "partly", "no")}
    return answered | {"untested": 1 - sum(answered.values())}


def _shares_by_quantity(answers: pd.DataFrame, looked_at: pd.DataFrame) -> dict[str, float]:
    found: dict[str, float] = {}
    for quantity in QUANTITIES:
        of_quantity = looked_at[looked_at["quantity"] == quantity]
        own = answers[answers["specification"].isin(of_quantity["specification"])]
        shares_of = _answer_shares(own, of_quantity)
        found |= {f"n_{quantity}": len(of_quantity)}
        found |= {f"{word}_{quantity}": share for word, share in shares_of.items()}
    return found


def of_dataset(verdicts: pd.DataFrame, dataset: str) -> pd.Series:
    """Where a specification differs on a data set from other specifications, or on all data."""
    if dataset == "all":
        return pd.Series(True, index=verdicts.index)
    return verdicts["datasets"].str.split().map(lambda names: dataset in names).astype(bool)
