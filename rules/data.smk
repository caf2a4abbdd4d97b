"""Data sets: points, labels, and which points are held out."""


rule generate_data:
    input:
        file=plan.points_file,
    output:
        data=f"{results}/data/{{dataset}}.npz",
    resources:
        mem_mb=plan.homology_mb,
    params:
        dataset=plan.dataset,
    script:
        "../scripts/generate_data.py"
