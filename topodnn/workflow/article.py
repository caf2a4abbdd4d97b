"""What the article of a run reads and shows: tables, figures, data sets, trainings."""

from types import SimpleNamespace
from typing import Any

from topodnn.columns import KIND
from topodnn.workflow import outputs
from topodnn.workflow.experiments import neighbors_of
from topodnn.workflow.plan import KIND_PATH, PANEL_PATH, Plan

# Of the kept results, the figures that are shown.
REAL_DATA = ["MNIST/9x15/fast/epsilons_omega"]
SPECIFICATIONS = [f"specifications_claim_{claim}" for claim in outputs.CLAIMS]
SPEED = ["D-I/speed", "D-II/speed"]
NULLS = ["D-I/9x15/protocols", "D-II/9x15/protocols"]
SHARP_FORMATS = ("pdf", "svg", "png")  # the first that is drawn is shown


def tables(plan: Plan, kept: str) -> dict[str, str]:
    """The tables that the article reads, by name.

    Parameters
    ----------
    plan : Plan
    kept : str
        The folder of the results that are kept, of which those of other configurations may stand
        beside those of the run.
    """
    results, beside = plan.results, plan.settings["article"]["beside"]
    found = {
        "verdicts": f"{results}/claims/verdicts.csv",
        "comparisons": f"{results}/claims/comparisons.csv",
        "persistent_comparisons": f"{results}/claims/persistent_comparisons.csv",
        "injective": f"{results}/claims/injective.csv",
        "persistent_injective": f"{results}/claims/persistent_injective.csv",
        "well_trained": f"{results}/tables/well_trained.csv",
        "benchmarks": f"{results}/benchmarks.csv",
        "provenance": f"{results}/provenance.yaml",
    }
    if plan.with_all_points:
        found["samples"] = f"{results}/tables/samples.csv"
    if outputs.barcodes(plan):
        found["scales"] = f"{results}/tables/scales.csv"
    if of_epsilons := _results_at_all_scales(plan, kept):
        found["epsilon_claims"] = f"{of_epsilons}/tables/epsilon_claims.csv"
        found["epsilon_networks"] = f"{of_epsilons}/tables/well_trained.csv"
    if of_choices := _results_under_choices(plan, kept):
        found["robustness"] = f"{of_choices}/tables/robustness.csv"
        found["sampling_noise"] = f"{of_choices}/tables/sampling_noise.csv"
    if of_activations := _results_of_activations(plan, kept):
        found["speed"] = f"{of_activations}/tables/speed.csv"
        found["speed_correlations"] = f"{of_activations}/tables/speed_correlations.csv"
        if of_activations != plan.results or of_nulls(plan):
            found["null_claims"] = f"{of_activations}/tables/protocol_claims.csv"
            found["null_means"] = f"{of_activations}/tables/complexity.csv"
            found["null_trials"] = f"{of_activations}/trials.csv"
    if "protocols" in beside:
        found["protocols"] = f"{kept}/protocols/tables/protocols.csv"
        found["protocol_trials"] = f"{kept}/protocols/tables/trials.csv"
        found["protocol_claims"] = f"{kept}/protocols/tables/protocol_claims.csv"
        found["protocol_verdicts"] = f"{kept}/protocols/tables/protocol_verdicts.csv"
    if "data_seeds" in beside:
        found["data_seeds"] = f"{kept}/data_seeds/tables/data_seeds.csv"
        found["data_seed_comparisons"] = f"{kept}/data_seeds/claims/comparisons.csv"
        found["persistent_data_seed_comparisons"] = (
            f"{kept}/data_seeds/claims/persistent_comparisons.csv"
        )
    if "original_k" in beside:
        found["original_k"] = f"{kept}/original_k/claims/comparisons.csv"
    if "notebook" in beside:
        found["tutorial"] = f"{kept}/notebook/persistence/summary.csv"
    return found


