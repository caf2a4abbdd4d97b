"""Data sets: points, labels, and which points are held out; drawn, or read from their source."""


rule generate_data:
    output:
        data=f"{results}/data/{{dataset}}.npz",
    wildcard_constraints:
        dataset=one_of(plan.drawn_datasets),
    priority: 3  # all else waits for the points
    resources:
        mem_mb=plan.homology_mb,
    params:
        dataset=plan.dataset,
    script:
        "../scripts/generate_data.py"


rule read_data:
    input:
        file=plan.points_file,  # nothing where the source is OpenML or scikit-learn
    output:
        data=f"{results}/data/{{dataset}}.npz",
    wildcard_constraints:
        dataset=one_of(plan.read_datasets),
    priority: 3
    resources:
        mem_mb=plan.reading_mb,
    params:
        dataset=plan.dataset,
        # Where it is kept decides nothing: Snakemake compares no parameter of a function of input.
        data_home=lambda wildcards, input: settings["data_home"],
    script:
        "../scripts/read_data.py"
