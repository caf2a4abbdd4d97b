"""What a job reports: a bar on a terminal, plain lines in its log, one sentence on bad input."""

import errno
import glob
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from topodnn.errors import InputError

log = logging.getLogger("topodnn")
SECONDS_BETWEEN_LINES = 5.0
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Write the log of a job to `path`; end the process with one sentence on bad input.

    An ``InputError`` or ``OSError`` is about what the user gave: its message goes to the log and
    to standard error, without a traceback, and the exit status is 1. Any other exception is a
    fault of the program: its traceback goes to both.

    On a cluster a failed job is submitted again, which helps where a node failed, or where memory
    or time ran out. A job that ended with an error of its own would fail again. So a copy of its
    log, named after the run, is kept, and ends the next attempt of the same run at once. An
    ``OSError`` or a lack of memory leaves no copy.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    run = os.getenv("TOPODNN_RUN")  # the Snakefile sets it
    kept = path.with_suffix(f".{run}.error")
    for other in path.parent.glob(f"{glob.escape(path.stem)}.*.error"):
        if other != kept or run is None:
            other.unlink()
    if kept.exists():
        shutil.copyfile(kept, path)  # Snakemake removed the log before this attempt
        sys.exit(f"Error: not tried again, since it would fail again; see {path}")
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    start = time.perf_counter()
    try:
        yield
        log.info("done in %.1f s", time.perf_counter() - start)
    except (InputError, OSError) as error:
        if isinstance(error, OSError) and error.errno in NO_SPACE:
            error = OSError(f"{error}: free some space, then start the run again; it goes on")
        log.error("%s", error)
        if isinstance(error, InputError):
            shutil.copyfile(path, kept)
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        log.exception("unexpected error")
        if not _lacks_memory(error):
            shutil.copyfile(path, kept)
        raise
    finally:
        log.removeHandler(handler)
        handler.close()


def _lacks_memory(error: Exception) -> bool:
    """Whether another attempt with more memory may succeed; PyTorch says so only in words."""
    words = ("out of memory", "allocate memory")
    return isinstance(error, MemoryError) or any(text in str(error) for text in words)


@contextmanager
def progress(description: str) -> Iterator[Callable[[int, int, str], None]]:
    """Yield a function ``report(done, total, text)`` that shows how far the work is.

    On a terminal it draws a bar. In the log it writes at most one line every five seconds, and
    always the last one.
    """
    bar = tqdm(desc=description, disable=not sys.stderr.isatty(), leave=False)
    written = float("-inf")

    def report(done: int, total: int, text: str) -> None:
        nonlocal written
        bar.total, bar.n = total, done
        bar.set_postfix_str(text)
        if done == total or time.monotonic() - written >= SECONDS_BETWEEN_LINES:
            log.info("%s: %d of %d, %s", description, done, total, text)
            written = time.monotonic()

    try:
        yield report
    finally:
        bar.close()
