"""How PyTorch uses the processor in every job."""

import ctypes

import torch

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h


def set_up_processor() -> None:
    """One thread, no subnormal numbers, and memory that is kept for the next tensor.

    Sums depend on the number of threads, and results must not depend on ``--cores``. Adam's
    averages of the weights of dead units decay into subnormal numbers, with which some processors
    take many times as long; as zeros they give the same weights (benchmarks/README.md). Memory that
    is given back to the system after every step comes back a page at a time, a third of the time
    of a training on all points.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    _keep_freed_memory(2**30)


def _keep_freed_memory(n_bytes: int) -> None:
    """Tell malloc, where it is that of glibc, to keep up to so many bytes that were freed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        for option in (M_TRIM_THRESHOLD, M_MMAP_THRESHOLD):
            mallopt(option, n_bytes)
