"""How the jobs use the processor."""

import platform

import pytest

from tests.running import ROOT, run_python

CODE = """
import torch
from topodnn.networks.processor import set_up_processor
smallest = torch.tensor([torch.finfo(torch.float32).tiny])
assert (smallest / 2).item() > 0
assert torch.get_num_threads() == 2
set_up_processor()
assert (smallest / 2).item() == 0
assert (smallest.double() / 2).item() > 0  # normal in double precision
assert torch.get_num_threads() == 1
"""
JOBS = [
    "train", "read_weights", "extract_activations", "project_layers", "compute_barcode",
    "compute_persistence", "measure_weights",
]  # fmt: skip


MEMORY = """
import resource, sys
import torch
from topodnn.networks.processor import set_up_processor
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        several = [torch.ones(2_000_000) for _ in range(4)]  # 8 MB each
        del several
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
first = faults()
set_up_processor()
faults()
assert first > 10 * (faults() + 1), (first, faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the malloc of glibc is set")
def test_memory_that_was_freed_is_used_again():
    run_python(MEMORY, ROOT, OMP_NUM_THREADS="1")


def test_subnormal_numbers_are_zero_on_the_one_thread():
    run_python(CODE, ROOT, OMP_NUM_THREADS="2")


@pytest.mark.parametrize("job", JOBS)
def test_every_job_with_networks_sets_up_the_processor(job):
    assert "\n    set_up_processor()\n" in (ROOT / f"scripts/{job}.py").read_text(encoding="utf-8")
