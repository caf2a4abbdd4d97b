"""From point clouds of known topology to the topology of every layer of well-trained networks.

generate_data → train → extract_activations → compute_homology → aggregate → tables and figures.
A stage reads files and writes files, and depends on the modules of topodnn that decide its result.
"""

import os
import uuid
from itertools import product
from pathlib import Path

from snakemake.utils import min_version

from topodnn import KIND
from topodnn.config import GIVEN, is_auto, jobs, resolve, samples, scale_grid, weight_files
from topodnn.datasets import load_points
from topodnn.errors import InputError
from topodnn.protocols import resolve_protocol
from topodnn.report import place
from topodnn.resources import activations_mb, homology_mb, persistence_mb, training_mb

min_version("9.0")


report: "report/workflow.rst"


# Another --configfile replaces the default one instead of being merged into it.
if not workflow.overwrite_configfiles:

    configfile: Path(workflow.basedir) / "config/config.yaml"


try:
    settings = resolve(config, Path(workflow.basedir) / "config/schema.yaml")
except InputError as error:
    raise SystemExit(f"Error: {error}") from None

# Scripts import the package from this folder, also in an environment that Snakemake made itself.
search_path = [workflow.basedir, *filter(None, [os.getenv("PYTHONPATH")])]
os.environ.update(PYTHONPATH=os.pathsep.join(search_path))
# Jobs on a cluster inherit it; by it they know a failure of this run from one of an earlier run.
os.environ.setdefault("TOPODNN_RUN", uuid.uuid4().hex)

package = os.path.relpath(os.path.join(workflow.basedir, "topodnn"))
results = f"results/{settings['name']}"
batches = jobs(settings)
shape_of = {name: load_points(data)[0].shape for name, data in settings["datasets"].items()}
sample_of = {
    (name, sample): numbers
    for name, dataset in settings["datasets"].items()
    for sample, numbers in samples(dataset).items()
}
with_all_points = [
    b
    for b in batches
    if b["first"] < sample_of.get((b["dataset"], "all_points"), {"networks": 0})["networks"]
]
persistence_of = {
    name: dataset["persistence"]
    for name, dataset in settings["datasets"].items()
    if "persistence" in dataset
}
with_persistence = [b for b in batches if b["dataset"] in persistence_of]
protocols_of = {}
for b in batches:
    key = b["dataset"], b["network"], b["activation"]
    protocols_of.setdefault(key, set()).add(b["protocol"])
several_protocols = sorted(
    {f"{dataset}/{network}" for (dataset, network, _), of in protocols_of.items() if len(of) > 1}
)
protocols = list(dict.fromkeys(b["protocol"] for b in batches))
judged = next(
    (name for name in protocols if name == settings["training"]["protocol"]), protocols[0]
)
on_gpu = settings["device"].startswith("cuda")
chosen = [key for key, numbers in sample_of.items() if is_auto(numbers)]
panel = "{dataset}/{network}/{protocol}"  # a figure has a panel an activation
kind = f"{panel}/{{activation}}"
batch = f"{kind}/seeds_{{first}}-{{last}}"
given = batch.replace("{protocol}", GIVEN)  # networks that are read from files
trained = [b for b in batches if b["protocol"] != GIVEN]
by_kind = {}
for b in batches:
    by_kind.setdefault(kind.format(**b), []).append(b)


def unique(path, some=batches):
    """The paths, each once, that a pattern gives of some batches."""
    return list(dict.fromkeys(path.format(**b) for b in some))


def n_seeds(wildcards):
    """The number of networks of a batch."""
    return int(wildcards.last) - int(wildcards.first) + 1


def protocol_of(wildcards):
    """Every number of the training of the networks of a batch."""
    return resolve_protocol(
        by_kind[kind.format(**wildcards)][0]["training"],
        wildcards.activation,
        settings["networks"][wildcards.network],
    )


def named(paths):
    """What each path DATASET/NETWORK/PROTOCOL/ACTIVATION, or the beginning of one, names."""
    return [dict(zip(KIND, path.split("/"))) for path in paths]


def drawn(*names):
    """The files of figures: each of the names in every format."""
    return [
        f"{results}/figures/{name}.{format}"
        for name in names
        for format in settings["figure_formats"]
    ]


def in_report(*paths):
    """The paths, as outputs: the report shows pages, and figures in a format of the web."""
    comparisons = settings["comparisons"].items()
    titles = title_of | {f"comparisons/{name}": drawn["title"] for name, drawn in comparisons}
    outputs = list(paths)
    for i, path in enumerate(paths):
        if path.endswith((".html", f".{format_in_report}")):
            outputs[i] = report(path, **place(os.path.relpath(path, results), titles))
    return outputs


