"""TensorBoard event files, read back with TensorBoard's own reader."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

from scripts import write_images
from topodnn.publish.tensorboard import write_events


def scalars_of(folder) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Run → tag → (step, value), as `tensorboard --logdir folder` shows them."""
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    return {
        run: {
            tag: [(event.step, event.value) for event in multiplexer.Scalars(run, tag)]
            for tag in tags["scalars"]
        }
        for run, tags in multiplexer.Runs().items()
    }


def test_every_network_drawn_is_a_run_with_its_curves(tmp_path):
    rows = [(0, 1, 0.5, 0.2), (3, 1, 0.6, 0.4), (3, 2, 0.1, 0.0)]
    curves = pd.DataFrame(
        [
            {"seed": s, "trial": t, "epoch": e, "loss": loss / e, "train_error": error}
            for s, t, loss, error in rows
            for e in (1, 2)
        ]
    )
    trials = pd.DataFrame(
        [{"seed": s, "trial": t, "epochs": 2, "held_out_error": error} for s, t, _, error in rows]
    )
    assert write_events(tmp_path / "tori/9x25/relu", curves, trials) == 3
    found = scalars_of(tmp_path)
    assert set(found) == {
        f"tori/9x25/relu/{run}" for run in ("seed_0/trial_1", "seed_3/trial_1", "seed_3/trial_2")
    }
    run = found["tori/9x25/relu/seed_3/trial_1"]
    assert run["loss"] == [(1, pytest.approx(0.6)), (2, pytest.approx(0.3))]
    assert run["train_error"] == [(1, pytest.approx(0.4)), (2, pytest.approx(0.4))]
    assert run["held_out_error"] == [(2, pytest.approx(0.4))]


def test_images_are_read_back_from_the_event_files(tmp_path):
    tags = ["rings/2x3/notebook/diagrams", "rings/batch"]
    paths = [str(tmp_path / "diagrams.png"), str(tmp_path / "batch.png")]
    for path, shape in zip(paths, ((90, 120), (60, 40)), strict=True):
        plt.imsave(path, np.eye(*shape), cmap="gray")
    write_images.main(paths, str(tmp_path / "events"), tags=tags)
    events = EventAccumulator(str(tmp_path / "events"), size_guidance={"images": 0})
    events.Reload()
    assert events.Tags()["images"] == tags
    for tag, path in zip(tags, paths, strict=True):
        (image,) = events.Images(tag)
        assert (image.height, image.width) == plt.imread(path).shape[:2]
        (tmp_path / "image.png").write_bytes(image.encoded_image_string)
        assert (plt.imread(tmp_path / "image.png")[..., :3] < 0.9).any()
