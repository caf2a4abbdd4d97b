"""The files that a run ends with, by the rule that makes them: figures, tables, article, crate."""

import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from topodnn.columns import KIND
from topodnn.workflow.experiments import neighbors_of
from topodnn.workflow.plan import BATCH_PATH, KIND_PATH, PANEL_PATH, Plan

WEB_FORMATS = ("png", "svg", "pdf")  # the first that is drawn is the one of the report
SHARP_FORMATS = ("pdf", "svg", "png")  # and of the article
# The rules whose time and memory are kept: those before the tables.
MEASURED = [
    "generate_data",
    "read_data",
    "choose_scale",
    "train",
    "read_weights",
    "extract_activations",
    "compute_homology",
    "compute_barcode",
    "compute_persistence",
]


def unique(names: Iterable[str]) -> list[str]:
    """The names, each once, in their order."""
    return list(dict.fromkeys(names))


def drawn_kinds(plan: Plan, what: str) -> list[str]:
    """The kinds of network of which something is drawn, such as ``"layers"``, as paths."""
    return plan.paths(KIND_PATH, [b for b in plan.batches if what in b["figures"]])


def panels_of(kinds: Iterable[str]) -> list[str]:
    """The panels DATASET/NETWORK/PROTOCOL that kinds of network belong to."""
    return unique(kind.rpartition("/")[0] for kind in kinds)


def barcodes(plan: Plan) -> list[str]:
    """The kinds of network that have a barcode over k: those whose layers are drawn, of a range."""
    kinds = [k for k in drawn_kinds(plan, "layers") if plan.has_range(k.partition("/")[0])]
    if plan.settings["kept"]:  # results that were kept before there were barcodes have none
        kinds = [k for k in kinds if Path(f"{plan.results}/barcodes/{k}.csv").is_file()]
    return kinds


def barcode_files(plan: Plan) -> list[str]:
    """The table of every barcode over k."""
    return [f"{plan.results}/barcodes/{kind}.csv" for kind in barcodes(plan)]


def several_protocols(plan: Plan) -> list[str]:
    """The networks DATASET/NETWORK of which an activation is trained by several protocols."""
    protocols: dict[tuple[str, str, str], set[str]] = {}
    for batch in plan.batches:
        key = batch["dataset"], batch["network"], batch["activation"]
        protocols.setdefault(key, set()).add(batch["protocol"])
    return sorted({"/".join(key[:2]) for key, names in protocols.items() if len(names) > 1})


def several_data_seeds(plan: Plan) -> list[list[str]]:
    """The groups of data sets that differ in nothing but their seed, and in the title if any."""
    alike: dict[str, dict[int, str]] = {}
    for name in plan.titles:
        dataset = plan.settings["datasets"][name]
        shared = {key: value for key, value in dataset.items() if key not in ("seed", "title")}
        alike.setdefault(json.dumps(shared, sort_keys=True), {}).setdefault(dataset["seed"], name)
    return [list(names.values()) for names in alike.values() if len(names) > 1]


def panels(plan: Plan) -> dict[str, list[str]]:
    """What is drawn → the panels, kinds or networks of which it is, in the order of the files."""
    with_curves = panels_of(drawn_kinds(plan, "curves"))
    on_all_points = set(plan.paths(PANEL_PATH, plan.with_all_points))
    in_batch = set(plan.paths(PANEL_PATH, plan.with_persistence))
    kinds_in_batch = set(plan.paths(KIND_PATH, plan.with_persistence))
    return {
        "curves": with_curves,
        "samples": [panel for panel in with_curves if panel in on_all_points],
        "layers": drawn_kinds(plan, "layers"),
        "protocols": several_protocols(plan),
        "batch": [panel for panel in with_curves if panel in in_batch],
        "diagrams": [kind for kind in drawn_kinds(plan, "diagrams") if kind in kinds_in_batch],
    }