format_in_report = next(f for f in ("png", "svg", "pdf") if f in settings["figure_formats"])
title_of = {name: data.get("title", name) for name, data in settings["datasets"].items()}
with_curves = unique(panel, [b for b in batches if "curves" in b["figures"]])
with_samples = [name for name in unique(panel, with_all_points) if name in with_curves]
with_layers = unique(kind, [b for b in batches if "layers" in b["figures"]])
data_figures = drawn(*unique("{dataset}/data"))
scale_figures = drawn(*(f"{dataset}/scale_{sample}" for dataset, sample in chosen))
pages = ["activations", "class_0", "class_1"]
panel_figures = drawn(*(f"{panel}/{page}" for panel, page in product(with_curves, pages)))
sample_figures = drawn(*(f"{panel}/samples" for panel in with_samples))
comparison_figures = drawn(*(f"comparisons/{name}" for name in settings["comparisons"]))
protocol_figures = drawn(*(f"{name}/protocols" for name in several_protocols))
persistence_panels = unique(panel, [b for b in with_persistence if "curves" in b["figures"]])
with_diagrams = unique(kind, [b for b in with_persistence if "diagrams" in b["figures"]])
diagram_panels = list(dict.fromkeys(name.rsplit("/", 1)[0] for name in with_diagrams))
persistence_names = [
    *(f"{name}/diagrams" for name in diagram_panels),
    *(
        f"{name}/batch_{page}"
        for name, page in product(persistence_panels, ["curves", "metrics", "distances"])
    ),
    *unique("{dataset}/batch", with_persistence),
]
persistence_figures = drawn(*persistence_names)
layer_figures = drawn(*(f"{kind}/layers" for kind in with_layers))
tables = ["tables/complexity", "tables/well_trained", "claims/verdicts"]
tables += ["tables/samples"] if with_all_points else []
tables += ["tables/protocols"] if several_protocols else []


with_images = settings["tensorboard"] and "png" in settings["figure_formats"] and with_persistence


# The article: its tables, its figures, and kept results of other configurations beside them.
paper = os.path.relpath(os.path.join(workflow.basedir, "paper"))
kept = os.path.relpath(os.path.join(workflow.basedir, "results/reference"))
sharpest = next(name for name in ("pdf", "svg", "png") if name in settings["figure_formats"])
article_tables = {
    "verdicts": f"{results}/claims/verdicts.csv",
    "comparisons": f"{results}/claims/comparisons.csv",
    "injective": f"{results}/claims/injective.csv",
    "well_trained": f"{results}/tables/well_trained.csv",
    "benchmarks": f"{results}/benchmarks.csv",
    "provenance": f"{results}/provenance.yaml",
    **({"samples": f"{results}/tables/samples.csv"} if with_all_points else {}),
    **(
        {
            "protocols": f"{kept}/protocols/tables/protocols.csv",
            "protocol_rates": f"{kept}/protocols/tables/well_trained.csv",
        }
        if "protocols" in settings["article"]["beside"]
        else {}
    ),
    **(
        {"tutorial": f"{kept}/notebook/persistence/summary.csv"}
        if "notebook" in settings["article"]["beside"]
        else {}
    ),
}
hardest = [key for key in chosen if key[1] == "all_points"][:1] or chosen[:1]
several_activations = {}  # the first panel of each data set with more than one
for name in with_curves:
    if len({b["activation"] for b in batches if panel.format(**b) == name}) > 1:
        several_activations.setdefault(name.partition("/")[0], name)
article_figures = {
    name: [path for path in paths if path.endswith(f".{sharpest}")]
    for name, paths in {
        "data": data_figures,
        "scale": drawn(*(f"{dataset}/scale_{sample}" for dataset, sample in hardest)),
        "layers": drawn(*(f"{kind}/layers" for kind in with_layers[-1:])),
        "class_0": drawn(*(f"{panel}/class_0" for panel in with_curves[:2][-1:])),
        "activations": drawn(
            *(f"{panel}/activations" for panel in [*several_activations.values()][:2])
        ),
        "comparisons": comparison_figures,
        "samples": drawn(*(f"{panel}/samples" for panel in with_samples[:1])),
    }.items()
}


wildcard_constraints:
    dataset=r"[A-Za-z0-9][A-Za-z0-9_-]*",
    network=r"[A-Za-z0-9][A-Za-z0-9_-]*",
    protocol=r"[a-z]+",
    sample=r"homology|all_points",
    of=r"|_of_all_points",
    activation=r"[a-z0-9_]+",
    first=r"\d+",
    last=r"\d+",


