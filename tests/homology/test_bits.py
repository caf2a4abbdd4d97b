"""What is compiled: start-up, and the cache on disk."""

import pytest

from tests.running import ROOT, copy_of_the_package, run_python

FIRST_BETTI_NUMBER = """
import sys
import numpy as np
from topodnn.homology.betti import betti_numbers
assert betti_numbers(np.eye(3), n_neighbors=2).tolist() == [1, 0]
heavy = {"gudhi", "matplotlib", "pandas", "ripser", "scipy.sparse", "sklearn", "torch"}
heavy &= set(sys.modules)
assert not heavy, heavy
"""
ONE_COMPILED_FUNCTION = """
import numpy as np
import topodnn.homology
from topodnn.homology.neighbors import _box_gap
assert _box_gap(np.zeros(2), np.ones(2), np.array([2.0, 0]), np.array([3.0, 1])) == 1
"""
ROWS_OF_PRESENT_VERTICES = """
import numpy as np
from topodnn.homology.rows import without_removed
row = np.array([0, 1]), np.array([0], np.int32), np.ones(1, np.uint64)
assert len(without_removed(*row, np.ones(1, np.uint64))[2]) == {number}
"""


def test_start_up_without_heavy_imports():
    run_python(FIRST_BETTI_NUMBER, ROOT)


@pytest.fixture
def read_only(tmp_path, monkeypatch):
    """Copy the package to where Numba can write neither beside it nor in the home.

    Files are in the place of the folders, which stops even a user who may write anywhere.
    """
    package = copy_of_the_package(tmp_path)
    (package / "homology/__pycache__").touch()
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/dev/null")
    return tmp_path


def test_cache_with_a_read_only_home(read_only):
    run_python(ONE_COMPILED_FUNCTION, read_only, NUMBA_CACHE_DIR=str(read_only / "cache"))
    assert list((read_only / "cache").rglob("*_box_gap*.nbc"))


def test_nowhere_to_cache(read_only):
    run_python(ONE_COMPILED_FUNCTION, read_only)
    assert not list(read_only.rglob("*.nbc"))


def test_a_change_in_one_module_is_seen_by_what_is_compiled_in_another(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    bits = copy_of_the_package(tmp_path) / "homology/bits.py"
    for _ in range(2):
        run_python(ROWS_OF_PRESENT_VERTICES.format(number=1), tmp_path)
    assert list((tmp_path / "cache").rglob("rows.without_removed*.nbc"))
    text = bits.read_text(encoding="utf-8")
    changed = text.replace("return ONE << np.uint64(v & 63)", "return NOTHING")
    assert changed != text
    bits.write_text(changed, encoding="utf-8")
    run_python(ROWS_OF_PRESENT_VERTICES.format(number=0), tmp_path)
