"""Take trained networks from files instead of training them."""

import numpy as np
import pandas as pd
import torch

from topodnn.datasets.files import read_data
from topodnn.errors import InputError
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log
from topodnn.networks.files import Networks, write_networks
from topodnn.networks.layers import network_layers, predicted_class
from topodnn.networks.processor import set_up_processor
from topodnn.networks.stacks import stack_networks
from topodnn.networks.state_dicts import linear_layers

MAX_HELD_OUT_ERROR = 0.001  # of a network that is called well trained, as in the protocol fast


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
    residual: bool = False,
    dataset: dict | None = None,
) -> None:
    """Write the networks as `train` does, and a table with their error rates on the data.

    All networks count, well trained or not. They see the points as the data set has them;
    `dataset` is what decides these.
    """
    set_up_processor()
    data = read_data(data_path, dataset)
    widths = [data.points.shape[1], *hidden_widths, int(data.labels.max()) + 1]
    stack = stack_networks([read_network(path, widths) for path in weights_paths])
    about = {
        **kind,
        "data": dataset,
        "widths": widths,
        "residual": residual,
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
    write_job_table(trials_path, pd.DataFrame(rows))


def read_network(path: str, widths: list[int]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Read weights and biases (zero if a layer has none) in single precision; check the widths."""
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
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            snakemake.input.weights,
            snakemake.output.networks,
            snakemake.output.trials,
            **snakemake.params,
        )