localrules:
    all,
    figures,
    rocrate,
    plot_rulegraph,


rule figures:
    input:
        [f"{results}/{name}.md" for name in tables],
        data_figures,
        scale_figures,
        panel_figures,
        sample_figures,
        comparison_figures,
        protocol_figures,
        layer_figures,
        drawn("well_trained"),
        persistence_figures,
        [f"{results}/persistence/finding.md"] if with_persistence else [],


rule all:
    default_target: True
    input:
        f"{results}/betti_numbers.csv",
        [f"{results}/betti_numbers_of_all_points.csv"] if with_all_points else [],
        f"{results}/benchmarks.csv",
        f"{results}/provenance.yaml",
        f"{results}/article.pdf",
        f"{results}/explore.html",
        [f"{results}/{name}.html" for name in tables],
        unique(f"{results}/tensorboard/{kind}", trained) if settings["tensorboard"] else [],
        [f"{results}/tensorboard/figures"] if with_images else [],
        rules.figures.input,


rule generate_data:
    input:
        code=expand(f"{package}/{{module}}.py", module=["datasets"]),
        file=lambda wildcards: settings["datasets"][wildcards.dataset].get("file", []),
    output:
        data=f"{results}/data/{{dataset}}.npz",
    log:
        f"{results}/logs/generate_data/{{dataset}}.log",
    benchmark:
        f"{results}/benchmarks/generate_data/{{dataset}}.tsv"
    conda:
        "environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: homology_mb(shape_of[wildcards.dataset], attempt),
    params:
        dataset=lambda wildcards: {
            key: value
            for key, value in settings["datasets"][wildcards.dataset].items()
            if key not in ("homology", "all_points", "persistence", "title")
        },
    script:
        "scripts/generate_data.py"


rule choose_scale:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        code=expand(
            f"{package}/{{module}}.py",
            module=["collapse", "compiled", "complexity", "homology", "neighbors", "scale"],
        ),
    output:
        table=f"{results}/scale/{{dataset}}/{{sample}}.csv",
        choice=f"{results}/scale/{{dataset}}/{{sample}}.yaml",
    log:
        f"{results}/logs/choose_scale/{{dataset}}/{{sample}}.log",
    benchmark:
        f"{results}/benchmarks/choose_scale/{{dataset}}/{{sample}}.tsv"
    priority: 1  # where no scale fits, that is said before networks are trained
    conda:
        "environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: homology_mb(shape_of[wildcards.dataset], attempt),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        n_neighbors=lambda wildcards: scale_grid(sample_of[wildcards.dataset, wildcards.sample])[0],
        scales=lambda wildcards: scale_grid(sample_of[wildcards.dataset, wildcards.sample])[1],
        every=lambda wildcards: sample_of[wildcards.dataset, wildcards.sample]["every"],
        max_dimension=lambda wildcards: sample_of[wildcards.dataset, wildcards.sample][
            "max_dimension"
        ],
    script:
        "scripts/choose_scale.py"


rule train:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        code=expand(f"{package}/{{module}}.py", module=["networks", "protocols", "training"]),
    output:
        networks=f"{results}/networks/{batch}.safetensors",
        trials=f"{results}/networks/{batch}.trials.csv",
        curves=f"{results}/networks/{batch}.curves.csv",
    log:
        f"{results}/logs/train/{batch}.log",
    benchmark:
        f"{results}/benchmarks/train/{batch}.tsv"
    wildcard_constraints:
        protocol=rf"(?!{GIVEN}/)[a-z]+",
    conda:
        "environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: training_mb(
            shape_of[wildcards.dataset],
            settings["networks"][wildcards.network],
            n_seeds(wildcards),
            protocol_of(wildcards)["batch_size"],
            attempt,
            on_gpu=on_gpu,
        ),
        runtime=lambda wildcards, attempt: 120 * attempt,
        gpu=int(on_gpu),
    params:
        kind=lambda wildcards: {key: wildcards[key] for key in KIND},
        hidden_widths=lambda wildcards: settings["networks"][wildcards.network],
        function=lambda wildcards: settings["own_activations"].get(
            wildcards.activation, wildcards.activation
        ),
        activation_parameters=lambda wildcards: settings["activation_parameters"].get(
            wildcards.activation, {}
        ),
        seeds=lambda wildcards: list(range(int(wildcards.first), int(wildcards.last) + 1)),
        protocol=protocol_of,
        device=settings["device"],
    script:
        "scripts/train.py"


