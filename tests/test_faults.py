"""What may befall a run, from kills to a full disk: it ends with the same bytes, or says why.

Only make faults runs these tests, in two processes; FAULT_ROUNDS is the number of kills.
"""

import ctypes
import errno
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.running import TINY, copy_of_the_repository, forked_snakemake, snakemake
from topodnn.columns import KIND as KIND_COLUMNS
from topodnn.datasets.files import read_data, write_data
from topodnn.figures.clouds import read_cloud, write_cloud
from topodnn.homology.files import read_scale, write_scale
from topodnn.job_tables import write_job_table, write_parquet
from topodnn.networks.files import read_networks, write_networks
from topodnn.tables import read_table

pytestmark = pytest.mark.faults

ROUNDS = int(os.getenv("FAULT_ROUNDS", "25"))
SEED = 22
LATEST = 20.0  # seconds after which a run is killed at the latest
TABLES = [  # what is made before figures and article are
    f"results/test/{name}.csv"
    for name in ("betti_numbers", "betti_numbers_of_all_points", "betti_numbers_at_all_scales",
                 "claims/comparisons", "tables/well_trained", "tables/scales", "tables/trials",
                 "robustness/verdicts")
]  # fmt: skip
KIND = "discs/3x15/fast/relu"
NETWORKS = f"results/test/networks/{KIND}/seeds_0-1.safetensors"
HOMOLOGY_TABLE = f"homology/{KIND}/seeds_0-1.csv"
HOMOLOGY = f"results/test/{HOMOLOGY_TABLE}"
VARIATION = f"variations/vary_default/{KIND}/seeds_0-1.parquet"
TIMED = ["seconds", "crc32"]  # wall time, and the checksum of a table that has it


def numbers(folder: Path) -> dict[str, object]:
    """The bytes of networks, points and tables, but for the wall time of the training."""
    results = folder / "results/test"
    found: dict[str, object] = {}
    for path in sorted(results.rglob("*.*")):
        name = path.relative_to(results).as_posix()
        if name.startswith(("benchmarks", "logs", "figures", "explore", "article", "provenance")):
            continue
        if path.name.endswith("trials.csv") and path.parent.name != "tables":
            found[name] = pd.read_csv(path).drop(columns=TIMED, errors="ignore").to_csv()
        elif path.suffix in (".safetensors", ".npz", ".csv", ".yaml", ".parquet"):
            found[name] = path.read_bytes()
    return found


def assert_same(folder: Path, reference: Path, *, all_of_it: bool = True) -> None:
    """That what is there is as in an undisturbed run, and that nothing is left over."""
    found, wanted = numbers(folder), numbers(reference)
    if all_of_it:
        made = [Path(path).relative_to("results/test").as_posix() for path in TABLES]
        assert set(made) <= set(found)
        assert {name for name in wanted if name.startswith("networks")} <= set(found)
    assert [name for name in found if found[name] != wanted[name]] == []
    assert [*folder.rglob("*.checkpoint*"), *folder.rglob("*.begun"), *folder.rglob(".tmp*")] == []


def fresh(finished: Path, folder: Path) -> Path:
    """A copy of the finished run without its results."""
    shutil.copytree(finished, folder, ignore=shutil.ignore_patterns("results", ".snakemake"))
    return folder


