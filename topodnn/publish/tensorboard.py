"""Learning curves and figures as TensorBoard event files."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from torch.utils.tensorboard import SummaryWriter


def write_events(folder: str | Path, curves: pd.DataFrame, trials: pd.DataFrame) -> int:
    """Write a run ``seed_S/trial_T`` for every network that was drawn.

    Parameters
    ----------
    folder : path
    curves, trials : DataFrame
        As from :func:`topodnn.networks.training.train_networks`.

    Returns
    -------
    int
        Number of runs. Each has the scalars loss and train_error after every epoch, and
        held_out_error after the last.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)  # untrained networks have no curve
    ends = trials.set_index(["seed", "trial"])
    runs = curves.groupby(["seed", "trial"])
    for (seed, trial), run in runs:
        with SummaryWriter(Path(folder) / f"seed_{seed}" / f"trial_{trial}") as writer:
            for epoch, loss, error in run[["epoch", "loss", "train_error"]].itertuples(index=False):
                writer.add_scalar("loss", loss, epoch)
                writer.add_scalar("train_error", error, epoch)
            end = ends.loc[(seed, trial)]
            writer.add_scalar("held_out_error", end["held_out_error"], int(end["epochs"]))
    return len(runs)


def write_images(folder: str | Path, images: dict[str, str]) -> None:
    """Write one run of images.

    Parameters
    ----------
    folder : path
    images : dict
        Tag → path of a PNG.
    """
    with SummaryWriter(folder) as writer:
        for tag, path in images.items():
            with Image.open(path) as image:
                writer.add_image(tag, np.asarray(image.convert("RGB")), dataformats="HWC")