rule read_weights:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        weights=lambda wildcards: weight_files(
            by_kind[kind.format(protocol=GIVEN, **wildcards)][0] | dict(wildcards.items())
        ),
        code=expand(f"{package}/{{module}}.py", module=["layers", "networks"]),
    output:
        networks=f"{results}/networks/{given}.safetensors",
        trials=f"{results}/networks/{given}.trials.csv",
    log:
        f"{results}/logs/read_weights/{given}.log",
    benchmark:
        f"{results}/benchmarks/read_weights/{given}.tsv"
    conda:
        "environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: activations_mb(
            shape_of[wildcards.dataset],
            settings["networks"][wildcards.network],
            n_seeds(wildcards),
            attempt,
        ),
    params:
        kind=lambda wildcards: {key: wildcards.get(key, GIVEN) for key in KIND},
        hidden_widths=lambda wildcards: settings["networks"][wildcards.network],
        function=lambda wildcards: settings["own_activations"].get(
            wildcards.activation, wildcards.activation
        ),
        activation_parameters=lambda wildcards: settings["activation_parameters"].get(
            wildcards.activation, {}
        ),
        seeds=lambda wildcards: list(range(int(wildcards.first), int(wildcards.last) + 1)),
    script:
        "scripts/read_weights.py"


rule write_events:
    input:
        trials=lambda wildcards: [
            f"{results}/networks/{batch}.trials.csv".format(**b)
            for b in by_kind[kind.format(**wildcards)]
        ],
        curves=lambda wildcards: [
            f"{results}/networks/{batch}.curves.csv".format(**b)
            for b in by_kind[kind.format(**wildcards)]
        ],
        code=expand(f"{package}/{{module}}.py", module=["events"]),
    output:
        folder=directory(f"{results}/tensorboard/{kind}"),
    log:
        f"{results}/logs/write_events/{kind}.log",
    benchmark:
        f"{results}/benchmarks/write_events/{kind}.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/write_events.py"


rule extract_activations:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        networks=f"{results}/networks/{batch}.safetensors",
        code=expand(f"{package}/{{module}}.py", module=["layers", "networks"]),
    output:
        activations=temp(f"{results}/activations/{batch}.safetensors"),
    log:
        f"{results}/logs/extract_activations/{batch}.log",
    benchmark:
        f"{results}/benchmarks/extract_activations/{batch}.tsv"
    conda:
        "environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: activations_mb(
            shape_of[wildcards.dataset],
            settings["networks"][wildcards.network],
            n_seeds(wildcards),
            attempt,
        ),
    script:
        "scripts/extract_activations.py"


rule compute_homology:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        activations=f"{results}/activations/{batch}.safetensors",
        scale=lambda wildcards: (
            f"{results}/scale/{wildcards.dataset}/{wildcards.sample}.yaml"
            if (wildcards.dataset, wildcards.sample) in chosen
            else []
        ),
        code=expand(
            f"{package}/{{module}}.py",
            module=["collapse", "compiled", "complexity", "homology", "neighbors"],
        ),
    output:
        homology=f"{results}/{{sample}}/{batch}.csv",
    log:
        f"{results}/logs/compute_homology/{{sample}}/{batch}.log",
    benchmark:
        f"{results}/benchmarks/compute_homology/{{sample}}/{batch}.tsv"
    conda:
        "environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: homology_mb(shape_of[wildcards.dataset], attempt),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        kind=lambda wildcards: {key: wildcards[key] for key in KIND},
        homology=lambda wildcards: {
            key: sample_of[wildcards.dataset, wildcards.sample][key]
            for key in ("n_neighbors", "scale", "max_dimension", "every")
        },
        seeds=lambda wildcards: [
            seed
            for seed in range(int(wildcards.first), int(wildcards.last) + 1)
            if seed < sample_of[wildcards.dataset, wildcards.sample]["networks"]
        ],
    script:
        "scripts/compute_homology.py"


rule draw_batch:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        code=expand(
            f"{package}/{{module}}.py",
            module=["collapse", "compiled", "complexity", "homology", "neighbors", "persistence"],
        ),
    output:
        batch=f"{results}/batches/{{dataset}}.npz",
    log:
        f"{results}/logs/draw_batch/{{dataset}}.log",
    benchmark:
        f"{results}/benchmarks/draw_batch/{{dataset}}.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        n_points=lambda wildcards: persistence_of[wildcards.dataset]["n_points"],
        seed=lambda wildcards: persistence_of[wildcards.dataset]["seed"],
    script:
        "scripts/draw_batch.py"