def figures(plan: Plan) -> dict[str, list[str]]:
    """Rule → the names of its figures: their paths below ``figures``, without the ending."""
    drawn = panels(plan)
    persistence = [
        *(f"{panel}/diagrams" for panel in panels_of(drawn["diagrams"])),
        *(
            f"{panel}/batch_{page}"
            for panel, page in product(drawn["batch"], ["curves", "metrics", "distances"])
        ),
        *plan.paths("{dataset}/batch", plan.with_persistence),
    ]
    return {
        "plot_data": plan.paths("{dataset}/data"),
        "plot_scale": [f"{dataset}/scale_{sample}" for dataset, sample in plan.chosen],
        "plot_panels": [
            f"{panel}/{page}"
            for panel, page in product(drawn["curves"], ["activations", "class_0", "class_1"])
        ],
        "plot_samples": [f"{panel}/samples" for panel in drawn["samples"]],
        "plot_comparisons": [f"comparisons/{name}" for name in plan.settings["comparisons"]],
        "plot_protocols": [f"{network}/protocols" for network in drawn["protocols"]],
        "plot_layers": [f"{kind}/layers" for kind in drawn["layers"]],
        "plot_barcode": [f"{kind}/barcode" for kind in barcodes(plan)],
        "plot_well_trained": ["well_trained"],
        "plot_persistence": persistence,
    }


def figure_files(plan: Plan, rule: str) -> list[str]:
    """The files of the figures of a rule, each figure in every format."""
    return [
        f"{plan.results}/figures/{name}.{ending}"
        for name in figures(plan)[rule]
        for ending in plan.settings["figure_formats"]
    ]


def tables(plan: Plan) -> list[str]:
    """The tables that people read, as paths without the ending."""
    names = ["tables/complexity", "tables/well_trained", "claims/verdicts"]
    names += ["tables/samples"] if plan.with_all_points else []
    names += ["tables/scales"] if barcodes(plan) else []
    names += ["tables/protocols"] if several_protocols(plan) else []
    names += ["tables/data_seeds"] if several_data_seeds(plan) else []
    return names


def titles(plan: Plan) -> dict[str, str]:
    """What data sets, and comparisons by ``"comparisons/NAME"``, are called in the report."""
    comparisons = plan.settings["comparisons"].items()
    return plan.titles | {f"comparisons/{name}": drawn["title"] for name, drawn in comparisons}


def in_report(plan: Plan, path: str) -> bool:
    """Whether the report of Snakemake shows a file: a page, or a figure in a format of the web."""
    formats = plan.settings["figure_formats"]
    shown = next(ending for ending in WEB_FORMATS if ending in formats)
    return path.endswith((".html", f".{shown}"))


def scale_tables(plan: Plan) -> list[str]:
    """The table of every complex that the input chooses."""
    return [f"{plan.results}/scale/{dataset}/{sample}.csv" for dataset, sample in plan.chosen]


def scale_choices(plan: Plan) -> list[str]:
    """The choice of every complex that the input chooses."""
    return [f"{plan.results}/scale/{dataset}/{sample}.yaml" for dataset, sample in plan.chosen]


def clouds(plan: Plan) -> list[str]:
    """The points to draw of the layers of one network of each kind that is drawn."""
    return [f"{plan.results}/clouds/{kind}.npz" for kind in panels(plan)["layers"]]


def article_tables(plan: Plan, kept: str) -> dict[str, str]:
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
        "well_trained": f"{results}/tables/well_trained.csv",
        "benchmarks": f"{results}/benchmarks.csv",
        "provenance": f"{results}/provenance.yaml",
    }
    if plan.with_all_points:
        found["samples"] = f"{results}/tables/samples.csv"
    if barcodes(plan):
        found["scales"] = f"{results}/tables/scales.csv"
    if "protocols" in beside:
        found["protocols"] = f"{kept}/protocols/tables/protocols.csv"
        found["protocol_rates"] = f"{kept}/protocols/tables/well_trained.csv"
    if "data_seeds" in beside:
        found["data_seeds"] = f"{kept}/data_seeds/tables/data_seeds.csv"
        found["data_seed_comparisons"] = f"{kept}/data_seeds/claims/comparisons.csv"
    if "notebook" in beside:
        found["tutorial"] = f"{kept}/notebook/persistence/summary.csv"
    return found