def run(folder: Path, *options: str, before: Callable[[], None] | None = None, **environment: str):
    """Run snakemake in a process of its own, with its output, after a call in that process."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *TINY, *options]
    variables = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "2", **environment}
    variables = {name: value for name, value in variables.items() if value}
    return subprocess.run(
        command, cwd=folder, env=variables, preexec_fn=before, timeout=900,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def limit(kind: int, amount: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(kind, (amount, amount))


# Kills --------------------------------------------------------------------------------------------


def ended_before_the_kill(folder: Path, rng: random.Random, ended: list[bool]) -> bool:
    """Run until a random moment; then all its processes get a signal that ends them.

    `ended` gains whether the signal did so within a minute.
    """
    process = snakemake(folder, *TINY, "--", *TABLES, wait=False)
    try:
        output, _ = process.communicate(timeout=rng.uniform(1, LATEST))
    except subprocess.TimeoutExpired:
        sent = rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        os.killpg(process.pid, sent)
        try:
            process.communicate(timeout=60)
            ended.append(True)
        except subprocess.TimeoutExpired:
            # Snakemake's handler of SIGTERM waits for a lock that its main thread may hold.
            assert sent == signal.SIGTERM
            ended.append(False)
            print(f"not ended a minute after {sent.name}, so killed")
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=60)
        if list((folder / ".snakemake/locks").glob("*")):
            assert forked_snakemake(folder, *TINY, "--unlock").returncode == 0
        return False
    assert process.returncode == 0, output
    return True


def test_a_run_that_is_killed_again_and_again_ends_with_the_same_bytes(finished, tmp_path):
    """The seed gives the moments and the signals; how far a run has come then, the machine."""
    rng, kills, ends, ended = random.Random(SEED), 0, 0, []
    folder = fresh(finished, tmp_path / "killed")
    training = folder / "topodnn/networks/training.py"
    text = training.read_text(encoding="utf-8")
    often = text.replace("SECONDS_BETWEEN_CHECKPOINTS = 30.0", "SECONDS_BETWEEN_CHECKPOINTS = 0.1")
    assert often != text
    training.write_text(often, encoding="utf-8")
    while kills < ROUNDS:
        if not ended_before_the_kill(folder, rng, ended):
            kills += 1
            continue
        ends += 1
        assert_same(folder, finished)
        shutil.rmtree(folder / "results")
    while not ended_before_the_kill(folder, random.Random(kills), ended):
        kills += 1  # more of them, until it is done
    assert_same(folder, finished)
    assert sum(ended) > len(ended) / 2
    print(f"{kills} kills, {ends + 1} runs that ended with the same bytes")


# Damaged files ------------------------------------------------------------------------------------

FILES = {  # a file of each kind → what is made of it, by which rule
    "data/discs.npz": (f"networks/{KIND}/seeds_0-1.safetensors", "train"),
    f"networks/{KIND}/seeds_0-1.safetensors": (HOMOLOGY_TABLE, "extract_activations"),
    f"networks/{KIND}/seeds_0-1.trials.csv": ("trials.csv", "collect_trials"),
    "scale/discs/homology.yaml": (HOMOLOGY_TABLE, "compute_homology"),
    f"homology/{KIND}/seeds_0-1.csv": ("betti_numbers.csv", "aggregate"),
    VARIATION: ("variations.parquet", "collect_variations"),
    f"barcodes/{KIND}.csv": ("tables/scales.csv", "compare_scales"),
    f"clouds/{KIND}.npz": ("figures/discs/3x15/fast/relu/layers.png", "plot_layers"),
    "trials.csv": ("betti_numbers.csv", "aggregate"),
    "betti_numbers.csv": ("tables/complexity.md", "make_tables"),
    "claims/weights.csv": ("claims/verdicts.csv", "judge_claims"),
    "variations.parquet": ("robustness/verdicts.csv", "judge_robustness"),
}  # fmt: skip


def of_something_else(results: Path, name: str) -> None:
    """Put a file in its place that is sound, but of another configuration or other networks."""
    path, rows = results / name, {"dataset": "tori", "network": "4x25"}
    match path.suffix:
        case ".safetensors":
            networks = read_networks(path)
            networks.about["data"] |= {"seed": 1}
            write_networks(path, networks)
        case ".npz" if name.startswith("data"):
            write_data(path, read_data(path), {"generator": "five_discs", "seed": 1})
        case ".npz":
            names = dict(zip(KIND_COLUMNS, KIND.split("/"), strict=True))
            write_cloud(path, *read_cloud(path), names | rows)
        case ".yaml":
            write_scale(path, read_scale(path) | {"stride": 3})
        case ".parquet":
            write_parquet(path, pd.read_parquet(path).assign(**rows))
        case _:
            write_job_table(path, read_table(path, []).assign(**rows))


def damage(results: Path, name: str, how: str) -> None:
    path = results / name
    whole = path.read_bytes()
    place = len(whole) // 2
    match how:
        case "half of it":
            path.write_bytes(whole[:place])
        case "its first line":
            path.write_bytes(whole[: whole.find(b"\n") + 1])
        case "empty":
            path.write_bytes(b"")
        case "a flipped byte":
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        case "of something else":
            of_something_else(results, name)


def ways(name: str) -> Iterator[str]:
    """In which ways a file may be wrong."""
    yield from ("half of it", "empty", "a flipped byte")
    if name.endswith(".csv"):
        yield "its first line"
    if name.count("/") > 1 or name in ("data/discs.npz", "scale/discs/homology.yaml"):
        yield "of something else"  # of what a whole run has once, nothing says so


@pytest.mark.parametrize(("name", "how"), [(name, how) for name in FILES for how in ways(name)])
def test_a_damaged_file_is_named_and_made_again(finished, tmp_path, name, how):
    folder = shutil.copytree(finished, tmp_path / "copy")
    results = folder / "results/test"
    damage(results, name, how)
    target, rule = FILES[name]
    options = ["--forcerun", rule, "--", f"results/test/{target}"]
    failed = forked_snakemake(folder, *TINY, "--cores", "1", *options)
    assert failed.returncode != 0, failed.stdout
    said = [line for line in failed.stdout.splitlines() if line.startswith("Error: ")]
    assert said, failed.stdout
    assert name in said[0]
    assert "delete it, and the next run makes it again" in said[0]
    assert len(said[0]) <= 400, said[0]
    assert "Traceback" not in failed.stdout
    (results / name).unlink()
    again = forked_snakemake(folder, *TINY, "--cores", "1", "--", f"results/test/{target}")
    assert again.returncode == 0, again.stdout
    assert_same(folder, finished, all_of_it=False)


# The machine --------------------------------------------------------------------------------------


# A disk of $1 for the results, in a name space of its own; $2 is what runs on it, twice.
SMALL_DISK = """
mount -t tmpfs -o size=$1 none results || exit 99
shift
"$@" && exit 98
echo "on a larger disk:"
mount -o remount,size=1g none results && "$@" && cp -r results kept
"""


def test_a_full_disk_is_said_and_the_next_run_goes_on(finished, tmp_path):
    folder = fresh(finished, tmp_path / "full")
    (folder / "results").mkdir()
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *TINY, "--", HOMOLOGY]
    made = subprocess.run(
        ["unshare", "--mount", "sh", "-c", SMALL_DISK, "sh", "200k", *command], cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    if made.returncode in (99, 1) and os.geteuid():
        pytest.skip("only root may mount a disk")
    assert made.returncode == 0, made.stdout
    full = made.stdout.partition("on a larger disk:")[0]
    assert os.strerror(errno.ENOSPC) in full
    (folder / "results").rmdir()
    (folder / "kept").rename(folder / "results")
    assert_same(folder, finished, all_of_it=False)


def test_a_file_too_large_for_the_disk_is_said_and_the_next_run_goes_on(finished, tmp_path):
    """A limit of the size of files: the points at all layers exceed it."""
    folder = fresh(finished, tmp_path / "full")
    failed = run(folder, "--", HOMOLOGY, before=limit(resource.RLIMIT_FSIZE, 120_000))
    assert failed.returncode != 0, failed.stdout
    assert os.strerror(errno.EFBIG) in failed.stdout
    assert "free some space, then start the run again" in failed.stdout
    assert "Traceback" not in failed.stdout
    assert not (folder / HOMOLOGY).exists()
    again = run(folder, "--", HOMOLOGY)
    assert again.returncode == 0, again.stdout
    assert_same(folder, finished, all_of_it=False)


def without_the_right_to_write_everywhere() -> None:
    """What root may do, and a user may not: CAP_DAC_OVERRIDE, given up for what is run then."""
    drop_a_capability, override = 24, 1  # of Linux
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(drop_a_capability, override, 0, 0, 0) == 0


@pytest.mark.skipif(
    os.geteuid() == 0 and sys.platform != "linux", reason="root may write everywhere"
)
def test_results_that_cannot_be_written_are_named(finished, tmp_path):
    folder = fresh(finished, tmp_path / "closed")
    (folder / "results").mkdir(mode=0o555)
    failed = run(folder, "--", HOMOLOGY, before=without_the_right_to_write_everywhere)
    assert failed.returncode != 0
    assert "Permission denied: 'results/" in failed.stdout
    assert "Traceback" not in failed.stdout


def test_without_a_home_a_figure_is_drawn(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "copy")
    options = ["--forcerun", "plot_data", "--", "results/test/figures/discs/data.png"]
    for home in ("", "/nonexistent"):
        drawn = run(folder, *options, HOME=home, MPLCONFIGDIR="", XDG_CACHE_HOME="")
        assert drawn.returncode == 0, drawn.stdout


def test_a_path_with_spaces_and_umlauts_is_a_path(finished, tmp_path):
    folder = fresh(finished, tmp_path / "größere 'Läufe' & mehr")
    made = run(folder, "--", HOMOLOGY, "results/test/figures/discs/data.png")
    assert made.returncode == 0, made.stdout
    assert_same(folder, finished, all_of_it=False)


def test_a_second_run_in_the_same_folder_is_refused(finished, tmp_path):
    folder = fresh(finished, tmp_path / "shared")
    first = snakemake(folder, *TINY, "--", HOMOLOGY, wait=False)
    deadline = time.monotonic() + 300
    while not list(folder.glob("results/test/logs/**/*.log")):
        assert first.poll() is None, first.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    second = run(folder, "--", HOMOLOGY)
    assert second.returncode != 0
    assert "Directory cannot be locked" in second.stdout
    output, _ = first.communicate(timeout=600)
    assert first.returncode == 0, output
    assert_same(folder, finished, all_of_it=False)


def test_files_of_a_clock_that_was_ahead_give_the_same_bytes(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "copy")
    tomorrow = time.time() + 86_400
    for path in folder.glob("results/test/data/*.npz"):
        os.utime(path, (tomorrow, tomorrow))
    made = run(folder, "--", HOMOLOGY)
    assert made.returncode == 0, made.stdout
    assert_same(folder, finished, all_of_it=False)


@pytest.mark.parametrize("gigabytes", [1, 3, 8])
def test_little_memory_ends_the_run_or_changes_nothing(finished, tmp_path, gigabytes):
    folder = fresh(finished, tmp_path / "small")
    made = run(folder, "--", HOMOLOGY, before=limit(resource.RLIMIT_AS, gigabytes * 2**30))
    assert made.returncode == 0 or gigabytes < 8, made.stdout
    if made.returncode == 0:
        assert (folder / HOMOLOGY).read_bytes() == (finished / HOMOLOGY).read_bytes()
    else:
        assert re.search("[Mm]emory|MemoryError|mmap|map segment|alloc", made.stdout), made.stdout
    assert_same(folder, finished, all_of_it=False)


# The same bytes, whatever the surroundings are ----------------------------------------------------

GERMAN = {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
SURROUNDINGS = {  # several at once, since none may change anything
    "one core, another time zone": (["--cores", "1"], {"TZ": "Pacific/Auckland"}),
    "four cores, locale C, another hash seed": (
        ["--cores", "4"], {"LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "12345"},
    ),
    "a German locale, other threads": ([], {**GERMAN, **dict.fromkeys(THREADS, "4")}),
}  # fmt: skip


@pytest.fixture
def german_locale(tmp_path) -> dict[str, str]:
    """The environment in which there is a German locale, which few machines have."""
    made = tmp_path / "locales" / GERMAN["LC_ALL"]
    made.parent.mkdir()
    try:
        subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(made)], check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("localedef has no German locale here")
    found = {"LOCPATH": str(made.parent)}
    asked = "import locale as l; l.setlocale(l.LC_ALL, ''); print(l.localeconv()['decimal_point'])"
    environment = {**os.environ, **GERMAN, **found}
    point = subprocess.check_output([sys.executable, "-c", asked], env=environment, text=True)
    assert point == ",\n"
    return found


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_the_surroundings_of_a_run_change_no_byte(finished, tmp_path, name, request):
    options, environment = SURROUNDINGS[name]
    if "German" in name:
        environment = environment | request.getfixturevalue("german_locale")
    folder = copy_of_the_repository(tmp_path)
    made = run(folder, *options, "--", *TABLES, **environment)
    assert made.returncode == 0, made.stdout
    assert_same(folder, finished)


# No network -------------------------------------------------------------------------------------

BLOCKED = """
import os, socket

