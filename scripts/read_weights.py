"""Take trained networks from files instead of training them."""

import numpy as np
import pandas as pd
import torch

from topodnn.errors import InputError
from topodnn.files import Networks, read_data, write_networks
from topodnn.layers import network_layers, predicted_class
from topodnn.networks import linear_layers, stack_networks
from topodnn.progress import job_log, log

MAX_HELD_OUT_ERROR = 0.001  # of a network that is called well trained, as in the protocols


def main(
    data_path: str,
    weights_paths: list[str],
    networks_path: str,
    trials_path: str,
    *,
    kind: dict[str, str],
    hidden_widths: list[int],
    function: str,
    activation_parameters: dict,
    seeds: list[int],
) -> None:
    """Write the networks as `train` does, and a table with their error rates on the data.

    All of them count, well trained or not. They see the points as the data set has them.
    """
    torch.set_num_threads(1)
    data = read_data(data_path)
    widths = [data.points.shape[1], *hidden_widths, int(data.labels.max()) + 1]
    stack = stack_networks([read_network(path, widths) for path in weights_paths])
    about = {
        **kind,
        "widths": widths,
        "function": function,
        "activation_parameters": activation_parameters,
        "seeds": seeds,
        "protocol": {"protocol": kind["protocol"], "files": list(weights_paths)},
        "torch": torch.__version__,
    }
    weights, biases = ([tensor.numpy() for tensor in part] for part in zip(*stack, strict=True))
    mean, deviation = np.zeros(widths[0], dtype=np.float32), np.ones(1, dtype=np.float32)
    networks = Networks(weights, biases, mean, deviation, about)
    write_networks(networks_path, networks)
    rows = []
    for seed, layers in zip(seeds, network_layers(data, networks), strict=True):
        wrong = predicted_class(layers[-1]) != data.labels
        errors = wrong[~data.held_out].mean(), wrong[data.held_out].mean()
        well_trained = errors[0] == 0 and errors[1] <= MAX_HELD_OUT_ERROR
        rows.append(
            {**kind, "seed": seed, "trial": 1, "epochs": None, "steps": None,
             "train_error": errors[0], "held_out_error": errors[1], "seconds": None,
             "well_trained": well_trained, "counted": True}
        )  # fmt: skip
        log.info("%s: %d points misclassified", weights_paths[len(rows) - 1], wrong.sum())
    pd.DataFrame(rows).to_csv(trials_path, index=False)


def read_network(path: str, widths: list[int]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Weights and biases (zero where there are none) in single precision, of the widths given."""
    layers = linear_layers(path)
    found = [layers[0][0].shape[1], *(len(weight) for weight, _ in layers)]
    if found != widths:
        raise InputError(
            f"{path} has the widths {found}, but the network of the configuration has {widths}, "
            "from the features of the data to its classes"
        )
    return [
        (weight.float(), torch.zeros(len(weight)) if bias is None else bias.float())
        for weight, bias in layers
    ]


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(
            snakemake.input.data,  # noqa: F821
            snakemake.input.weights,  # noqa: F821
            snakemake.output.networks,  # noqa: F821
            snakemake.output.trials,  # noqa: F821
            **snakemake.params,  # noqa: F821
        )
