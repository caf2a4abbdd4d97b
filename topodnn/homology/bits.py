"""Sets of vertices as bits of 64-bit words, and the compiler of the inner loops."""

import hashlib
from functools import cache
from pathlib import Path

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic


def compiled(function):
    """Compile a function with Numba: single thread, without the interpreter lock, cached on disk.

    Numba keeps its cache in ``NUMBA_CACHE_DIR``, beside the module or in the user's cache folder,
    the first of these that can be written, and raises RuntimeError if none can. The function is
    then compiled in memory, once per process.
    """
    try:
        dispatcher = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)
    # Numba checks only the file of the function, not those of the functions that it calls.
    dispatcher._cache._cache_file._source_stamp = _sources()
    return dispatcher


@cache
def _sources() -> str:
    """A digest of all modules of this package: when one changes, all are compiled again."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


ONE = np.uint64(1)
NOTHING = np.uint64(0)


@intrinsic
def _trailing_zeros(typing_context, word):
    """Return the number of zero bits below the lowest bit that is set (word not 0)."""

    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


@compiled
def lowest(word):
    """Return the number of the lowest bit that is set (word not 0)."""
    return np.int64(_trailing_zeros(word))


@intrinsic
def _ones(typing_context, word):
    """Return the number of bits that are set."""

    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@compiled
def size_of(word):
    """Return how many bits are set."""
    return np.int64(_ones(word))


@compiled
def bit(v):
    """Return the word with the bit of vertex v, in the block v // 64."""
    return ONE << np.uint64(v & 63)


@compiled
def all_of(n_vertices):
    """Return the set of all vertices, as words."""
    words = np.zeros(n_vertices // 64 + 1, np.uint64)
    for v in range(n_vertices):
        words[v >> 6] |= bit(v)
    return words


@compiled
def turned(word, turn):
    """Return the word with its bits rotated up by `turn` places."""
    return word << turn | word >> ((np.uint64(64) - turn) & np.uint64(63))


@compiled
def turned_back(word, turn):
    """Return the word with its bits rotated down by `turn` places."""
    return word >> turn | word << ((np.uint64(64) - turn) & np.uint64(63))
