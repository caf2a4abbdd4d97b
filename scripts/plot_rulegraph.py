"""Draw the rules of the default configuration and what each needs."""

import subprocess
import sys
from pathlib import Path

import matplotlib

from topodnn.plots import save, use_style
from topodnn.progress import job_log, log
from topodnn.rulegraph import boxes_and_arrows, parse_rulegraph, plot_rulegraph


def ask_snakemake(snakefile: str) -> str:
    """The graph of the rules in DOT. Nothing is locked: another snakemake may be at work."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", Path(snakefile).name]
    folder = Path(snakefile).absolute().parent
    run = subprocess.run(
        [*command, "--rulegraph", "dot"], cwd=folder, stdout=subprocess.PIPE, text=True, check=True
    )
    return run.stdout


def main(snakefile: str, picture_path: str) -> None:
    """Write the picture as SVG, its text as text, so that it can be searched."""
    pairs = parse_rulegraph(ask_snakemake(snakefile))
    use_style()
    with matplotlib.rc_context(
        {"svg.fonttype": "none", "font.family": ["DejaVu Sans", "sans-serif"]}
    ):
        save(plot_rulegraph(boxes_and_arrows(pairs)), [picture_path])
    log.info("%d rules, %d pairs", len({rule for pair in pairs for rule in pair}), len(pairs))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):  # noqa: F821
        main(snakemake.input.snakefile, snakemake.output[0])  # noqa: F821