def article_figures(plan: Plan) -> dict[str, list[str]]:
    """The figures that the article shows, by their place in it."""
    drawn = panels(plan)
    hardest = [key for key in plan.chosen if key[1] == "all_points"] or plan.chosen
    side_by_side: dict[str, str] = {}  # data set → its first panel of more than one activation
    for panel in drawn["curves"]:
        kinds = plan.paths(KIND_PATH, [b for b in plan.batches if PANEL_PATH.format(**b) == panel])
        if len(kinds) > 1:
            side_by_side.setdefault(panel.partition("/")[0], panel)
    names = {
        "data": figures(plan)["plot_data"],
        "scale": [f"{dataset}/scale_{sample}" for dataset, sample in hardest[:1]],
        "layers": [f"{kind}/layers" for kind in drawn["layers"][-1:]],
        "barcode": figures(plan)["plot_barcode"][-1:],
        "class_0": [f"{panel}/class_0" for panel in drawn["curves"][:2][-1:]],
        "activations": [f"{panel}/activations" for panel in [*side_by_side.values()][:2]],
        "comparisons": figures(plan)["plot_comparisons"],
        "samples": [f"{panel}/samples" for panel in drawn["samples"][:1]],
    }
    formats = plan.settings["figure_formats"]
    ending = next(ending for ending in SHARP_FORMATS if ending in formats)
    return {
        place: [f"{plan.results}/figures/{name}.{ending}" for name in some]
        for place, some in names.items()
    }


def article_data(plan: Plan) -> dict[str, dict[str, Any]]:
    """What the article says of each data set: title, file, complex, and how it was chosen."""
    return {
        name: {
            "title": plan.titles[name],
            "path": f"{plan.results}/data/{name}.npz",
            "homology": (numbers := plan.samples[name, "homology"]) | neighbors_of(numbers),
            "chosen": [
                path
                for path in [*scale_tables(plan), *scale_choices(plan)]
                if path.startswith(f"{plan.results}/scale/{name}/homology.")
            ],
        }
        for name in plan.paths("{dataset}")
    }


def article_trainings(plan: Plan) -> list[dict[str, Any]]:
    """With which numbers the networks of each kind are trained, those read from files left out."""
    kinds = {KIND_PATH.format(**batch): batch for batch in plan.trained}
    return [
        {**{key: kind[key] for key in KIND}, "numbers": plan.protocol(SimpleNamespace(**kind))}
        for kind in kinds.values()
    ]


def article_figure_files(plan: Plan) -> list[str]:
    """The figures that the article shows, in one list."""
    return [path for paths in article_figures(plan).values() for path in paths]


def kept_beside(plan: Plan, kept: str) -> list[str]:
    """The tables of other results that the article reads."""
    return [path for path in article_tables(plan, kept).values() if path.startswith(f"{kept}/")]


def images(plan: Plan) -> list[str]:
    """The figures that TensorBoard shows."""
    return [path for path in figure_files(plan, "plot_persistence") if path.endswith(".png")]


def benchmark_files(plan: Plan) -> list[str]:
    """The time and memory of the jobs before the tables."""
    return [f"{plan.results}/benchmarks/{job}.tsv" for job in measured_jobs(plan)]


