"""A byte that changed in a file of a run is noticed: one sentence, or the same contents."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from topodnn.datasets.files import Data, read_data, write_data
from topodnn.errors import InputError
from topodnn.figures.clouds import read_cloud, write_cloud
from topodnn.homology.files import read_scale, sampled_complex, write_scale
from topodnn.job_tables import write_job_table, write_parquet
from topodnn.networks.files import Networks, read_networks, write_networks
from topodnn.networks.points import Activations, write_activations
from topodnn.networks.tensors import Tensors
from topodnn.tables import read_job_table, read_parquet, read_table

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(6, 3)).astype(np.float32)
LABELS = np.arange(6) % 2
ROWS = pd.DataFrame(
    {"dataset": ["tori", "tori", "tori"], "seed": [0, 1, 12], "loss": [0.25, np.nan, 1e-7]}
)
LARGEST = 300  # characters of a sentence


def networks(path: Path) -> None:
    weight, bias = RNG.normal(size=(2, 2, 3)).astype(np.float32), np.zeros((2, 2), np.float32)
    about = {"seeds": [0, 1], "dataset": "tori"}
    write_networks(path, Networks([weight], [bias], POINTS[0], np.ones(1, np.float32), about))


def flat(value: object) -> list:
    """What a reader returns, in a form that can be compared."""
    if isinstance(value, (list, tuple)):
        return [part for item in value for part in flat(item)]
    if isinstance(value, np.ndarray):
        return [(str(value.dtype), value.shape, value.tobytes())]
    return [value.to_csv()] if isinstance(value, pd.DataFrame) else [value]


def all_points(path: Path) -> list:
    file = Activations(path)
    return [file.about, file.labels(), file.predicted(0), file.layer(0, 0), file.layer(0, 1)]


FILES = {  # name → how it is written, and read
    "data.npz": (
        lambda path: write_data(
            path, Data(POINTS, LABELS, LABELS > 0, np.zeros((0, 0), np.int64)), {"seed": 1}
        ),
        lambda path: read_data(path, {"seed": 1}),
    ),
    "cloud.npz": (
        lambda path: write_cloud(path, [POINTS, POINTS[:, :2]], LABELS, 3, True), read_cloud,
    ),
    "networks.safetensors": (networks, read_networks),
    "activations.safetensors": (
        lambda path: write_activations(
            path, [[POINTS, POINTS[:, :2]]], [LABELS], LABELS, {"seeds": [0]}
        ),
        all_points,
    ),
    "homology.csv": (
        lambda path: write_job_table(path, ROWS),
        lambda path: read_job_table(path, [*ROWS]),
    ),
    "trials.csv": (
        lambda path: write_job_table(path, ROWS), lambda path: read_table(path, [*ROWS]),
    ),
    "pairs.parquet": (
        lambda path: write_parquet(path, ROWS), lambda path: read_parquet(path, [*ROWS]),
    ),
    "scale.yaml": (
        lambda path: write_scale(
            path,
            {"n_neighbors": 12, "scale": 2.5, "block": {"n_neighbors": [8, 12]}, "stride": 1,
             "method": "plateau"},
        ),
        lambda path: [*map(read_scale(path).get, ["n_neighbors", "scale", "block", "stride"])],
    ),
}  # fmt: skip


def outcome(path: Path, read) -> list | None:
    """What is read, or None where one sentence names the file and what to do."""
    try:
        return flat(read(path))
    except InputError as error:
        text = str(error)
        assert str(path) in text
        assert "delete it, and the next run makes it again" in text
        assert "\n" not in text
        assert len(text) <= LARGEST + len(str(path)), text
        return None


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_anywhere_is_noticed_or_changes_nothing(name, tmp_path):
    write, read = FILES[name]
    path = tmp_path / name
    write(path)
    whole, wanted = path.read_bytes(), flat(read(path))
    noticed = 0
    for place in range(len(whole)):
        changed = whole[place] ^ (0x01, 0x0F, 0x80)[place % 3]
        path.write_bytes(whole[:place] + bytes([changed]) + whole[place + 1 :])
        found = outcome(path, read)
        assert found in (None, wanted), place
        noticed += found is None
    assert noticed > len(whole) // 2  # dates and the like decide nothing


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_broke_off_is_noticed(name, tmp_path):
    write, read = FILES[name]
    path = tmp_path / name
    write(path)
    whole, wanted = path.read_bytes(), flat(read(path))
    for length in {*range(0, len(whole), 7), len(whole) - 1, whole.find(b"\n") + 1}:
        path.write_bytes(whole[:length])
        assert outcome(path, read) in (None, wanted), length
    path.write_bytes(b"")
    assert outcome(path, read) is None
    path.write_bytes(b"\0" * len(whole))
    assert outcome(path, read) is None


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_there_is_said_to_be_so(name, tmp_path):
    with pytest.raises(FileNotFoundError, match="No such file"):
        FILES[name][1](tmp_path / name)


def test_a_file_without_checksums_is_still_read(tmp_path):
    from safetensors.numpy import save_file

    save_file({"a": POINTS}, tmp_path / "old.safetensors", metadata={"about": '{"seeds": [0]}'})
    with Tensors(tmp_path / "old.safetensors") as tensors:
        assert np.array_equal(tensors["a"], POINTS)
        assert tensors.about == {"seeds": [0]}
    ROWS.to_csv(tmp_path / "old.csv", index=False)
    pd.testing.assert_frame_equal(read_table(tmp_path / "old.csv", ["seed"]), ROWS)


NETWORKS = ROWS.assign(network="4x25", protocol="fast", activation="relu")
TABLES = {
    "csv": (write_job_table, read_job_table),
    "parquet": (write_parquet, read_parquet),
}


@pytest.mark.parametrize("ending", TABLES)
def test_a_table_of_other_networks_than_its_path_says_is_refused(tmp_path, ending):
    write, read = TABLES[ending]

    def written(place: str) -> Path:
        path = tmp_path / place / f"seeds_0-12.{ending}"
        path.parent.mkdir(parents=True)
        write(path, NETWORKS)
        return path

    mine = written("tori/4x25/fast/relu")
    pd.testing.assert_frame_equal(read(mine, ["seed"]), NETWORKS)
    with pytest.raises(InputError, match=r"it is of tori, 4x25, fast, relu\): delete it"):
        read(written("tori/4x25/fast/tanh"), ["seed"])
    with pytest.raises(InputError, match=r"it is of the seeds 0 to 12\): delete it"):
        read(mine.rename(mine.with_name(f"seeds_0-9.{ending}")), ["seed"])


def test_a_table_without_rows_is_one_and_one_that_lost_its_rows_is_not(tmp_path):
    path = tmp_path / "curves.csv"
    write_job_table(path, ROWS.head(0))
    assert read_table(path, [*ROWS]).empty
    write_job_table(path, ROWS)
    path.write_text(path.read_text().partition("\n")[0] + "\n")
    with pytest.raises(InputError, match=r"its rows are lost\): delete it"):
        read_table(path, [*ROWS])


@pytest.mark.parametrize(
    ("given", "dataset"),
    [({"stride": 4}, {"seed": 1}), ({"stride": 1, "sample": 3}, {"seed": 1}),
     ({"stride": 1}, {"seed": 2})],
)  # fmt: skip
def test_a_choice_of_k_on_other_points_is_refused(tmp_path, given, dataset):
    path, block = tmp_path / "scale.yaml", {"n_neighbors": [8, 12]}
    of = {"stride": 1, "sample": None, "dataset": {"seed": 1}, "method": "true_betti"}
    write_scale(path, {"n_neighbors": 12, "scale": 2.5, "block": block, **of})
    auto = {"n_neighbors": "auto", "scale": 2.5}
    assert sampled_complex(auto | {"stride": 1}, path, {"seed": 1})[1]["n_neighbors"] == 12
    with pytest.raises(InputError, match=r"chosen on other points: .*\): delete it"):
        sampled_complex(auto | given, path, dataset)


def test_data_of_another_configuration_are_refused(tmp_path):
    path = tmp_path / "data.npz"
    FILES["data.npz"][0](path)
    with pytest.raises(
        InputError, match=r'is of another data set, {"seed": 1}, and not of .*2}; d'
    ):
        read_data(path, {"seed": 2})
    assert np.array_equal(read_data(path).points, POINTS)
