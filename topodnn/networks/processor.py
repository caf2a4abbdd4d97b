"""How PyTorch uses the processor in every job."""

import torch


def set_up_processor() -> None:
    """One thread, and no subnormal numbers.

    Sums depend on the number of threads, and results must not depend on ``--cores``. Adam's
    averages of the weights of dead units decay into subnormal numbers, with which some processors
    take many times as long; as zeros they give the same weights (benchmarks/README.md).
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
