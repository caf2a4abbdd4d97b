"""What made the results, and what readers get of them: article, pages of the report, crate, TensorBoard."""

from topodnn.workflow import article, stages


rule record_provenance:
    input:
        lambda wildcards: stages.stage_files(plan, wildcards.stage),
    output:
        provenance=f"{results}/provenance/{{stage}}.yaml",
    wildcard_constraints:
        stage=one_of(stages.made_stages(plan)),
    params:
        # Recorded when the files of the stage are made and at no other time, so neither the code of
        # this rule nor the configuration, which Snakemake does not compare in a function of input.
        code="",
        config=lambda wildcards, input: settings,
    script:
        "../scripts/record_provenance.py"


rule join_provenance:
    input:
        stages.stage_records(plan),
    output:
        provenance=f"{results}/provenance.yaml",
    params:
        config=stages.config_of_run(plan),
    script:
        "../scripts/join_provenance.py"


rule build_article:
    input:
        source=source("paper/article.typ"),
        parts=outputs.files_below(source("paper")),
        data=plan.paths(f"{results}/data/{{dataset}}.npz"),
        scales=[*outputs.scale_tables(plan), *outputs.scale_choices(plan)],
        tables=list(article.tables(plan, kept_results).values()),
        figures=article.figure_files(plan, kept_results),
    output:
        pdf=f"{results}/article.pdf",
    params:
        kept=settings["kept"],
        tables=article.tables(plan, kept_results),
        figures=article.figures(plan, kept_results),
        data=article.data(plan),
        trainings=article.trainings(plan),
        judged=plan.judged,
    script:
        "../scripts/build_article.py"


rule build_report_tables:
    input:
        texts=[f"{results}/{name}.md" for name in tables],
        benchmarks=f"{results}/benchmarks.csv",
        provenance=f"{results}/provenance.yaml",
    output:
        in_report(f"{results}/{name}.html" for name in [*tables, "benchmarks", "provenance"]),
    script:
        "../scripts/build_report_tables.py"


rule build_rocrate:
    input:
        results=outputs.crate_files(plan),
        provenance=f"{results}/provenance.yaml",
        beside=[*article.kept_beside(plan, kept_results), *other_protocols],
        source=[
            *(source(name) for name in ("CITATION.cff", "LICENSE", "README.md", "Snakefile")),
            *outputs.files_below(source("rules")),
        ],
    output:
        crate=f"{results}/rocrate.zip",
    script:
        "../scripts/build_rocrate.py"


rule write_events:
    input:
        trials=lambda wildcards: plan.of_kind(
            wildcards, f"{results}/networks/{BATCH_PATH}.trials.csv"
        ),
        curves=lambda wildcards: plan.of_kind(
            wildcards, f"{results}/networks/{BATCH_PATH}.curves.csv"
        ),
    output:
        folder=directory(f"{results}/tensorboard/{KIND_PATH}"),
    script:
        "../scripts/write_events.py"


rule write_images:
    input:
        images=outputs.images(plan),
    output:
        folder=directory(f"{results}/tensorboard/figures"),
    params:
        tags=outputs.figures(plan)["plot_persistence"],
    script:
        "../scripts/write_images.py"


rule plot_rulegraph:
    input:
        rules=[source("Snakefile"), *outputs.files_below(source("rules"))],
        config=source("config/config.yaml"),
    output:
        source("docs/rulegraph.svg"),
    script:
        "../scripts/plot_rulegraph.py"