rule compute_persistence:
    input:
        batch=f"{results}/batches/{{dataset}}.npz",
        networks=f"{results}/networks/{batch}.safetensors",
        code=expand(
            f"{package}/{{module}}.py",
            module=[
                "collapse",
                "compiled",
                "complexity",
                "homology",
                "layers",
                "neighbors",
                "networks",
                "persistence",
            ],
        ),
    output:
        pairs=f"{results}/diagrams/{batch}.parquet",
        betti=f"{results}/diagrams/{batch}.betti_numbers.csv",
        distances=f"{results}/diagrams/{batch}.distances.csv",
    log:
        f"{results}/logs/compute_persistence/{batch}.log",
    benchmark:
        f"{results}/benchmarks/compute_persistence/{batch}.tsv"
    conda:
        "environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: persistence_mb(
            persistence_of[wildcards.dataset]["n_points"], attempt
        ),
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        kind=lambda wildcards: {key: wildcards[key] for key in KIND},
        persistence=lambda wildcards: {
            key: value
            for key, value in persistence_of[wildcards.dataset].items()
            if key not in ("n_points", "seed")
        },
    script:
        "scripts/compute_persistence.py"


rule project_layers:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        networks=lambda wildcards: f"{results}/networks/{batch}.safetensors".format(
            **by_kind[kind.format(**wildcards)][0]
        ),
        trials=lambda wildcards: f"{results}/networks/{batch}.trials.csv".format(
            **by_kind[kind.format(**wildcards)][0]
        ),
        code=expand(
            f"{package}/{{module}}.py", module=["complexity", "layers", "networks", "projection"]
        ),
    output:
        cloud=f"{results}/clouds/{kind}.npz",
    log:
        f"{results}/logs/project_layers/{kind}.log",
    benchmark:
        f"{results}/benchmarks/project_layers/{kind}.tsv"
    conda:
        "environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: activations_mb(
            shape_of[wildcards.dataset], settings["networks"][wildcards.network], 1, attempt
        ),
    params:
        n_points=settings["figure_points"],
    script:
        "scripts/project_layers.py"


rule collect_trials:
    input:
        trials=[f"{results}/networks/{batch}.trials.csv".format(**b) for b in batches],
    output:
        trials=f"{results}/trials.csv",
    log:
        f"{results}/logs/collect_trials.log",
    benchmark:
        f"{results}/benchmarks/collect_trials.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/collect_trials.py"


rule aggregate:
    input:
        homology=lambda wildcards: [
            f"{results}/{'all_points' if wildcards.of else 'homology'}/{batch}.csv".format(**b)
            for b in (with_all_points if wildcards.of else batches)
        ],
        trials=f"{results}/trials.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity"]),
    output:
        csv=f"{results}/betti_numbers{{of}}.csv",
        parquet=f"{results}/betti_numbers{{of}}.parquet",
    log:
        f"{results}/logs/aggregate{{of}}.log",
    benchmark:
        f"{results}/benchmarks/aggregate{{of}}.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/aggregate.py"


rule collect_persistence:
    input:
        pairs=unique(f"{results}/diagrams/{batch}.parquet", with_persistence),
        betti=unique(f"{results}/diagrams/{batch}.betti_numbers.csv", with_persistence),
        distances=unique(f"{results}/diagrams/{batch}.distances.csv", with_persistence),
        trials=f"{results}/trials.csv",
        code=expand(
            f"{package}/{{module}}.py",
            module=["collapse", "compiled", "complexity", "homology", "neighbors", "persistence"],
        ),
    output:
        betti=f"{results}/persistence/betti_numbers.csv",
        distances=f"{results}/persistence/distances.csv",
        curves=f"{results}/persistence/betti_curves.csv",
        diagrams=f"{results}/persistence/diagrams.parquet",
    log:
        f"{results}/logs/collect_persistence.log",
    benchmark:
        f"{results}/benchmarks/collect_persistence.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        persistence={
            name: {key: numbers[key] for key in ("max_scale", "max_hops", "max_dimension")}
            for name, numbers in persistence_of.items()
        },
        diagrams_of=named(with_diagrams),
    script:
        "scripts/collect_persistence.py"


rule record_provenance:
    input:
        table=f"{results}/betti_numbers.csv",
        code=expand(f"{package}/{{module}}.py", module=["provenance"]),
    output:
        provenance=f"{results}/provenance.yaml",
    log:
        f"{results}/logs/record_provenance.log",
    benchmark:
        f"{results}/benchmarks/record_provenance.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        config=settings,
    script:
        "scripts/record_provenance.py"


