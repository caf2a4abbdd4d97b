"""How the jobs use the processor."""

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
    "compute_persistence",
]  # fmt: skip


def test_subnormal_numbers_are_zero_on_the_one_thread():
    run_python(CODE, ROOT, OMP_NUM_THREADS="2")


@pytest.mark.parametrize("job", JOBS)
def test_every_job_with_networks_sets_up_the_processor(job):
    assert "\n    set_up_processor()\n" in (ROOT / f"scripts/{job}.py").read_text(encoding="utf-8")
