"""Data sets: points, labels, and which points are held out; drawn, or read from a file."""


rule generate_data:
    output:
        data=f"{results}/data/{{dataset}}.npz",
    wildcard_constraints:
        dataset=one_of(plan.drawn_datasets),
    resources:
        mem_mb=plan.homology_mb,
    params:
        dataset=plan.dataset,
    script:
        "../scripts/generate_data.py"


rule read_data:
    input:
        file=plan.points_file,
    output:
        data=f"{results}/data/{{dataset}}.npz",
    wildcard_constraints:
        dataset=one_of(plan.read_datasets),
    resources:
        mem_mb=plan.homology_mb,
    params:
        dataset=plan.dataset,
    script:
        "../scripts/read_data.py"