rule collect_benchmarks:
    input:
        jobs=[
            *unique(f"{results}/benchmarks/generate_data/{{dataset}}.tsv"),
            *(f"{results}/benchmarks/choose_scale/{d}/{sample}.tsv" for d, sample in chosen),
            *unique(f"{results}/benchmarks/train/{batch}.tsv", trained),
            *unique(
                f"{results}/benchmarks/read_weights/{batch}.tsv",
                [b for b in batches if b not in trained],
            ),
            *unique(f"{results}/benchmarks/extract_activations/{batch}.tsv"),
            *unique(f"{results}/benchmarks/compute_homology/homology/{batch}.tsv"),
            *unique(
                f"{results}/benchmarks/compute_homology/all_points/{batch}.tsv", with_all_points
            ),
            *unique(f"{results}/benchmarks/compute_persistence/{batch}.tsv", with_persistence),
        ],
    output:
        table=f"{results}/benchmarks.csv",
    log:
        f"{results}/logs/collect_benchmarks.log",
    benchmark:
        f"{results}/benchmarks/collect_benchmarks.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/collect_benchmarks.py"


rule make_tables:
    input:
        table=f"{results}/betti_numbers.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "tables"]),
    output:
        complexity=multiext(f"{results}/tables/complexity", ".csv", ".md", ".tex"),
        well_trained=multiext(f"{results}/tables/well_trained", ".csv", ".md", ".tex"),
    log:
        f"{results}/logs/make_tables.log",
    benchmark:
        f"{results}/benchmarks/make_tables.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/make_tables.py"


rule compare_samples:
    input:
        table=f"{results}/betti_numbers.csv",
        all_points=f"{results}/betti_numbers_of_all_points.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "samples", "tables"]),
    output:
        multiext(f"{results}/tables/samples", ".csv", ".md", ".tex"),
    log:
        f"{results}/logs/compare_samples.log",
    benchmark:
        f"{results}/benchmarks/compare_samples.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/compare_samples.py"


rule compare_protocols:
    input:
        table=f"{results}/betti_numbers.csv",
        code=expand(
            f"{package}/{{module}}.py",
            module=["by_protocol", "claims", "complexity", "curves", "tables", "verdicts"],
        ),
    output:
        multiext(f"{results}/tables/protocols", ".csv", ".md", ".tex"),
    log:
        f"{results}/logs/compare_protocols.log",
    benchmark:
        f"{results}/benchmarks/compare_protocols.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        thresholds=settings["claims"],
    script:
        "scripts/compare_protocols.py"


rule judge_claims:
    input:
        table=f"{results}/betti_numbers.csv",
        weights=f"{results}/claims/weights.csv",
        code=expand(
            f"{package}/{{module}}.py",
            module=["claims", "complexity", "curves", "tables", "verdicts", "weights"],
        ),
    output:
        curves=f"{results}/claims/curves.csv",
        comparisons=f"{results}/claims/comparisons.csv",
        rises=f"{results}/claims/rises.csv",
        injective=f"{results}/claims/injective.csv",
        verdicts=f"{results}/claims/verdicts.csv",
        markdown=f"{results}/claims/verdicts.md",
        latex=f"{results}/claims/verdicts.tex",
    log:
        f"{results}/logs/judge_claims.log",
    benchmark:
        f"{results}/benchmarks/judge_claims.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        protocol=judged,
        thresholds=settings["claims"],
    script:
        "scripts/judge_claims.py"


rule measure_weights:
    input:
        networks=[f"{results}/networks/{batch}.safetensors".format(**b) for b in batches],
        code=expand(f"{package}/{{module}}.py", module=["complexity", "weights"]),
    output:
        weights=f"{results}/claims/weights.csv",
    log:
        f"{results}/logs/measure_weights.log",
    benchmark:
        f"{results}/benchmarks/measure_weights.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/measure_weights.py"


rule plot_data:
    input:
        data=unique(f"{results}/data/{{dataset}}.npz"),
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots", "projection"]),
    output:
        in_report(*data_figures),
    log:
        f"{results}/logs/plot_data.log",
    benchmark:
        f"{results}/benchmarks/plot_data.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        titles=[title_of[name] for name in unique("{dataset}")],
        n_points=settings["figure_points"],
    script:
        "scripts/plot_data.py"


rule plot_scale:
    input:
        tables=[f"{results}/scale/{dataset}/{sample}.csv" for dataset, sample in chosen],
        choices=[f"{results}/scale/{dataset}/{sample}.yaml" for dataset, sample in chosen],
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots"]),
    output:
        in_report(*scale_figures),
    log:
        f"{results}/logs/plot_scale.log",
    benchmark:
        f"{results}/benchmarks/plot_scale.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        titles=[title_of[dataset] for dataset, _ in chosen],
    script:
        "scripts/plot_scale.py"


