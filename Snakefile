"""From point clouds of known topology to the topology of every layer of well-trained networks.

    rules/data.smk        points, labels, held-out points
    rules/networks.smk    training, points at every layer
    rules/homology.smk    choice of the scale, Betti numbers, persistence
    rules/collect.smk     what is kept of all jobs; tables from here on, and points to be drawn
    rules/analysis.smk    means, comparisons, verdicts on the paper's claims
    rules/figures.smk     figures, the page to explore
    rules/publish.smk     article, report, crate, TensorBoard

A rule has its input, output, parameters and resources: topodnn/workflow makes them from the
configuration (plan.py; files in outputs.py, memory in resources.py). Its script has its name. What
all rules share is set at the end of this file. Where each thing lives: docs/layout.md.
"""

import os
import uuid
from functools import partial
from pathlib import Path

from snakemake.utils import min_version

from topodnn.errors import InputError
from topodnn.workflow import outputs
from topodnn.workflow.config import resolve
from topodnn.workflow.devices import check_device
from topodnn.workflow.plan import BATCH_PATH, KIND_PATH, PRETRAINED_PATH, SAMPLE_PATH, TRAINED
from topodnn.workflow.plan import Plan, named
from topodnn.workflow.rules import code_of, complete_rules, one_of, reported, source_path

min_version("9.0")


report: "report/workflow.rst"


# Another --configfile replaces the default one instead of being merged into it.
if not workflow.overwrite_configfiles:

    configfile: Path(workflow.basedir) / "config/config.yaml"


root = Path(workflow.basedir)
try:
    schema, checked = root / "config/schema.yaml", not workflow.is_main_process
    settings = resolve(config, schema, checked=checked)  # a job is checked by what starts it
except InputError as error:
    raise SystemExit(f"Error: {error}") from None

plan = Plan(settings)
results = plan.results
tables = outputs.tables(plan)
drawn = partial(outputs.figure_files, plan)  # the files of the figures of a rule
source = partial(source_path, root)  # a file of the repository, from the working directory
in_report = partial(reported, plan=plan, report=report)

# Scripts import the package from this folder, also in an environment that Snakemake made itself.
search_path = [str(root), *filter(None, [os.getenv("PYTHONPATH")])]
os.environ.update(PYTHONPATH=os.pathsep.join(search_path))
# Jobs on a cluster inherit it; by it they know a failure of this run from one of an earlier run.
os.environ.setdefault("TOPODNN_RUN", uuid.uuid4().hex)


wildcard_constraints:
    dataset=r"[A-Za-z0-9][A-Za-z0-9_-]*",
    network=r"[A-Za-z0-9][A-Za-z0-9_-]*",
    protocol=r"[a-z]+",
    sample=r"homology|all_points|scale_[\d.]+|vary_[a-z0-9_.-]+",
    of=r"|_of_all_points|_at_all_scales",
    activation=r"[a-z0-9_]+",
    first=r"\d+",
    last=r"\d+",


localrules:
    all,
    figures,
    rocrate,
    plot_rulegraph,


include: "rules/data.smk"


if not settings["kept"]:  # else the tables of all jobs are there, and nothing is computed

    include: "rules/networks.smk"
    include: "rules/homology.smk"
    include: "rules/collect.smk"


include: "rules/analysis.smk"
include: "rules/figures.smk"
include: "rules/publish.smk"


rule all:
    default_target: True
    input:
        outputs.everything(plan),


rule figures:
    input:
        outputs.figures_and_tables(plan),


rule rocrate:
    input:
        f"{results}/rocrate.zip",


complete_rules(
    workflow.rules,
    root=root,
    results=results,
    measured=outputs.MEASURED,
    function=plan.function,
)
check_device(workflow, settings["device"])
