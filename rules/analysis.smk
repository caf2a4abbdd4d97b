"""Analysis: from the tables of all jobs to means, comparisons, and verdicts on the claims.

Tests, bootstrap and Cliff's δ: topodnn/analysis/statistics.py; rules of a verdict: claims.py.
"""


rule make_tables:
    input:
        table=f"{results}/betti_numbers.csv",
    output:
        complexity=multiext(f"{results}/tables/complexity", ".csv", ".md", ".tex"),
        well_trained=multiext(f"{results}/tables/well_trained", ".csv", ".md", ".tex"),
    script:
        "../scripts/make_tables.py"


rule count_trials:
    input:
        trials=f"{results}/trials.csv",
    output:
        multiext(f"{results}/tables/trials", ".csv", ".md", ".tex"),
    script:
        "../scripts/count_trials.py"


rule compare_samples:
    input:
        table=f"{results}/betti_numbers.csv",
        all_points=f"{results}/betti_numbers_of_all_points.csv",
    output:
        multiext(f"{results}/tables/samples", ".csv", ".md", ".tex"),
    script:
        "../scripts/compare_samples.py"


rule compare_scales:
    input:
        barcodes=outputs.barcode_files(plan),
    output:
        multiext(f"{results}/tables/scales", ".csv", ".md", ".tex"),
    script:
        "../scripts/compare_scales.py"


rule compare_protocols:
    input:
        table=f"{results}/betti_numbers.csv",
    output:
        differences=multiext(f"{results}/tables/protocols", ".csv", ".md", ".tex"),
        claims=multiext(f"{results}/tables/protocol_claims", ".csv", ".md", ".tex"),
        verdicts=multiext(f"{results}/tables/protocol_verdicts", ".csv", ".md", ".tex"),
    params:
        thresholds=settings["claims"],
    script:
        "../scripts/compare_protocols.py"


rule compare_epsilons:
    input:
        table=f"{results}/betti_numbers_at_all_scales.csv",
    output:
        claims=multiext(f"{results}/tables/epsilon_claims", ".csv", ".md", ".tex"),
        verdicts=multiext(f"{results}/tables/epsilon_verdicts", ".csv", ".md", ".tex"),
    params:
        protocol=plan.judged,
        thresholds=settings["claims"],
    script:
        "../scripts/compare_epsilons.py"


rule compare_data_seeds:
    input:
        table=f"{results}/betti_numbers.csv",
    output:
        multiext(f"{results}/tables/data_seeds", ".csv", ".md", ".tex"),
    params:
        clouds=plan.clouds,
        protocol=plan.judged,
        confidence=settings["claims"]["confidence"],
    script:
        "../scripts/compare_data_seeds.py"


summaries = [f"{name}.csv" for name in outputs.SUMMARIES]


rule judge_claims:
    input:
        table=f"{results}/betti_numbers.csv",
        weights=f"{results}/claims/weights.csv",
    output:
        one_scale=multiext(f"{results}/claims/", *summaries),
        persistent=multiext(f"{results}/claims/persistent_", *summaries),
        verdicts=multiext(f"{results}/claims/verdicts", ".csv", ".md", ".tex"),
    params:
        protocol=plan.judged,
        thresholds=settings["claims"],
    script:
        "../scripts/judge_claims.py"


robustness = settings.get("robustness", {})
kept_results = source("results/reference")
other_protocols = [
    f"{kept_results}/{name}/betti_numbers.csv" for name in robustness.get("beside", [])
]


rule judge_robustness:
    input:
        table=f"{results}/betti_numbers.csv",
        varied=f"{results}/variations.parquet",
        beside=other_protocols,
    output:
        verdicts=f"{results}/robustness/verdicts.csv",
        answers=f"{results}/robustness/answers.csv",
        shares=multiext(f"{results}/tables/robustness", ".csv", ".md", ".tex"),
        choices=multiext(f"{results}/tables/choices", ".csv", ".md", ".tex"),
        noise=multiext(f"{results}/tables/sampling_noise", ".csv", ".md", ".tex"),
    params:
        threshold_change=robustness.get("threshold_change"),
        bootstrap_seeds=robustness.get("bootstrap_seeds"),
        protocol=plan.judged,
        thresholds=settings["claims"],
        changes=plan.choices(),
        clouds=plan.clouds,
    script:
        "../scripts/judge_robustness.py"


rule compare_activations:
    input:
        curves=[f"{results}/claims/curves.csv", f"{results}/claims/persistent_curves.csv"],
        weights=f"{results}/claims/weights.csv",
    output:
        networks=f"{results}/claims/speed.csv",
        speed=multiext(f"{results}/tables/speed", ".csv", ".md", ".tex"),
        correlations=multiext(f"{results}/tables/speed_correlations", ".csv", ".md", ".tex"),
    params:
        protocol=plan.judged,
        activation_parameters=settings["activation_parameters"],
        thresholds=settings["claims"],
    script:
        "../scripts/compare_activations.py"


rule write_finding:
    input:
        betti=f"{results}/persistence/betti_numbers.csv",
        distances=f"{results}/persistence/distances.csv",
        batches=plan.paths(f"{results}/batches/{{dataset}}.npz", plan.with_persistence),
    output:
        summary=f"{results}/persistence/summary.csv",
        finding=f"{results}/persistence/finding.md",
    params:
        persistence=plan.persistence,
    script:
        "../scripts/write_finding.py"
