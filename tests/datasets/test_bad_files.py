"""Bad files of points: each ends in one sentence that names the file and what is wrong."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.datasets.test_tfrecords import example, of_points, record
from topodnn.datasets.preparation import prepare
from topodnn.errors import InputError

LONGEST = 300  # characters of a sentence, without the folder of the file
X = np.random.default_rng(0).normal(size=(20, 3))
Y = np.arange(20) % 2
TABLE = pd.DataFrame(X, columns=[*"abc"]).assign(y=Y)
TEXT = TABLE.to_csv(index=False)
Write = Callable[[Path], object]


def npz(**arrays: object) -> Write:
    return lambda path: np.savez(path, **arrays)


def raw(content: bytes | str) -> Write:
    return lambda path: path.write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )


def parquet(**columns: object) -> Write:
    return lambda path: TABLE.assign(**columns).to_parquet(path)


def in_memory(write: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def with_row(row: str) -> Write:
    """The table, with a row of one's own before all others."""
    return raw(TEXT.replace("\n", f"\n{row}\n", 1))


PACKED = in_memory(lambda file: np.savez_compressed(file, X=X, y=Y))
PARQUET = in_memory(TABLE.to_parquet)
RECORDS = of_points(X.astype(np.float32), Y)
FLIPPED = PACKED[:200] + bytes([PACKED[200] ^ 1]) + PACKED[201:]
NO_NUMBERS = "but must be real numbers of shape (n_points, n_features)"
NO_CLASSES = "but must be 0, 1, … of two or more classes; the key 'classes' chooses among other lab"
NO_WHOLE = "but must be whole numbers 0, 1, …, unless the key 'classes' says which labels make up"

