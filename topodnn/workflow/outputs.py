"""The files that a run ends with, by the rule that makes them: figures, tables, crate."""

from collections.abc import Iterable
from itertools import product
from pathlib import Path

from topodnn.columns import MEASURES
from topodnn.workflow.plan import BATCH_PATH, KIND_PATH, PANEL_PATH, SAMPLE_PATH, Plan

WEB_FORMATS = ("png", "svg", "pdf")  # the first that is drawn is the one of the report
# The rules whose time and memory are kept: those before the tables.
MEASURED = [
    "generate_data",
    "read_data",
    "choose_scale",
    "train",
    "read_weights",
    "extract_activations",
    "compute_homology",
    "vary_homology",
    "compute_barcode",
    "compute_persistence",
]
# The tables on which the verdicts rest, of each measure, in the order of judge_claims.
SUMMARIES = ["curves", "comparisons", "rises", "injective"]

# The tables of the verdicts under choices that could change them, and the claims of the figures.
ROBUSTNESS = ["tables/robustness", "tables/choices", "tables/sampling_noise"]
CLAIMS = [1, 2, 3]
# From so many activations on, their half-lives are set beside what their layers are like: a rank
# correlation of fewer says nothing.
MANY_ACTIVATIONS = 5


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
    return [kind for kind in kinds if _is_there(plan, "barcodes", kind)]


def _is_there(plan: Plan, folder: str, kind: str) -> bool:
    """Whether a kind of network is drawn: of kept results only what was kept can be."""
    return not plan.settings["kept"] or any(Path(plan.results, folder).glob(f"{kind}.*"))


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


def with_many_activations(plan: Plan) -> list[str]:
    """The data sets of which many activations are judged."""
    used: dict[str, set[str]] = {}
    for batch in plan.batches:
        if batch["protocol"] == plan.judged:
            used.setdefault(batch["dataset"], set()).add(batch["activation"])
    return [name for name, activations in used.items() if len(activations) >= MANY_ACTIVATIONS]


def panels(plan: Plan) -> dict[str, list[str]]:
    """What is drawn → the panels, kinds or networks of which it is, in the order of the files."""
    with_curves = panels_of(drawn_kinds(plan, "curves"))
    on_all_points = set(plan.paths(PANEL_PATH, plan.with_all_points))
    at_all_scales = set(plan.paths(PANEL_PATH, plan.at_all_scales))
    in_batch = set(plan.paths(PANEL_PATH, plan.with_persistence))
    kinds_in_batch = set(plan.paths(KIND_PATH, plan.with_persistence))
    return {
        "curves": with_curves,
        "samples": [panel for panel in with_curves if panel in on_all_points],
        "epsilons": [panel for panel in with_curves if panel in at_all_scales],
        "layers": [kind for kind in drawn_kinds(plan, "layers") if _is_there(plan, "clouds", kind)],
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
        "plot_epsilons": [f"{panel}/epsilons_{name}" for panel, name in epsilon_pages(plan)],
        "plot_comparisons": [f"comparisons/{name}" for name in plan.settings["comparisons"]],
        "plot_protocols": [f"{network}/protocols" for network in drawn["protocols"]],
        "plot_layers": [f"{kind}/layers" for kind in drawn["layers"]],
        "plot_robustness": [f"specifications_claim_{claim}" for claim in CLAIMS if plan.varied],
        "plot_speed": [f"{dataset}/speed" for dataset in with_many_activations(plan)],
        "plot_barcode": [f"{kind}/barcode" for kind in barcodes(plan)],
        "plot_well_trained": ["well_trained"],
        "plot_persistence": persistence,
    }


def judged_at_all_scales(plan: Plan) -> bool:
    """Whether networks of the judged protocol are looked at at several ε."""
    return any(batch["protocol"] == plan.judged for batch in plan.at_all_scales)


def epsilon_pages(plan: Plan) -> list[tuple[str, str]]:
    """The panels that are drawn at every ε, each with every quantity."""
    pages = []
    for panel in panels(plan)["epsilons"]:
        homology = plan.settings["datasets"][panel.partition("/")[0]]["homology"]
        betas = [f"beta_{dimension}" for dimension in range(homology["max_dimension"] + 1)]
        pages += [(panel, name) for name in ["omega", *betas]]
    return pages