def figures(plan: Plan, kept: str) -> dict[str, list[str]]:
    """The figures that the article shows, by their place in it; `kept` as for :func:`tables`."""
    drawn = outputs.panels(plan)
    hardest = [key for key in plan.chosen if key[1] == "all_points"] or plan.chosen
    side_by_side: dict[str, str] = {}  # data set → its first panel of more than one activation
    for panel in drawn["curves"]:
        kinds = plan.paths(KIND_PATH, [b for b in plan.batches if PANEL_PATH.format(**b) == panel])
        if len(kinds) > 1:
            side_by_side.setdefault(panel.partition("/")[0], panel)
    names = {
        "data": outputs.figures(plan)["plot_data"],
        "scale": [f"{dataset}/scale_{sample}" for dataset, sample in hardest[:1]],
        "layers": [f"{kind}/layers" for kind in drawn["layers"][-1:]],
        "barcode": outputs.figures(plan)["plot_barcode"][-1:],
        "class_0": [f"{panel}/class_0" for panel in drawn["curves"][:2][-1:]],
        "activations": [f"{panel}/activations" for panel in [*side_by_side.values()][:2]],
        "comparisons": outputs.figures(plan)["plot_comparisons"],
        "samples": [f"{panel}/samples" for panel in drawn["samples"][:1]],
        "epsilons": [f"{panel}/epsilons_omega" for panel in drawn["epsilons"][:2]],
    }
    others = {
        "specifications": outputs.figures(plan)["plot_robustness"],
        "speed": outputs.figures(plan)["plot_speed"],
        "nulls": [f"{network}/protocols" for network in drawn["protocols"] if of_nulls(plan)],
    }
    names |= {place: some for place, some in others.items() if some}
    formats = plan.settings["figure_formats"]
    ending = next(ending for ending in SHARP_FORMATS if ending in formats)
    found = {
        place: [f"{plan.results}/figures/{name}.{ending}" for name in some]
        for place, some in names.items()
    }
    of_epsilons = _results_at_all_scales(plan, kept)
    if of_epsilons and of_epsilons != plan.results:
        found["epsilons"] = [f"{of_epsilons}/figures/{name}.png" for name in REAL_DATA]
    for results, shown in (
        (_results_under_choices(plan, kept), {"specifications": SPECIFICATIONS}),
        (_results_of_activations(plan, kept), {"speed": SPEED, "nulls": NULLS}),
    ):
        if results and results != plan.results:
            for place, some in shown.items():
                found[place] = [f"{results}/figures/{name}.png" for name in some]
    return found


def _results_at_all_scales(plan: Plan, kept: str) -> str | None:
    return _own_or_kept(plan, kept, "real-data", outputs.judged_at_all_scales(plan))


def _results_under_choices(plan: Plan, kept: str) -> str | None:
    return _own_or_kept(plan, kept, "robustness", bool(plan.varied))


def _results_of_activations(plan: Plan, kept: str) -> str | None:
    return _own_or_kept(plan, kept, "activations", bool(outputs.with_many_activations(plan)))


def _own_or_kept(plan: Plan, kept: str, name: str, is_own: bool) -> str | None:
    """The folder of results that a run may have itself, else the kept ones where they are asked."""
    if is_own:
        return plan.results
    return f"{kept}/{name}" if name in plan.settings["article"]["beside"] else None


def of_nulls(plan: Plan) -> bool:
    """Whether some networks of the run learn nothing: untrained, of shuffled labels, or linear."""
    return any(
        batch["training"].get("epochs") == 0
        or batch["training"].get("shuffle_labels", False)
        or batch["activation"] == "identity"
        for batch in plan.trained
    )


def data(plan: Plan) -> dict[str, dict[str, Any]]:
    """What the article says of each data set: title, file, complex, and how it was chosen."""
    return {
        name: {
            "title": plan.titles[name],
            "path": f"{plan.results}/data/{name}.npz",
            "homology": (numbers := plan.samples[name, "homology"]) | neighbors_of(numbers),
            "chosen": [
                path
                for path in [*outputs.scale_tables(plan), *outputs.scale_choices(plan)]
                if path.startswith(f"{plan.results}/scale/{name}/homology.")
            ],
        }
        for name in plan.paths("{dataset}")
    }


def trainings(plan: Plan) -> list[dict[str, Any]]:
    """With which numbers the networks of each kind are trained, those read from files left out."""
    kinds = {KIND_PATH.format(**batch): batch for batch in plan.trained}
    return [
        {**{key: kind[key] for key in KIND}, "numbers": plan.protocol(SimpleNamespace(**kind))}
        for kind in kinds.values()
    ]


def figure_files(plan: Plan, kept: str) -> list[str]:
    """The figures that the article shows, in one list."""
    return [path for paths in figures(plan, kept).values() for path in paths]


def kept_beside(plan: Plan, kept: str) -> list[str]:
    """The tables of other results that the article reads."""
    return [path for path in tables(plan, kept).values() if path.startswith(f"{kept}/")]