rule plot_panels:
    input:
        table=f"{results}/betti_numbers.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots"]),
    output:
        in_report(*panel_figures),
    log:
        f"{results}/logs/plot_panels.log",
    benchmark:
        f"{results}/benchmarks/plot_panels.tsv"
    priority: 1  # the longest of the drawings
    conda:
        "environment.yml"
    threads: 1
    params:
        panels=named(with_curves),
    script:
        "scripts/plot_panels.py"


rule plot_samples:
    input:
        table=f"{results}/betti_numbers.csv",
        all_points=f"{results}/betti_numbers_of_all_points.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots"]),
    output:
        in_report(*sample_figures),
    log:
        f"{results}/logs/plot_samples.log",
    benchmark:
        f"{results}/benchmarks/plot_samples.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        panels=named(with_samples),
    script:
        "scripts/plot_samples.py"


rule plot_comparisons:
    input:
        table=f"{results}/betti_numbers.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots"]),
    output:
        in_report(*comparison_figures),
    log:
        f"{results}/logs/plot_comparisons.log",
    benchmark:
        f"{results}/benchmarks/plot_comparisons.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        comparisons=list(settings["comparisons"].values()),
        protocol=settings["training"]["protocol"],
    script:
        "scripts/plot_comparisons.py"


rule plot_protocols:
    input:
        table=f"{results}/betti_numbers.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots"]),
    output:
        in_report(*protocol_figures),
    log:
        f"{results}/logs/plot_protocols.log",
    benchmark:
        f"{results}/benchmarks/plot_protocols.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        networks=named(several_protocols),
    script:
        "scripts/plot_protocols.py"


rule plot_well_trained:
    input:
        table=f"{results}/betti_numbers.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots"]),
    output:
        in_report(*drawn("well_trained")),
    log:
        f"{results}/logs/plot_well_trained.log",
    benchmark:
        f"{results}/benchmarks/plot_well_trained.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        networks=list(settings["networks"]),
    script:
        "scripts/plot_well_trained.py"


rule plot_persistence:
    input:
        betti=f"{results}/persistence/betti_numbers.csv",
        distances=f"{results}/persistence/distances.csv",
        curves=f"{results}/persistence/betti_curves.csv",
        diagrams=f"{results}/persistence/diagrams.parquet",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "persistence_plots", "plots"]),
    output:
        persistence_figures,
    log:
        f"{results}/logs/plot_persistence.log",
    benchmark:
        f"{results}/benchmarks/plot_persistence.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        diagram_panels=named(diagram_panels),
        panels=named(persistence_panels),
        persistence={name: persistence_of[name] for name in unique("{dataset}", with_persistence)},
    script:
        "scripts/plot_persistence.py"


rule write_images:
    input:
        images=[f"{results}/figures/{name}.png" for name in persistence_names],
        code=expand(f"{package}/{{module}}.py", module=["events"]),
    output:
        folder=directory(f"{results}/tensorboard/figures"),
    log:
        f"{results}/logs/write_images.log",
    benchmark:
        f"{results}/benchmarks/write_images.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        tags=persistence_names,
    script:
        "scripts/write_images.py"


rule write_finding:
    input:
        betti=f"{results}/persistence/betti_numbers.csv",
        distances=f"{results}/persistence/distances.csv",
        batches=unique(f"{results}/batches/{{dataset}}.npz", with_persistence),
        code=expand(f"{package}/{{module}}.py", module=["complexity", "finding", "tables"]),
    output:
        summary=f"{results}/persistence/summary.csv",
        finding=f"{results}/persistence/finding.md",
    log:
        f"{results}/logs/write_finding.log",
    benchmark:
        f"{results}/benchmarks/write_finding.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        persistence={name: persistence_of[name] for name in unique("{dataset}", with_persistence)},
    script:
        "scripts/write_finding.py"


rule plot_layers:
    input:
        clouds=expand(f"{results}/clouds/{{kind}}.npz", kind=with_layers),
        table=f"{results}/betti_numbers.csv",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots"]),
    output:
        in_report(*layer_figures),
    log:
        f"{results}/logs/plot_layers.log",
    benchmark:
        f"{results}/benchmarks/plot_layers.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        kinds=named(with_layers),
    script:
        "scripts/plot_layers.py"


rule build_explorer:
    input:
        table=f"{results}/betti_numbers.csv",
        clouds=expand(f"{results}/clouds/{{kind}}.npz", kind=with_layers),
        template=f"{package}/explorer.html",
        code=expand(f"{package}/{{module}}.py", module=["complexity", "explorer", "plots"]),
    output:
        in_report(f"{results}/explore.html"),
    log:
        f"{results}/logs/build_explorer.log",
    benchmark:
        f"{results}/benchmarks/build_explorer.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        name=settings["name"],
        titles=title_of,
        kinds=named(with_layers),
    script:
        "scripts/build_explorer.py"