def figure_files(plan: Plan, rule: str) -> list[str]:
    """The files of the figures of a rule, each figure in every format."""
    return [
        f"{plan.results}/figures/{name}.{ending}"
        for name in figures(plan)[rule]
        for ending in plan.settings["figure_formats"]
    ]


def betti_numbers(plan: Plan) -> list[str]:
    """The tables of Betti numbers of all jobs, as paths without the ending."""
    names = ["betti_numbers"]
    names += ["betti_numbers_of_all_points"] if plan.with_all_points else []
    names += ["betti_numbers_at_all_scales"] if plan.at_all_scales else []
    return names


def tables(plan: Plan) -> list[str]:
    """The tables that people read, as paths without the ending."""
    names = ["tables/complexity", "tables/well_trained", "claims/verdicts"]
    names += ["tables/trials"] if plan.trained else []
    names += ["tables/samples"] if plan.with_all_points else []
    names += ["tables/scales"] if barcodes(plan) else []
    if several_protocols(plan):
        names += ["tables/protocols", "tables/protocol_claims", "tables/protocol_verdicts"]
    if judged_at_all_scales(plan):
        names += ["tables/epsilon_claims", "tables/epsilon_verdicts"]
    names += ROBUSTNESS if plan.varied else []
    names += ["tables/speed", "tables/speed_correlations"] if with_many_activations(plan) else []
    names += ["tables/data_seeds"] if plan.clouds else []
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
        *(f"choose_scale/{dataset}/{sample}" for dataset, sample in plan.chosen_variations),
        *plan.paths(f"train/{BATCH_PATH}", plan.trained),
        *plan.paths(f"read_weights/{BATCH_PATH}", plan.pretrained),
        *plan.paths(f"extract_activations/{BATCH_PATH}"),
        *plan.paths(f"compute_homology/{SAMPLE_PATH}", plan.on_samples),
        *plan.paths(f"vary_homology/{SAMPLE_PATH}", plan.varied),
        *(f"compute_barcode/{kind}" for kind in barcodes(plan)),
        *plan.paths(f"compute_persistence/{BATCH_PATH}", plan.with_persistence),
    ]


def crate_files(plan: Plan) -> list[str]:
    """The results that are packed to be deposited, without their provenance."""
    claims = ["weights", *(start + name for start in MEASURES.values() for name in SUMMARIES)]
    names = [
        "article.pdf", "explore.html", "benchmarks.csv", "trials.csv",
        *(f"{name}.{ending}" for name, ending in product(betti_numbers(plan), ["csv", "parquet"])),
        *(f"{name}.{ending}" for name, ending in product(tables(plan), ["csv", "md", "tex"])),
        *(f"claims/{name}.csv" for name in claims),
        *(f"persistence/{name}" for name in persistence_files(plan)),
        *robustness_files(plan),
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


def robustness_files(plan: Plan) -> list[str]:
    """What is known under every choice that could change the verdicts, and of many activations."""
    names = ["variations.parquet", "robustness/verdicts.csv", "robustness/answers.csv"]
    of_speed = ["claims/speed.csv"] if with_many_activations(plan) else []
    return (names if plan.varied else []) + of_speed


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
    names = [*(f"{name}.csv" for name in betti_numbers(plan)), "benchmarks.csv", "article.pdf"]
    names += ["explore.html", *(f"{name}.html" for name in tables(plan))]
    if plan.settings["tensorboard"] and not plan.settings["kept"]:
        names += plan.paths(f"tensorboard/{KIND_PATH}", plan.trained)
        as_images = plan.with_persistence and "png" in plan.settings["figure_formats"]
        names += ["tensorboard/figures"] if as_images else []
    return [*(f"{plan.results}/{name}" for name in names), *figures_and_tables(plan)]


def files_below(folder: str | Path) -> list[str]:
    """The files in a folder and in those in it, sorted."""
    return sorted(str(path) for path in Path(folder).rglob("*.*"))
