"""Networks: points → well-trained networks → the points at every layer.

Memory of a job: topodnn/workflow/resources.py, asked by the plan.
"""


rule train:
    input:
        data=f"{results}/data/{{dataset}}.npz",
    output:
        networks=f"{results}/networks/{BATCH_PATH}.safetensors",
        trials=f"{results}/networks/{BATCH_PATH}.trials.csv",
        curves=f"{results}/networks/{BATCH_PATH}.curves.csv",
    wildcard_constraints:
        protocol=TRAINED,
    priority: 1  # a run should not end with a network that is still in training
    resources:
        mem_mb=plan.training_mb,
        runtime=lambda wildcards, attempt: 120 * attempt,
        gpu=int(plan.on_gpu),
    params:
        kind=plan.kind,
        hidden_widths=plan.hidden_widths,
        residual=plan.residual,
        function=plan.function,
        activation_parameters=plan.activation_parameters,
        seeds=plan.seeds,
        protocol=plan.protocol,
        device=settings["device"],
        dataset=plan.dataset,
        # A checkpoint of other code is not used.
        code=code_of(root / "scripts/train.py", root, plan.function),
    script:
        "../scripts/train.py"


rule read_weights:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        weights=plan.weight_files,
    output:
        networks=f"{results}/networks/{PRETRAINED_PATH}.safetensors",
        trials=f"{results}/networks/{PRETRAINED_PATH}.trials.csv",
    resources:
        mem_mb=plan.activations_mb,
    params:
        kind=plan.kind,
        hidden_widths=plan.hidden_widths,
        residual=plan.residual,
        function=plan.function,
        activation_parameters=plan.activation_parameters,
        seeds=plan.seeds,
        dataset=plan.dataset,
    script:
        "../scripts/read_weights.py"


rule extract_activations:
    input:
        data=f"{results}/data/{{dataset}}.npz",
        networks=f"{results}/networks/{BATCH_PATH}.safetensors",
    output:
        activations=temp(f"{results}/activations/{BATCH_PATH}.safetensors"),
    resources:
        mem_mb=plan.activations_mb,
    params:
        dataset=plan.dataset,
        wanted=plan.networks,
    script:
        "../scripts/extract_activations.py"
