"""What is kept of all jobs: one table each, points to draw. The rest needs no more."""


rule collect_trials:
    input:
        trials=plan.paths(f"{results}/networks/{BATCH_PATH}.trials.csv"),
    output:
        trials=f"{results}/trials.csv",
    script:
        "../scripts/collect_trials.py"


rule aggregate:
    input:
        homology=plan.homology_tables,
        trials=f"{results}/trials.csv",
    output:
        csv=f"{results}/betti_numbers{{of}}.csv",
        parquet=f"{results}/betti_numbers{{of}}.parquet",
    script:
        "../scripts/aggregate.py"


rule collect_variations:
    input:
        tables=plan.paths(f"{results}/variations/{SAMPLE_PATH}.parquet", plan.varied),
        trials=f"{results}/trials.csv",
    output:
        f"{results}/variations.parquet",
    script:
        "../scripts/collect_variations.py"


rule collect_persistence:
    input:
        pairs=plan.paths(f"{results}/diagrams/{BATCH_PATH}.parquet", plan.with_persistence),
        betti=plan.paths(
            f"{results}/diagrams/{BATCH_PATH}.betti_numbers.csv", plan.with_persistence
        ),
        distances=plan.paths(
            f"{results}/diagrams/{BATCH_PATH}.distances.csv", plan.with_persistence
        ),
        trials=f"{results}/trials.csv",
    output:
        betti=f"{results}/persistence/betti_numbers.csv",
        distances=f"{results}/persistence/distances.csv",
        curves=f"{results}/persistence/betti_curves.csv",
        diagrams=f"{results}/persistence/diagrams.parquet",
    params:
        persistence=plan.filtration_ends(),
        diagrams_of=named(outputs.panels(plan)["diagrams"]),
    script:
        "../scripts/collect_persistence.py"


rule measure_weights:
    input:
        networks=plan.paths(f"{results}/networks/{BATCH_PATH}.safetensors"),
        data=plan.paths(f"{results}/data/{{dataset}}.npz"),
    output:
        weights=f"{results}/claims/weights.csv",
    script:
        "../scripts/measure_weights.py"


rule collect_benchmarks:
    input:
        jobs=outputs.benchmark_files(plan),
    output:
        table=f"{results}/benchmarks.csv",
    script:
        "../scripts/collect_benchmarks.py"


rule project_layers:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        networks=lambda wildcards: plan.first_of_kind(
            wildcards, f"{results}/networks/{BATCH_PATH}.safetensors"
        ),
        trials=lambda wildcards: plan.first_of_kind(
            wildcards, f"{results}/networks/{BATCH_PATH}.trials.csv"
        ),
    output:
        cloud=f"{results}/clouds/{KIND_PATH}.npz",
    resources:
        mem_mb=plan.activations_mb,
    params:
        kind=plan.kind,
        n_points=settings["figure_points"],
        class_by=plan.class_by,
        dataset=plan.dataset,
        wanted=plan.networks,
    script:
        "../scripts/project_layers.py"
