"""The data files of the authors' release, read without TensorFlow.

A ``.tfrecords`` file is a sequence of records with checksums. Each is a ``tf.train.Example``, which
maps names to lists of numbers. The release (github.com/topnn/topnn_framework) writes one record per
point, with ``vector/point`` and ``vector/ground_truth``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf.message import DecodeError
from tensorboard.compat.tensorflow_stub.errors import DataLossError, OutOfRangeError
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

from topodnn.errors import InputError

POINT, LABEL = "vector/point", "vector/ground_truth"
# After tensorflow/core/example/feature.proto and example.proto; a map is a list of entries.
SCHEMA = """
name: "topodnn/example.proto" package: "topodnn" syntax: "proto3"
message_type { name: "FloatList"
  field { name: "value" number: 1 label: LABEL_REPEATED type: TYPE_FLOAT } }
message_type { name: "Int64List"
  field { name: "value" number: 1 label: LABEL_REPEATED type: TYPE_INT64 } }
message_type { name: "Feature"
  field { name: "float_list" number: 2 label: LABEL_OPTIONAL
    type: TYPE_MESSAGE type_name: ".topodnn.FloatList" }
  field { name: "int64_list" number: 3 label: LABEL_OPTIONAL
    type: TYPE_MESSAGE type_name: ".topodnn.Int64List" } }
message_type { name: "Entry"
  field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
  field { name: "value" number: 2 label: LABEL_OPTIONAL
    type: TYPE_MESSAGE type_name: ".topodnn.Feature" } }
message_type { name: "Features"
  field { name: "feature" number: 1 label: LABEL_REPEATED
    type: TYPE_MESSAGE type_name: ".topodnn.Entry" } }
message_type { name: "Example"
  field { name: "features" number: 1 label: LABEL_OPTIONAL
    type: TYPE_MESSAGE type_name: ".topodnn.Features" } }
"""


def read_tfrecords(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Read the points and the labels of a file.

    Parameters
    ----------
    path : path

    Returns
    -------
    points : ndarray of shape (n_points, n_features), float32
    labels : ndarray of shape (n_points,), float64
        As in the file; the release stores labels as floats.

    Raises
    ------
    InputError
        If the file is damaged or empty, or a record has other contents; the message gives the
        number of the record, from 0.
    OSError
        If there is no such file.
    """
    Path(path).open("rb").close()  # the reader's own error speaks of event files
    example = example_class()
    points: list[list[float]] = []
    labels: list[float] = []
    for i, record in enumerate(_records(path)):
        try:
            entries = example.FromString(record).features.feature
        except DecodeError as error:
            raise InputError(f"{path}: record {i} is no tf.train.Example") from error
        numbers = {
            entry.key: entry.value.float_list.value or entry.value.int64_list.value
            for entry in entries
        }
        for name in (POINT, LABEL):
            if not numbers.get(name):
                found = ", ".join(sorted(numbers)) or "nothing"
                raise InputError(f"{path}: record {i} has no numbers {name!r}; it has {found}")
        if points and len(numbers[POINT]) != len(points[0]):
            raise InputError(
                f"{path}: record {i} has a point of {len(numbers[POINT])} numbers, but those "
                f"before it have {len(points[0])}"
            )
        if len(numbers[LABEL]) != 1:
            raise InputError(
                f"{path}: record {i} has {len(numbers[LABEL])} labels, but must have one"
            )
        points.append(list(numbers[POINT]))
        labels.append(numbers[LABEL][0])
    if not points:
        raise InputError(f"{path} has no record")
    return np.array(points, dtype=np.float32), np.array(labels, dtype=np.float64)


def example_class() -> Any:
    """The message class ``tf.train.Example``, without lists of bytes."""
    pool = descriptor_pool.DescriptorPool()
    pool.Add(text_format.Parse(SCHEMA, descriptor_pb2.FileDescriptorProto()))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("topodnn.Example"))


def _records(path: str | Path) -> Iterator[bytes]:
    reader, number = PyRecordReader_New(str(path)), 0
    while True:
        try:
            reader.GetNext()
        except OutOfRangeError:
            return
        except DataLossError as error:
            raise InputError(
                f"{path}: record {number} is damaged or this is no tfrecords file: {error.message}"
            ) from error
        yield reader.record()
        number += 1
