"""Figures, each rule those of one kind, and the page to explore. Colours: topodnn/figures/style.py."""

panels = outputs.panels(plan)


rule plot_data:
    input:
        data=plan.paths(f"{results}/data/{{dataset}}.npz"),
    output:
        in_report(drawn("plot_data")),
    params:
        titles=[plan.titles[name] for name in plan.paths("{dataset}")],
        n_points=settings["figure_points"],
    script:
        "../scripts/plot_data.py"


rule plot_scale:
    input:
        tables=outputs.scale_tables(plan),
        choices=outputs.scale_choices(plan),
    output:
        in_report(drawn("plot_scale")),
    params:
        titles=[plan.titles[dataset] for dataset, _ in plan.chosen],
    script:
        "../scripts/plot_scale.py"


rule plot_panels:
    input:
        table=f"{results}/betti_numbers.csv",
    output:
        in_report(drawn("plot_panels")),
    priority: 1  # it takes longest
    params:
        panels=named(panels["curves"]),
    script:
        "../scripts/plot_panels.py"


rule plot_samples:
    input:
        table=f"{results}/betti_numbers.csv",
        all_points=f"{results}/betti_numbers_of_all_points.csv",
    output:
        in_report(drawn("plot_samples")),
    params:
        panels=named(panels["samples"]),
    script:
        "../scripts/plot_samples.py"


rule plot_epsilons:
    input:
        table=f"{results}/betti_numbers_at_all_scales.csv",
    output:
        in_report(drawn("plot_epsilons")),
    params:
        panels=named(panel for panel, _ in outputs.epsilon_pages(plan)),
        quantities=[quantity for _, quantity in outputs.epsilon_pages(plan)],
        scales=plan.scales,
    script:
        "../scripts/plot_epsilons.py"


rule plot_comparisons:
    input:
        table=f"{results}/betti_numbers.csv",
    output:
        in_report(drawn("plot_comparisons")),
    params:
        comparisons=list(settings["comparisons"].values()),
        protocol=plan.judged,
    script:
        "../scripts/plot_comparisons.py"


rule plot_protocols:
    input:
        table=f"{results}/betti_numbers.csv",
    output:
        in_report(drawn("plot_protocols")),
    params:
        networks=named(panels["protocols"]),
    script:
        "../scripts/plot_protocols.py"


rule plot_well_trained:
    input:
        table=f"{results}/betti_numbers.csv",
    output:
        in_report(drawn("plot_well_trained")),
    params:
        networks=list(settings["networks"]),
    script:
        "../scripts/plot_well_trained.py"


rule plot_layers:
    input:
        clouds=outputs.clouds(plan),
        table=f"{results}/betti_numbers.csv",
    output:
        in_report(drawn("plot_layers")),
    params:
        kinds=named(panels["layers"]),
    script:
        "../scripts/plot_layers.py"


rule plot_barcode:
    input:
        barcodes=outputs.barcode_files(plan),
    output:
        in_report(drawn("plot_barcode")),
    script:
        "../scripts/plot_barcode.py"


rule plot_robustness:
    input:
        verdicts=f"{results}/robustness/verdicts.csv",
        answers=f"{results}/robustness/answers.csv",
    output:
        in_report(drawn("plot_robustness")),
    params:
        titles=plan.titles,
    script:
        "../scripts/plot_robustness.py"


rule plot_speed:
    input:
        networks=f"{results}/claims/speed.csv",
        table=f"{results}/tables/speed.csv",
    output:
        in_report(drawn("plot_speed")),
    params:
        datasets=outputs.with_many_activations(plan),
        titles=plan.titles,
    script:
        "../scripts/plot_speed.py"


rule plot_persistence:
    input:
        betti=f"{results}/persistence/betti_numbers.csv",
        distances=f"{results}/persistence/distances.csv",
        curves=f"{results}/persistence/betti_curves.csv",
        diagrams=f"{results}/persistence/diagrams.parquet",
    output:
        drawn("plot_persistence"),
    params:
        diagram_panels=named(outputs.panels_of(panels["diagrams"])),
        panels=named(panels["batch"]),
        persistence=plan.persistence,
    script:
        "../scripts/plot_persistence.py"


rule build_explorer:
    input:
        table=f"{results}/betti_numbers.csv",
        clouds=outputs.clouds(plan),
        template=source("topodnn/figures/explorer.html"),
    output:
        in_report([f"{results}/explore.html"]),
    params:
        name=settings["name"],
        titles=plan.titles,
        kinds=named(panels["layers"]),
    script:
        "../scripts/build_explorer.py"