def measured_jobs(plan: Plan) -> list[str]:
    """The jobs whose time and memory are kept, as RULE/…, in the order of the table."""
    return [
        *(f"generate_data/{name}" for name in plan.drawn_datasets),
        *(f"read_data/{name}" for name in plan.read_datasets),
        *(f"choose_scale/{dataset}/{sample}" for dataset, sample in plan.chosen),
        *plan.paths(f"train/{BATCH_PATH}", plan.trained),
        *plan.paths(f"read_weights/{BATCH_PATH}", plan.pretrained),
        *plan.paths(f"extract_activations/{BATCH_PATH}"),
        *plan.paths(f"compute_homology/homology/{BATCH_PATH}"),
        *plan.paths(f"compute_homology/all_points/{BATCH_PATH}", plan.with_all_points),
        *(f"compute_barcode/{kind}" for kind in barcodes(plan)),
        *plan.paths(f"compute_persistence/{BATCH_PATH}", plan.with_persistence),
    ]


def crate_files(plan: Plan) -> list[str]:
    """The results that are packed to be deposited, without their provenance."""
    betti_numbers = ["betti_numbers"]
    betti_numbers += ["betti_numbers_of_all_points"] if plan.with_all_points else []
    claims = ["comparisons", "curves", "injective", "rises", "weights"]
    names = [
        "article.pdf", "explore.html", "benchmarks.csv", "trials.csv",
        *(f"{name}.{ending}" for name, ending in product(betti_numbers, ["csv", "parquet"])),
        *(f"{name}.{ending}" for name, ending in product(tables(plan), ["csv", "md", "tex"])),
        *(f"claims/{name}.csv" for name in claims),
        *(f"persistence/{name}" for name in persistence_files(plan)),
        *(f"barcodes/{kind}.csv" for kind in barcodes(plan)),
        *plan.paths("data/{dataset}.npz"),
        *plan.paths(f"networks/{BATCH_PATH}.safetensors"),
        *plan.paths(f"networks/{BATCH_PATH}.trials.csv"),
        *plan.paths(f"networks/{BATCH_PATH}.curves.csv", plan.trained),
    ]  # fmt: skip
    paths = [f"{plan.results}/{name}" for name in names]
    return [*paths, *drawings(plan), *scale_tables(plan), *scale_choices(plan)]


def persistence_files(plan: Plan) -> list[str]:
    """The tables of the persistence of a batch, where there is one."""
    tables_ = ["betti_numbers.csv", "distances.csv", "betti_curves.csv", "diagrams.parquet"]
    return [*tables_, "summary.csv", "finding.md"] if plan.with_persistence else []


def figures_and_tables(plan: Plan) -> list[str]:
    """All figures, the tables and texts that people read, and what made them."""
    return [*texts(plan), *drawings(plan), f"{plan.results}/provenance.yaml"]


def texts(plan: Plan) -> list[str]:
    """The tables that people read, and what the persistence of a batch shows."""
    names = [f"{name}.md" for name in tables(plan)]
    names += ["persistence/finding.md"] if plan.with_persistence else []
    return [f"{plan.results}/{name}" for name in names]


def drawings(plan: Plan) -> list[str]:
    """The files of all figures."""
    return [path for rule in figures(plan) for path in figure_files(plan, rule)]


def everything(plan: Plan) -> list[str]:
    """What a run ends with."""
    names = ["betti_numbers.csv", "benchmarks.csv", "article.pdf"]
    names += ["betti_numbers_of_all_points.csv"] if plan.with_all_points else []
    names += ["explore.html", *(f"{name}.html" for name in tables(plan))]
    if plan.settings["tensorboard"] and not plan.settings["kept"]:
        names += plan.paths(f"tensorboard/{KIND_PATH}", plan.trained)
        as_images = plan.with_persistence and "png" in plan.settings["figure_formats"]
        names += ["tensorboard/figures"] if as_images else []
    return [*(f"{plan.results}/{name}" for name in names), *figures_and_tables(plan)]


def files_below(folder: str | Path) -> list[str]:
    """The files in a folder and in those in it, sorted."""
    return sorted(str(path) for path in Path(folder).rglob("*.*"))
