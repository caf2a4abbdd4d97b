"""The authors' data files: read without TensorFlow, refused where they are damaged."""

import struct
import sys

import numpy as np
import pytest
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

from topodnn.datasets.readers import read_points
from topodnn.datasets.tfrecords import example_class
from topodnn.errors import InputError


def example(features: dict[str, list], kind="float_list") -> bytes:
    message = example_class()()
    for key, numbers in features.items():
        entry = message.features.feature.add(key=key)
        getattr(entry.value, kind).value.extend(numbers)
    return message.SerializeToString()


def record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return b"".join(part + struct.pack("<I", masked_crc32c(part)) for part in (length, content))


def of_points(points, labels) -> bytes:
    return b"".join(
        record(example({"vector/point": list(point), "vector/ground_truth": [label]}))
        for point, label in zip(points, labels, strict=True)
    )


def test_points_and_labels_are_those_that_were_written(tmp_path):
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(40, 3)).astype(np.float32), np.arange(40) % 2
    (tmp_path / "rings_9.tfrecords").write_bytes(of_points(points, labels))
    found, classes = read_points(tmp_path / "rings_9.tfrecords")
    assert np.array_equal(found, points)
    assert np.array_equal(classes, labels)
    assert "tensorflow" not in sys.modules


def test_unpacked_and_whole_numbers_are_read(tmp_path):
    def field(number, content):
        return bytes([number << 3 | 2, len(content)]) + content

    def entry(key, feature):
        return field(1, field(1, key.encode()) + field(2, feature))

    unpacked = b"".join(b"\x0d" + struct.pack("<f", x) for x in (0.5, 2.5))
    parts = [
        record(field(1, entry("vector/point", field(2, unpacked))
                     + entry("vector/ground_truth", field(3, field(1, bytes([label]))))))
        for label in (0, 1)
    ]  # fmt: skip
    (tmp_path / "a.tfrecords").write_bytes(b"".join(parts))
    points, labels = read_points(tmp_path / "a.tfrecords")
    assert points.tolist() == [[0.5, 2.5]] * 2
    assert labels.tolist() == [0, 1]


GOOD = of_points([[1, 2], [3, 4], [5, 6]], [0, 1, 1])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "has no record"),
        (b"PK\x03\x04 not really a file of records", "record 0 is damaged or this is no tfrecords"),
        (GOOD[:-3], "record 2 is damaged .* truncated"),
        (
            GOOD[:20] + bytes([GOOD[20] ^ 1]) + GOOD[21:],
            "record 0 is damaged .* failed event crc32 check",
        ),
        (
            GOOD[:8] + bytes([GOOD[8] ^ 1]) + GOOD[9:],
            "record 0 is damaged .* failed header crc32 check",
        ),
        (GOOD + record(b"\xff\xff"), "record 3 is no tf.train.Example"),
        (record(example({"point": [1]})), "record 0 has no numbers 'vector/point'; it has point"),
        (GOOD + of_points([[1, 2, 3]], [0]), "record 3 has a point of 3 numbers, but .* have 2"),
        (record(example({"vector/point": [1], "vector/ground_truth": [0, 1]})), "has 2 labels"),
        (of_points([[1, float("nan")], [0, 0]], [0, 1]), "nan in row 0, column 1"),
        (of_points([[1, 1], [0, 0]], [0, 0.5]), "labels have shape .* must be 2 whole numbers"),
    ],
)
def test_a_damaged_file_is_refused_with_one_sentence(tmp_path, content, text):
    path = tmp_path / "bad.tfrecords"
    path.write_bytes(content)
    with pytest.raises(InputError, match=text) as error:
        read_points(path)
    assert "bad.tfrecords" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.tfrecords"):
        read_points(tmp_path / "none.tfrecords")
