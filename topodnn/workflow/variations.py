"""The choices that could change the verdicts, as variations of the complex of a data set.

A verdict that another reasonable choice would turn is not worth much. Under the key ``robustness``
a configuration lists values of such choices; here they become variations, each with the numbers of
its complex. Variations with the same points at the input and the same ε are looked at by one job.
Choices that need no other Betti numbers are those of :mod:`topodnn.analysis.specifications`.

Source of the method: S. Steegen, F. Tuerlinckx, A. Gelman, W. Vanpaemel, Increasing transparency
through a multiverse analysis, Perspectives on Psychological Science 11(5), 2016.
"""

from collections.abc import Iterable
from itertools import combinations, product
from typing import Any

from topodnn.errors import InputError, listed, shown
from topodnn.workflow.experiments import clouds_of

# In the names of samples and of files: what is varied, and how it is where nothing is.
PREFIX = "vary_"
DEFAULT = f"{PREFIX}default"
# Those that are other points or another ε, for which the input chooses k anew.
OF_COMPLEX = ("scale", "stride", "sample")
# Of more points, what persists takes three times as long as the middle, and is a second choice.
AT_ONE_K = "stride"


def variations(robustness: dict[str, Any], homology: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The variations of the complex of a data set: each choice by itself, and some together.

    Parameters
    ----------
    robustness : dict
        ``networks``; ``vary``, the values of each choice; ``together``, the choices of which every
        combination is looked at, at more k.
    homology : dict
        The numbers of the data set, from which a variation differs.

    Returns
    -------
    dict
        By name, such as ``vary_default``, ``vary_scale_1.5`` or ``vary_scale_1.5-stride_2``: the
        numbers of the complex, with ``sample`` (the seed of a random sample, or None), ``class_by``
        and ``layers``; ``changes``, the values that differ; ``k``, those that are looked at: the
        ``middle`` of the range, what persists over the ``range`` too, ``steps`` over it too, or
        by default ``steps and next``, the k after the middle too;
        ``networks``, how many of each kind;
        ``complex``, the variation with the same points at the input and the same ε, whose job looks
        at this one too; ``chosen_on``, the sample whose input chooses what is auto; ``required``,
        whether the run ends where no k fits.
    """
    default = homology | {"sample": None, "layers": "after_activation"}
    vary = {
        choice: [value for value in values if value != default[choice]]
        for choice, values in robustness["vary"].items()
    }
    alone = [{choice: value} for choice, values in vary.items() for value in values]
    together = [choice for choice in robustness["together"] if choice in vary]
    combined = [
        {choice: value for choice, value in zip(together, values, strict=True) if value is not None}
        for values in product(*([None, *vary[choice]] for choice in together))
    ]
    changes = [*combined, *(change for change in alone if change not in combined)]
    return {
        _name(change): default
        | change
        | _of_complex(change)
        | {
            "changes": change,
            "k": _looked_at(change, change in combined),
            "networks": robustness["networks"],
            "required": False,
        }
        for change in changes
    }


def changes_of(
    varied: dict[tuple[str, str], dict[str, Any]],
) -> dict[str, dict[str, dict[str, Any]]]:
    """The changes of the variations of several data sets, by data set and name."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for (dataset, name), numbers in varied.items():
        found.setdefault(dataset, {})[name] = numbers["changes"]
    return found


def with_complex(
    varied: dict[tuple[str, str], dict[str, Any]], dataset: str, name: str
) -> dict[str, dict[str, Any]]:
    """What the variations of a data set with the complex of one of them look at, by their names."""
    return {
        other: {key: numbers[key] for key in ("class_by", "layers", "k")}
        for (of, other), numbers in varied.items()
        if (of, numbers["complex"]) == (dataset, name)
    }


def varied_datasets(
    robustness: dict[str, Any], datasets: Iterable[str], clouds: list[list[str]]
) -> list[str]:
    """The data sets that are varied: those that are named, and of other clouds of one the first.

    Parameters
    ----------
    robustness : dict
        ``datasets``, names or None for all.
    datasets : iterable of str
        Those of the experiments.
    clouds : list of list of str
        From :func:`topodnn.workflow.experiments.clouds_of`.
    """
    wanted, others = robustness["datasets"], {name for group in clouds for name in group[1:]}
    return [name for name in datasets if name not in others and (wanted is None or name in wanted)]


def check_robustness(config: dict[str, Any]) -> None:
    """Check that what is varied is there, and enough to be judged.

    Raises
    ------
    InputError
        Naming the key, the value found and what is allowed.
    """
    if "robustness" not in config:
        return
    robustness = config["robustness"]
    used = {name for experiment in config["experiments"] for name in experiment["datasets"]}
    datasets = {name: data for name, data in config["datasets"].items() if name in used}
    clouds = clouds_of(datasets)
    allowed = varied_datasets({"datasets": None}, config["datasets"], clouds)
    for name in robustness["datasets"] or []:
        if name not in allowed:
            raise InputError(
                f"robustness.datasets names {shown(name)}, but must name one of "
                f"{listed(allowed)}; of those that differ in their seed only, the first."
            )
    for name in varied_datasets(robustness, datasets, clouds):
        _check_scales(robustness["vary"]["scale"], datasets[name]["homology"]["scale"], name)
    smallest, n_networks = config["claims"]["smallest_group"], robustness["networks"]
    if n_networks < smallest:
        raise InputError(
            f"robustness.networks is {n_networks}, but must be at least claims.smallest_group, "
            f"{smallest}: fewer networks of a kind are not judged."
        )


def _check_scales(varied: list[float], default: float | str, dataset: str) -> None:
    scales = [scale for scale in dict.fromkeys([default, *varied]) if scale != "auto"]
    for one, other in combinations(scales, 2):
        if int(one) == int(other):
            raise InputError(
                f"robustness.vary.scale has {other} beside {one} of {dataset}, but distances are "
                f"whole numbers of hops, and both scales are {int(one)}."
            )


def _name(changes: dict[str, Any]) -> str:
    parts = [f"{choice}_{value}" for choice, value in changes.items()]
    return PREFIX + "-".join(parts) if parts else DEFAULT


def _looked_at(change: dict[str, Any], is_combined: bool) -> str:
    if is_combined:
        return "steps" if change else "steps and next"
    return "middle" if AT_ONE_K in change else "range"


def _of_complex(changes: dict[str, Any]) -> dict[str, str]:
    """The variation that changes the complex alike, and nothing else; whose input chooses k."""
    name = _name({choice: value for choice, value in changes.items() if choice in OF_COMPLEX})
    return {"complex": name, "chosen_on": "homology" if name == DEFAULT else name}
