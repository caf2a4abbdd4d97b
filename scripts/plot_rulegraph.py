"""Draw the rules of the default configuration and what each needs."""

import subprocess
import sys
from pathlib import Path

import matplotlib

from topodnn.figures.rulegraph import parse_rulegraph, plot_rulegraph, read_stages
from topodnn.figures.style import save, use_style
from topodnn.log import job_log, log


def ask_snakemake(snakefile: str) -> str:
    """The graph of the rules in DOT. Nothing is locked: another snakemake may be running."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", Path(snakefile).name]
    folder = Path(snakefile).absolute().parent
    run = subprocess.run(
        [*command, "--rulegraph", "dot"], cwd=folder, stdout=subprocess.PIPE, text=True, check=True
    )
    return run.stdout


def main(snakefile: str, picture_path: str) -> None:
    """Write the picture as SVG, with its text as text, so that it can be searched."""
    pairs = parse_rulegraph(ask_snakemake(snakefile))
    stages = read_stages(Path(snakefile).parent / "rules")
    use_style()
    with matplotlib.rc_context(
        {"svg.fonttype": "none", "font.family": ["DejaVu Sans", "sans-serif"]}
    ):
        save(plot_rulegraph(pairs, stages), [picture_path])
    log.info("%d rules, %d pairs", len({rule for pair in pairs for rule in pair}), len(pairs))


if "snakemake" in globals():
    with job_log(snakemake.log[0]):
        main(snakemake.input.rules[0], snakemake.output[0])
