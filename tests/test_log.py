"""What a job says: one sentence on bad input, a traceback on a fault, lines of progress."""

import numpy as np
import pytest

from topodnn.errors import InputError
from topodnn.log import job_log, progress


def test_bad_input_ends_with_one_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit) as end, job_log(tmp_path / "a/job.log"):
        raise InputError("the file x has nan in row 3")
    assert end.value.code == 1
    assert capsys.readouterr().err == "Error: the file x has nan in row 3\n"
    log = (tmp_path / "a/job.log").read_text()
    assert "ERROR the file x has nan in row 3" in log
    assert "Traceback" not in log


def test_a_fault_of_the_program_keeps_its_traceback(tmp_path):
    with pytest.raises(ValueError, match="broadcast"), job_log(tmp_path / "job.log"):
        np.zeros(3) + np.zeros(4)
    assert "Traceback" in (tmp_path / "job.log").read_text()


def test_progress_is_in_the_log_now_and_then_and_at_the_end(tmp_path):
    with job_log(tmp_path / "job.log"), progress("work") as report:
        for done in range(1, 101):
            report(done, 100, "pieces")
    lines = (tmp_path / "job.log").read_text().splitlines()
    assert "work: 1 of 100, pieces" in lines[0]
    assert "work: 100 of 100, pieces" in lines[-2]
    assert "done in" in lines[-1]
    assert len(lines) < 10


def fail(path, error):
    """What a job ends with that meets this error; its log is gone before it, as with Snakemake."""
    path.unlink(missing_ok=True)
    with pytest.raises((SystemExit, type(error))) as end, job_log(path):
        raise error
    return end.value


@pytest.mark.parametrize("error", [ZeroDivisionError("division by zero"), InputError("no points")])
def test_an_error_of_its_own_is_not_tried_again_in_the_same_run(tmp_path, monkeypatch, error):
    path = tmp_path / "job.log"
    monkeypatch.setenv("TOPODNN_RUN", "one")
    fail(path, error)
    again = fail(path, OSError("is not reached"))
    assert str(again) == f"Error: not tried again, since it would fail again; see {path}"
    assert str(error) in path.read_text()


def test_another_run_tries_again(tmp_path, monkeypatch):
    path = tmp_path / "job.log"
    monkeypatch.setenv("TOPODNN_RUN", "one")
    fail(path, InputError("no points"))
    monkeypatch.setenv("TOPODNN_RUN", "another")
    with job_log(path):
        pass
    assert "done in" in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError("the disk is away"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes"),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    ],
)
def test_what_may_end_well_another_time_is_tried_again(tmp_path, monkeypatch, error):
    monkeypatch.setenv("TOPODNN_RUN", "one")
    fail(tmp_path / "job.log", error)
    with job_log(tmp_path / "job.log"):
        pass


def test_without_a_run_an_error_is_no_hindrance(tmp_path, monkeypatch):
    monkeypatch.delenv("TOPODNN_RUN", raising=False)
    fail(tmp_path / "job.log", InputError("no points"))
    with job_log(tmp_path / "job.log"):
        pass