BAD: list[tuple[str, Write, str]] = [  # name of the file, how it is written, what the sentence says
    ("empty.npz", raw(b""), "is not an npz file: No data left in file"),
    ("half.npz", raw(PACKED[: len(PACKED) // 2]), "is not an npz file: File is not a zip file"),
    ("flipped.npz", raw(FLIPPED), "is not an npz file: X.npy is not what its checksum says"),
    (
        "text.npz",
        raw("hello"),
        "holds Python objects or is not an npz file; save arrays of numbers",
    ),
    ("pickle.npz", raw(b"\x80\x04cos\nsystem\n"), "holds Python objects or is not an npz file"),
    ("objects.npz", npz(X=X.astype(object), y=Y), "holds Python objects or is not an npz file"),
    ("array.npz", lambda path: np.save(path.open("wb"), X), "holds a single array; save it with"),
    ("zip.npz", lambda path: zipfile.ZipFile(path, "w").close(), "has no array 'X'; it has none"),
    ("no_x.npz", npz(y=Y), "has no array 'X'; it has y"),
    ("no_y.npz", npz(X=X), "has no array 'y'; it has X"),
    ("flat.npz", npz(X=X[:, 0], y=Y), f"have shape (20,) and type float32, {NO_NUMBERS}"),
    (
        "deep.npz",
        npz(X=X[:, :, None], y=Y),
        f"have shape (20, 3, 1) and type float32, {NO_NUMBERS}",
    ),
    ("number.npz", npz(X=1.0, y=Y), f"have shape () and type float32, {NO_NUMBERS}"),
    ("no_points.npz", npz(X=X[:0], y=Y[:0]), "has no points"),
    ("no_features.npz", npz(X=X[:, :0], y=Y), f"have shape (20, 0) and type float32, {NO_NUMBERS}"),
    ("complex.npz", npz(X=X * 1j, y=Y), f"type complex128, {NO_NUMBERS}"),
    ("strings.npz", npz(X=X.astype(str), y=Y), f"type <U32, {NO_NUMBERS}"),
    ("truth.npz", npz(X=X > 0, y=Y), f"type bool, {NO_NUMBERS}"),
    ("times.npz", npz(X=X.astype("datetime64[s]"), y=Y), f"type datetime64[s], {NO_NUMBERS}"),
    ("records.npz", npz(X=np.zeros(20, dtype=[("a", "f4")]), y=Y), NO_NUMBERS),
    (
        "nan.npz",
        npz(X=np.where(X[2, 1] == X, np.nan, X), y=Y),
        "nan in row 2, column 1 (1 such val",
    ),
    (
        "inf.npz",
        npz(X=np.where(X[5, 0] == X, np.inf, X), y=Y),
        "inf in row 5, column 0 (1 such val",
    ),
    ("large.npz", npz(X=X * 1e300, y=Y), "column 0 (60 such values); every value must be finite"),
    ("constant.npz", npz(X=X * 0 + 3, y=Y), "every feature is constant, so that all 20 points are"),
    ("ones.npz", npz(X=np.ones((20, 3), int), y=Y), "every feature is constant"),
    (
        "short.npz",
        npz(X=X, y=Y[1:]),
        "have shape (19,), but there must be one for each of the 20 p",
    ),
    ("table.npz", npz(X=X, y=Y[:, None]), "have shape (20, 1), but there must be one for each"),
    ("label.npz", npz(X=X, y=1), "have shape (), but there must be one for each"),
    ("one_class.npz", npz(X=X, y=Y * 0), f"the labels are 0, {NO_CLASSES}"),
    ("gap.npz", npz(X=X, y=Y * 2), f"the labels are 0, 2, {NO_CLASSES}"),
    ("negative.npz", npz(X=X, y=Y - 1), f"the labels are -1, 0, {NO_CLASSES}"),
    (
        "missing.npz",
        npz(X=X, y=np.where(Y, 1, np.nan)),
        "nan in row 0 of the labels (10 such values",
    ),
    (
        "names.npz",
        npz(X=X, y=np.where(Y, "cat", "dog")),
        f"the labels are 'cat', 'dog', {NO_WHOLE}",
    ),
    ("halves.npz", npz(X=X, y=Y + 0.5), f"the labels are '0.5', '1.5', {NO_WHOLE}"),
    ("yes.npz", npz(X=X, y=Y > 0), f"the labels are 'False', 'True', {NO_WHOLE}"),
    ("huge.npz", npz(X=X, y=np.full(20, 2**63, np.uint64)), f"'9223372036854775808', {NO_WHOLE}"),
    (
        "rare.npz",
        npz(X=X, y=np.arange(20) // 19),
        "held_out is 0.1, but of the 1 points of class 1",
    ),
    ("empty.csv", raw(""), "is empty, but must be a table"),
    ("lines.csv", raw("\n\n"), "is empty, but must be a table"),
    ("header.csv", raw("a,b,y\n"), "has no points"),
    (
        "no_header.csv",
        raw("0.5,1.5,0\n0.25,1,1\n"),
        "the first line is 0.5, 1.5, 0, …, but must be",
    ),
    ("word.csv", with_row("x,1,2,0"), "x in row 0, column 'a' (1 such values); features must be"),
    ("long.csv", with_row("x" * 5000 + ",1,2,0"), "xxx… in row 0, column 'a'"),
    ("lines.csv", with_row('"1\n2",1,2,0'), "1 2 in row 0, column 'a'"),
    ("percent.csv", with_row("10%,1,2,0"), "10% in row 0, column 'a'"),
    ("thousands.csv", with_row('"1,000",1,2,0'), "1,000 in row 0, column 'a'"),
    ("dates.csv", with_row("2020-01-01,1,2,0"), "2020-01-01 in row 0, column 'a'"),
    (
        "missing.csv",
        with_row("1,,2,0"),
        "nan in row 0, column 'b' (1 such values); every value mus",
    ),
    ("inf.csv", with_row("1,inf,2,0"), "inf in row 0, column 'b'"),
    ("large.csv", with_row("1,2,1e400,0"), "inf in row 0, column 'c'"),
    (
        "unlabelled.csv",
        with_row("1,2,3,"),
        "nan in row 0, column 'y' (1 such values); every point m",
    ),
    (
        "more.csv",
        raw(f"{TEXT}1,2,3,0,9\n"),
        "is not a CSV file: Error tokenizing data. C error: Expe",
    ),
    ("less.csv", raw(f"{TEXT}1\n"), "nan in row 20, column 'y' (1 such values)"),
    (
        "quote.csv",
        raw(f'{TEXT}"1,2,3,0\n'),
        "is not a CSV file: Error tokenizing data. C error: EOF",
    ),
    ("latin.csv", raw(TEXT.replace("a,", "ä,", 1).encode("latin-1")), "is not a CSV file: 'utf-8'"),
    ("utf16.csv", raw(TEXT.encode("utf-16")), "is not a CSV file: 'utf-8' codec can't decode"),
    ("zeros.csv", raw(TEXT.replace("\n", "\n0\0\0\0,1,2,0\n", 1)), "in row 0, column 'a' (1 such"),
    ("binary.csv", raw(PACKED), "is not a CSV file"),
    (
        "semicolon.csv",
        raw(TEXT.replace(",", ";")),
        "has the one column 'a;b;c;y', but must have fea",
    ),
    ("comment.csv", raw(f"# mine\n{TEXT}"), "has the one column '# mine'"),
    ("alone.csv", raw("y\n0\n1\n"), "has the one column 'y', but must have features and labels"),
    ("two.csv", raw("a,label,y\n1,0,0\n2,1,1\n"), "has the columns 'label' and 'y': name one with"),
    ("names.csv", raw(TEXT.replace(",0\n", ",no\n")), f"the labels are '1', 'no', {NO_WHOLE}"),
    ("one_class.csv", raw(TEXT.replace(",1\n", ",0\n")), f"the labels are 0, {NO_CLASSES}"),
    ("constant.csv", raw("a,b,y\n" + "1,2,0\n1,2,1\n" * 10), "every feature is constant"),
    ("empty.parquet", raw(b""), "is not a Parquet file: Could not open Parquet input source"),
    ("half.parquet", raw(PARQUET[: len(PARQUET) // 2]), "is not a Parquet file: Could not"),
    ("csv.parquet", raw(TEXT), "is not a Parquet file"),
    ("no_rows.parquet", TABLE[:0].to_parquet, "has no points"),
    ("index.parquet", TABLE[[]].to_parquet, "has the one column '', but must have features and"),
    (
        "null.parquet",
        parquet(a=pd.array([None, *range(19)], dtype="Int64")),
        "nan in row 0, column 'a",
    ),
    ("strings.parquet", parquet(a="x"), "x in row 0, column 'a' (20 such values); features must"),
    ("bytes.parquet", parquet(a=b"x"), "b'x' in row 0, column 'a' (20 such values); features must"),
    ("lists.parquet", parquet(a=[[1, 2]] * 20), "[1 2] in row 0, column 'a' (20 such values)"),
    (
        "dates.parquet",
        parquet(b=pd.date_range("2020", periods=20)),
        "2020-01-01 00:00:00 in row 0, c",
    ),
    (
        "times.parquet",
        parquet(b=pd.to_timedelta(range(20), "s")),
        "0 days 00:00:00 in row 0, column",
    ),
    ("yes.parquet", parquet(y=Y > 0), f"the labels are 'False', 'True', {NO_WHOLE}"),
    (
        "unlabelled.parquet",
        parquet(y=pd.array([None, *Y[1:]], dtype="Int64")),
        "<NA> in row 0, colu",
    ),
    ("empty.tfrecords", raw(b""), "has no record"),
    ("half.tfrecords", raw(RECORDS[:-3]), "record 19 is damaged or this is no tfrecords file"),
    ("text.tfrecords", raw(TEXT), "record 0 is damaged or this is no tfrecords file"),
    ("zeros.tfrecords", raw(b"\0" * 100), "record 0 is damaged or this is no tfrecords file"),
    ("other.tfrecords", raw(record(b"hello")), "record 0 is no tf.train.Example"),
    (
        "unlabelled.tfrecords",
        raw(record(example({"vector/point": [1.0]}))),
        "has no numbers 'vector",
    ),
    ("nan.tfrecords", raw(of_points(X * np.nan, Y)), "nan in row 0, column 0 (60 such values)"),
    ("constant.tfrecords", raw(of_points(X * 0, Y)), "every feature is constant"),
    ("one_class.tfrecords", raw(of_points(X, Y * 0)), f"the labels are 0, {NO_CLASSES}"),
    ("halves.tfrecords", raw(of_points(X, Y + 0.5)), f"the labels are '0.5', '1.5', {NO_WHOLE}"),
    ("folder.csv", lambda path: path.mkdir(), "Is a directory"),
    ("nowhere.csv", lambda path: None, "No such file or directory"),
]


@pytest.mark.parametrize(
    ("name", "write", "text"), BAD, ids=[f"{i} {name}" for i, (name, *_) in enumerate(BAD)]
)
def test_a_bad_file_ends_in_one_sentence(name, write, text, tmp_path):
    path = tmp_path / name
    write(path)
    with pytest.raises((InputError, OSError)) as error:
        prepare({"file": str(path), "held_out": 0.1, "seed": 0})
    said = str(error.value)
    assert text in said
    assert str(path) in said or said.startswith("held_out is")  # a plan says of which data set
    assert "\n" not in said
    assert len(said) - 2 * len(str(tmp_path)) <= LONGEST


def test_equal_columns_and_a_constant_one_are_no_error(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(TABLE.assign(b=TABLE["a"], c=1).to_csv(index=False))
    assert prepare({"file": str(path), "held_out": 0.1, "seed": 0}).points.shape == (20, 3)
