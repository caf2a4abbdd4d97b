"""How PyTorch uses the processor in every job, and on which device it trains."""

import ctypes
import sys

import torch

from topodnn.errors import InputError

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
LARGEST_MMAP_THRESHOLD = 2**25  # that every glibc accepts on 64 bits


def set_up_processor() -> None:
    """One thread, no subnormal numbers, and memory that is kept for the next tensor.

    Sums depend on the number of threads, and results must not depend on ``--cores``. Adam's
    averages of the weights of dead units decay into subnormal numbers, with which some processors
    take many times as long; as zeros they give the same weights (benchmarks/README.md). Memory that
    is given back to the system after every tensor comes back page by page.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    keep_freed_memory()


def keep_freed_memory() -> None:
    """Tell malloc, where it is that of glibc, to keep up to a gigabyte that was freed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    # The second alone would switch off that the first adapts itself.
    if mallopt and mallopt(M_MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD):
        mallopt(M_TRIM_THRESHOLD, 2**30)


def choose_device(name: str) -> torch.device:
    """The device with this name; ``"auto"`` is the GPU if there is one, else the CPU.

    Raises
    ------
    InputError
        If this machine does not have the device.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:
        raise InputError(
            f"device is {name!r}, but this machine does not have it; use auto"
        ) from error