def refuse(*what, **more):
    with open(os.environ["ATTEMPTS"], "a") as file:
        file.write(f"{what}\\n")
    raise OSError("no network")

class Socket(socket.socket):
    def connect(self, address):
        return super().connect(address) if self.family == socket.AF_UNIX else refuse(address)

    def connect_ex(self, address):
        return super().connect_ex(address) if self.family == socket.AF_UNIX else refuse(address)

    def sendto(self, data, *flags_and_address):
        return refuse(*flags_and_address)

socket.socket = Socket
socket.getaddrinfo = socket.create_connection = refuse
"""


def test_a_run_opens_no_connection(tmp_path):
    """Every Python of the run, that of each job too, begins with what refuses a connection."""
    folder, block = copy_of_the_repository(tmp_path), tmp_path / "block"
    block.mkdir()
    (block / "sitecustomize.py").write_text(BLOCKED, encoding="utf-8")
    attempts = tmp_path / "attempts"
    environment = {"PYTHONPATH": f"{folder}:{block}", "ATTEMPTS": str(attempts)}
    opened = "import urllib.request as r; r.urlopen('http://127.0.0.1:9')"
    refused = subprocess.run(
        [sys.executable, "-c", opened], env={**os.environ, **environment}, capture_output=True
    )
    assert b"no network" in refused.stderr
    attempts.unlink()
    made = run(folder, **environment)
    assert made.returncode == 0, made.stdout
    assert not attempts.exists(), attempts.read_text()
