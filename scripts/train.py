"""Train a batch of networks, one for each seed, until each one is well trained."""

from pathlib import Path

import numpy as np
import torch

from topodnn.datasets.files import read_data
from topodnn.errors import InputError
from topodnn.job_tables import write_job_table
from topodnn.log import job_log, log, progress
from topodnn.networks.checkpoints import remove_checkpoint
from topodnn.networks.data import is_trained_on, standardisation
from topodnn.networks.files import Networks, write_networks
from topodnn.networks.processor import choose_device, set_up_processor
from topodnn.networks.training import train_networks


def main(
    data_path: str,
    *,
    kind: dict[str, str],
    hidden_widths: list[int],
    function: str,
    activation_parameters: dict,
    seeds: list[int],
    protocol: dict,
    device: str,
    code: str,
    residual: bool = False,
    dataset: dict | None = None,
    networks_path: str,
    trials_path: str,
    curves_path: str,
) -> None:
    """Write the networks, the table of every trial and the learning curves.

    `kind` names the data set, the network, the protocol and the activation; `function` is the name
    by which the activation is made; `dataset` is what decides the points. While the training runs,
    a checkpoint lies beside `networks_path`, from which a killed training resumes.
    """
    set_up_processor()
    data = read_data(data_path, dataset)
    mean, deviation = np.zeros(data.points.shape[1], dtype=np.float32), 1.0
    if protocol["standardise"]:
        trained_on = is_trained_on(data.held_out, protocol)
        mean, deviation = standardisation(data.points[trained_on])
        if deviation == 0:
            raise InputError(f"{data_path}: all points that are trained on are the same")
    widths = [data.points.shape[1], *hidden_widths, int(data.labels.max()) + 1]
    chosen = choose_device(device)
    checkpoint_path = Path(networks_path).with_suffix(".checkpoint")
    log.info("%d networks on %s, %s", len(seeds), chosen, protocol)
    with progress(" ".join(kind.values())) as report:
        stack, trials, curves = train_networks(
            (data.points - mean) / deviation,
            data.labels,
            data.held_out,
            widths=widths,
            activation=function,
            activation_parameters=activation_parameters,
            seeds=seeds,
            protocol=protocol,
            device=chosen,
            report=report,
            checkpoint_path=checkpoint_path,
            code=code,
            residual=residual,
        )
    about = {
        **kind,
        "data": dataset,
        "widths": widths,
        "residual": residual,
        "function": function,
        "activation_parameters": activation_parameters,
        "seeds": seeds,
        "protocol": protocol,
        "device": str(chosen),
        "torch": torch.__version__,
    }
    weights, biases = ([tensor.numpy() for tensor in part] for part in zip(*stack, strict=True))
    write_networks(networks_path, Networks(weights, biases, mean, deviation, about))
    for table, path in ((trials, trials_path), (curves, curves_path)):
        for column, value in reversed(kind.items()):
            table.insert(0, column, value)
        write_job_table(path, table)
    remove_checkpoint(checkpoint_path)
    good = trials.groupby("seed")["well_trained"].any()
    log.info("%d of %d networks are well trained, in %d trials", good.sum(), len(good), len(trials))
    for seed in good.index[~good]:
        log.warning("seed %d: no trial of %d was well trained", seed, protocol["max_trials"])


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(
            snakemake.input.data,
            **snakemake.params,
            networks_path=snakemake.output.networks,
            trials_path=snakemake.output.trials,
            curves_path=snakemake.output.curves,
        )
