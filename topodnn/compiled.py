"""How the package compiles its inner loops."""

import numba


def compiled(function):
    """Compile a function with Numba: single thread, without the interpreter lock, cached on disk.

    Numba keeps its cache in ``NUMBA_CACHE_DIR``, beside the module or in the user's cache folder,
    whichever can be written first, and raises RuntimeError if none can. The function is then
    compiled in memory, once per process.
    """
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)
