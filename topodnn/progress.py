"""What a job says: a bar on a terminal, plain lines in its log, one sentence on bad input."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from topodnn.errors import InputError

log = logging.getLogger("topodnn")
SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Write the log of a job to `path`; end the process with one sentence on bad input.

    An ``InputError`` or ``OSError`` is about what the user gave: its message goes to the log and
    to standard error, without a traceback, and the exit status is 1. Any other exception is a
    fault of the program: its traceback goes to both.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    start = time.perf_counter()
    try:
        yield
        log.info("done in %.1f s", time.perf_counter() - start)
    except (InputError, OSError) as error:
        log.error("%s", error)
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    except Exception:
        log.exception("unexpected error")
        raise
    finally:
        log.removeHandler(handler)
        handler.close()


@contextmanager
def progress(description: str) -> Iterator[Callable[[int, int, str], None]]:
    """Give a function ``report(done, total, text)`` that shows how far the work is.

    On a terminal it draws a bar; in the log it writes a line at most every five seconds, and the
    last one always.
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