rule build_report_tables:
    input:
        texts=[f"{results}/{name}.md" for name in tables],
        benchmarks=f"{results}/benchmarks.csv",
        provenance=f"{results}/provenance.yaml",
        code=expand(f"{package}/{{module}}.py", module=["report"]),
    output:
        in_report(*(f"{results}/{name}.html" for name in [*tables, "benchmarks", "provenance"])),
    log:
        f"{results}/logs/build_report_tables.log",
    benchmark:
        f"{results}/benchmarks/build_report_tables.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/build_report_tables.py"


rule build_article:
    input:
        source=f"{paper}/article.typ",
        parts=sorted(str(path) for path in Path(paper).rglob("*.*")),
        data=unique(f"{results}/data/{{dataset}}.npz"),
        scales=[
            f"{results}/scale/{dataset}/{sample}.{ending}"
            for dataset, sample in chosen
            for ending in ("csv", "yaml")
        ],
        tables=list(article_tables.values()),
        figures=[path for paths in article_figures.values() for path in paths],
        code=expand(
            f"{package}/{{module}}.py",
            module=[
                "article",
                "claims",
                "complexity",
                "curves",
                "protocols",
                "tables",
                "verdicts",
            ],
        ),
    output:
        pdf=f"{results}/article.pdf",
    log:
        f"{results}/logs/build_article.log",
    benchmark:
        f"{results}/benchmarks/build_article.tsv"
    conda:
        "environment.yml"
    threads: 1
    params:
        kept=settings["name"].startswith("reference/"),
        tables=article_tables,
        figures=article_figures,
        data={
            name: {
                "title": title_of[name],
                "path": f"{results}/data/{name}.npz",
                "homology": sample_of[name, "homology"],
                "chosen": (
                    [f"{results}/scale/{name}/homology.{ending}" for ending in ("csv", "yaml")]
                    if (name, "homology") in chosen
                    else []
                ),
            }
            for name in unique("{dataset}")
        },
    script:
        "scripts/build_article.py"


rule build_rocrate:
    input:
        results=[
            f"{results}/article.pdf",
            f"{results}/explore.html",
            f"{results}/benchmarks.csv",
            f"{results}/trials.csv",
            expand(
                f"{results}/betti_numbers{{of}}.{{ending}}",
                of=["", "_of_all_points"] if with_all_points else [""],
                ending=["csv", "parquet"],
            ),
            expand(f"{results}/{{name}}.{{ending}}", name=tables, ending=["csv", "md", "tex"]),
            expand(
                f"{results}/claims/{{name}}.csv",
                name=["comparisons", "curves", "injective", "rises", "weights"],
            ),
            [path for path in rules.figures.input if path.startswith(f"{results}/figures/")],
            (
                [rules.collect_persistence.output, rules.write_finding.output]
                if with_persistence
                else []
            ),
            [
                f"{results}/scale/{dataset}/{sample}.{ending}"
                for dataset, sample in chosen
                for ending in ("csv", "yaml")
            ],
            unique(f"{results}/data/{{dataset}}.npz"),
            unique(f"{results}/networks/{batch}.safetensors"),
            unique(f"{results}/networks/{batch}.trials.csv"),
            unique(f"{results}/networks/{batch}.curves.csv", trained),
        ],
        provenance=f"{results}/provenance.yaml",
        beside=[path for path in article_tables.values() if path.startswith(f"{kept}/")],
        source=[
            os.path.relpath(os.path.join(workflow.basedir, name))
            for name in ("CITATION.cff", "LICENSE", "README.md", "Snakefile")
        ],
        code=expand(f"{package}/{{module}}.py", module=["crate", "provenance"]),
    output:
        crate=f"{results}/rocrate.zip",
    log:
        f"{results}/logs/build_rocrate.log",
    benchmark:
        f"{results}/benchmarks/build_rocrate.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/build_rocrate.py"


rule rocrate:
    input:
        rules.build_rocrate.output,


rule plot_rulegraph:
    input:
        snakefile=os.path.relpath(os.path.join(workflow.basedir, "Snakefile")),
        config=os.path.relpath(os.path.join(workflow.basedir, "config/config.yaml")),
        code=expand(f"{package}/{{module}}.py", module=["complexity", "plots", "rulegraph"]),
    output:
        os.path.relpath(os.path.join(workflow.basedir, "docs/rulegraph.svg")),
    log:
        f"{results}/logs/plot_rulegraph.log",
    benchmark:
        f"{results}/benchmarks/plot_rulegraph.tsv"
    conda:
        "environment.yml"
    threads: 1
    script:
        "scripts/plot_rulegraph.py"
