"""Homology: the choice of the scale, Betti numbers of every layer, the barcode over k
of one network, persistence of a batch.

The scale, k neighbours and ε hops, is chosen by topodnn/homology/scale.py.
"""


rule choose_scale:
    input:
        data=f"{results}/data/{{dataset}}.npz",
    output:
        table=f"{results}/scale/{{dataset}}/{{sample}}.csv",
        choice=f"{results}/scale/{{dataset}}/{{sample}}.yaml",
    priority: 2  # where no scale fits, that is said before networks are trained
    resources:
        mem_mb=plan.homology_mb,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        grid=plan.grid,
        dataset=plan.dataset,
    script:
        "../scripts/choose_scale.py"


rule compute_homology:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        activations=f"{results}/activations/{BATCH_PATH}.safetensors",
        scale=plan.scale,
    output:
        homology=f"{results}/{{sample}}/{BATCH_PATH}.csv",
    resources:
        mem_mb=plan.homology_mb,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        kind=plan.kind,
        homology=plan.sample,
        class_by=plan.class_by,
        seeds=plan.seeds_on_sample,
        dataset=plan.dataset,
        wanted=plan.networks,
    script:
        "../scripts/compute_homology.py"


rule vary_homology:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        networks=f"{results}/networks/{BATCH_PATH}.safetensors",
        scale=plan.scale,
    output:
        table=f"{results}/variations/{SAMPLE_PATH}.parquet",
    resources:
        mem_mb=plan.homology_mb,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        kind=plan.kind,
        homology=plan.sample,
        variations=plan.same_complex,
        seeds=plan.seeds_on_sample,
        dataset=plan.dataset,
        wanted=plan.networks,
    script:
        "../scripts/vary_homology.py"


rule compute_barcode:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        networks=lambda wildcards: plan.first_of_kind(
            wildcards, f"{results}/networks/{BATCH_PATH}.safetensors"
        ),
        trials=lambda wildcards: plan.first_of_kind(
            wildcards, f"{results}/networks/{BATCH_PATH}.trials.csv"
        ),
        scale=plan.scale,
    output:
        table=f"{results}/barcodes/{KIND_PATH}.csv",
    resources:
        mem_mb=plan.homology_mb,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        kind=plan.kind,
        homology=plan.barcode,
        class_by=plan.class_by,
        dataset=plan.dataset,
        wanted=plan.networks,
    script:
        "../scripts/compute_barcode.py"


rule draw_batch:
    input:
        data=f"{results}/data/{{dataset}}.npz",
    output:
        batch=f"{results}/batches/{{dataset}}.npz",
    params:
        draw=plan.points_batch,
        dataset=plan.dataset,
    script:
        "../scripts/draw_batch.py"


rule compute_persistence:
    input:
        batch=f"{results}/batches/{{dataset}}.npz",
        networks=f"{results}/networks/{BATCH_PATH}.safetensors",
    output:
        pairs=f"{results}/diagrams/{BATCH_PATH}.parquet",
        betti=f"{results}/diagrams/{BATCH_PATH}.betti_numbers.csv",
        distances=f"{results}/diagrams/{BATCH_PATH}.distances.csv",
    resources:
        mem_mb=plan.persistence_mb,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        kind=plan.kind,
        persistence=plan.filtrations,
        dataset=plan.dataset,
        wanted=plan.networks,
    script:
        "../scripts/compute_persistence.py"
