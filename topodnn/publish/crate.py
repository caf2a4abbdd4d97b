"""An RO-Crate to deposit: the results of a run, packed with the workflow that made them.

It conforms to Workflow RO-Crate 1.0 and Workflow Run Crate 0.5. It has what is needed to check the
results or to build on them: tables, verdicts, figures and article; the data and the networks, from
which the rest can be computed again; and the source of the workflow, so that snakemake runs in the
unpacked crate. It leaves out activations and what each job computed from them, which the tables sum
up; points of pictures, which the page to explore shows; checkpoints, logs, and TensorBoard's copies
of the learning curves.

https://w3id.org/workflowhub/workflow-ro-crate/1.0, https://w3id.org/ro/wfrun/workflow/0.5
"""

import subprocess
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from io import StringIO
from mimetypes import MimeTypes
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from topodnn.errors import InputError
from topodnn.publish.provenance import commits_text

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
FORMATS = MimeTypes().types_map[True] | {  # the same on every machine; a file of no format is text
    ".cff": "application/yaml",
    ".md": "text/markdown",
    ".npz": "application/zip",
    ".parquet": "application/vnd.apache.parquet",
    ".rst": "text/x-rst",
    ".safetensors": "application/octet-stream",
    ".toml": "application/toml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
# What a result is, by its path below the folder of the results; the first pattern that fits counts.
RESULTS = {
    "betti_numbers_of_all_points.*": "Betti numbers on all points, the rest as in betti_numbers",
    "betti_numbers_at_all_scales.*": "Betti numbers at every ε of data sets with several",
    "betti_numbers.*": "Betti numbers and ω, one row per network, layer and class",
    "trials.csv": "Every network that was drawn, and whether it ended well trained",
    "config.yaml": "The resolved configuration of the run",
    "provenance.yaml": "Resolved configuration, versions, commit and date of every stage",
    "benchmarks.csv": "Time and memory of every job up to the homology",
    "article.pdf": "The article of these results",
    "explore.html": "A page to explore the curves of every network and the points at the layers",
    "data/*": "A data set: points, labels, which are held out, true Betti numbers",
    "networks/*.safetensors": "Trained networks, their seeds in the leading dimension",
    "networks/*.trials.csv": "The trials of these networks",
    "networks/*.curves.csv": "Learning curves of these networks: loss and training error by epoch",
    "barcodes/*": "The barcode over k of every layer of one network",
    "scale/*": "Betti numbers of the input by number of neighbours and scale, and the choice",
    "tables/complexity.*": "Mean Betti numbers and ω by layer, activation and class",
    "tables/well_trained.*": "How many networks and trials of each kind ended well trained",
    "tables/samples.*": "How far a sample of the points shows the Betti numbers of all points",
    "tables/scales.*": "Betti numbers of the logits at several k, and what lives over all of them",
    "tables/protocols.*": "The same kinds of network by training protocol",
    "tables/protocol_claims.*": "Claims 1 and 2 by training protocol, kind by kind",
    "tables/protocol_verdicts.*": "Verdicts on claims 1 and 2 by training protocol",
    "tables/epsilon_claims.*": "Claims 1 and 2 by ε, kind by kind",
    "tables/epsilon_verdicts.*": "Verdicts on claims 1 and 2 by ε",
    "tables/robustness.*": "The share of specifications that give each answer to a claim",
    "tables/choices.*": "Verdicts where one choice differs from the default",
    "tables/sampling_noise.*": "Variance between networks beside that between samples of points",
    "robustness/*": "Verdicts and comparisons under every specification",
    "variations.parquet": "Betti numbers under every choice that needs other complexes",
    "figures/specifications_claim_*": "The effect of a claim under every specification",
    "tables/speed.*": "Activations in the order of their half-life, and what their layers are like",
    "tables/speed_correlations.*": "What goes with half-lives, over kinds of network and within",
    "figures/*/speed.*": "Half-lives of every activation beside what its layers are like",
    "tables/trials.*": "How the trials of each kind of network ended",
    "tables/data_seeds.*": "The same kinds of network on point clouds of several seeds",
    "claims/verdicts.*": "Verdict on each claim of the paper with the numbers that decide it",
    "claims/*": "Numbers on which the verdicts rest",
    "persistence/finding.md": "What one batch of points shows at every layer",
    "persistence/*": "Persistence of one batch of points at every layer",
    "figures/comparisons/*": "Several kinds of network side by side",
    "figures/well_trained.*": "The share of trials that ended well trained",
    "figures/*/activations.*": "Mean Betti numbers against the layer, the activations side by side",
    "figures/*/class_0.*": "Betti numbers of class 0 against the layer, every network",
    "figures/*/class_1.*": "Betti numbers of class 1 against the layer, every network",
    "figures/*/layers.*": "The points at every layer of one network",
    "figures/*/barcode.*": "The barcode over k at every layer of one network",
    "figures/*/data.*": "The data set",
    "figures/*/scale_homology.*": "The choice of the number of neighbours and of the scale",
    "figures/*/scale_all_points.*": "The same choice, on all points",
    "figures/*/samples.*": "The same networks on a sample and on all points",
    "figures/*/epsilons_*.*": "ω, or a Betti number, against the layer at every ε",
    "figures/*/protocols.*": "The same networks by training protocol",
    "figures/*/diagrams.*": "Persistence diagrams at every layer",
    "figures/*/batch*": "Persistence of one batch of points at every layer",
}
# What is packed from the repository.
WORKFLOW = {
    "Snakefile": "What a run is: its configuration, its rules by stage, its targets",
    "CITATION.cff": "How to cite this software, and the paper that it replicates",
    "LICENSE": "The licence",
    "Makefile": "Set-up and run in one command",
    "README.md": "What this is, what came out and how to run it",
    "config": "Configurations, and the schema that checks them",
    "docs": "Documentation and its pictures",
    "environment.yml": "The environment for conda",
    "paper": "Source of the article",
    "profiles": "Options of snakemake",
    "pyproject.toml": "The package and its dependencies",
    "report": "Captions of the report",
    "requirements.txt": "The dependencies with their exact versions",
    "results/README.md": "What each file of the results is",
    "rules": "The rules of a stage of the workflow",
    "scripts": "The script of a rule",
    "topodnn": "A part of the package",
}
BESIDE = {"results/reference": "Kept results of another configuration, which the article shows too"}
# The files that stand for the input and the output of the workflow.
PARAMETERS = {
    "config.yaml": "input",
    "betti_numbers.csv": "output",
    "trials.csv": "output",
    "claims/verdicts.csv": "output",
}
PICTURE = "docs/rulegraph.svg"
DESCRIPTION = (
    "The topology of point clouds at every layer of well-trained networks: results of a "
    "replication of the paper that is cited, with the networks, the data and the workflow that "
    "made them. What each file is stands in results/README.md."
)


def describe(path: str, descriptions: Mapping[str, str]) -> str:
    """The first description whose pattern fits a path, or the path of a folder above it.

    Raises
    ------
    InputError
        If there is none.
    """
    for pattern, text in descriptions.items():
        if fnmatch(path, pattern) or fnmatch(path, f"{pattern}/*"):
            return text
    raise InputError(f"{path} has no description; add one to topodnn/publish/crate.py")


def media_type(path: str) -> str:
    """The format of a file, by its ending."""
    return FORMATS.get(PurePosixPath(path).suffix, "text/plain")


def workflow_files(folder: str | Path) -> list[str]:
    """Files of the workflow below a folder: those that git tracks; without git, all but caches."""
    command = ["git", "ls-files", "-z", "--", *WORKFLOW]
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        tracked = sorted(filter(None, run.stdout.split("\0")))
    except (OSError, subprocess.CalledProcessError):
        tracked = []
    if "Snakefile" in tracked:
        return tracked
    files = []
    for part in (Path(folder) / part for part in WORKFLOW):
        files += sorted(filter(Path.is_file, part.rglob("*"))) if part.is_dir() else [part]
    places = [path.relative_to(folder) for path in files]
    return [place.as_posix() for place in places if "__pycache__" not in place.parts]


def build_crate(
    results: Iterable[str],
    workflow: Mapping[str, str],
    provenance: Mapping[str, Any],
    citation: Mapping[str, Any],
) -> ROCrate:
    """Put together the crate of a run; its method ``write_zip`` writes it.

    The same files give the same crate, byte for byte.

    Parameters
    ----------
    results : iterable of str
        Paths of files, ``results/NAME/...``, which are their places in the crate too.
    workflow : mapping of str to str
        Place in the crate → file, of every part of the workflow.
    provenance : mapping
        From :func:`topodnn.publish.provenance.join_stages`. The time of the last stage is taken as
        the end of the run. The start is not known, since a run can be interrupted and can continue
        an earlier one.
    citation : mapping
        What CITATION.cff says: authors (of the workflow; who ran it is not known), licence,
        title, version, keywords, and references, of which the first is the paper.

    Raises
    ------
    InputError
        If a file is missing or has no description.
    """
    crate = ROCrate(version="1.1")  # the newest that Workflow RO-Crate 1.0 allows
    name, commits = provenance["config"]["name"], provenance["git_commit"]
    *_, last_commit = commits.values()
    end = max(provenance["recorded"].values())
    authors = [_author(crate, author) for author in citation["authors"]]
    paper = _paper(crate, citation["references"][0])
    spdx = citation["license"]
    licence = _add(crate, f"https://spdx.org/licenses/{spdx}", "CreativeWork", name=spdx)
    software = [
        _add(crate, url, "SoftwareApplication", name=package, url=url, version=version)
        for package, url, version in _software(provenance)
    ]

    parts = {
        place: _add_file(crate, place, source, place, describe(place, WORKFLOW | BESIDE))
        for place, source in workflow.items()
        if place != "Snakefile"
    }
    if "README.md" in parts:
        parts["README.md"]["about"] = crate.root_dataset
    main = crate.add_workflow(
        _there(workflow["Snakefile"]), "Snakefile", main=True, lang="snakemake",
        lang_version=provenance["packages"]["snakemake"], record_size=True,
    )  # fmt: skip
    _set(
        main, name=citation["title"], description=WORKFLOW["Snakefile"], version=last_commit,
        encodingFormat="text/plain", conformsTo={"@id": BIOSCHEMAS}, isBasedOn=paper,
        softwareRequirements=software, author=authors, license=licence,
        **({"image": parts[PICTURE]} if PICTURE in parts else {}),
        **({"url": citation["repository-code"]} if "repository-code" in citation else {}),
    )  # fmt: skip

    folder = f"results/{name}"
    text = yaml.safe_dump(provenance["config"], sort_keys=False, allow_unicode=True)
    made = {"config.yaml": StringIO(text)} | {
        PurePosixPath(path).relative_to(folder).as_posix(): path for path in results
    }
    missing = [place for place in PARAMETERS if place not in made]
    if missing:
        raise InputError(f"{folder}/{missing[0]} is missing among the results to be packed")
    added = {
        place: _add_file(crate, f"{folder}/{place}", source, place, describe(place, RESULTS))
        for place, source in made.items()
    }
    for place, role in PARAMETERS.items():
        parameter = crate.add_formal_parameter(
            place, "File", f"#{role}-{place}", describe(place, RESULTS), valueRequired=True
        )
        main.append_to(role, parameter, compact=True)
        parameter["workExample"], added[place]["exampleOfWork"] = added[place], parameter
    config = added.pop("config.yaml")
    run = crate.add_action(main, "#run", config, list(added.values()))
    _set(
        run, name=f"Run of the configuration {name}",
        description=f"snakemake --configfile {config.id}, with Python {provenance['python']} on "
        f"{provenance['machine']}, source at git commit {commits_text(commits)}",
        endTime=end, actionStatus="http://schema.org/CompletedActionStatus",
    )  # fmt: skip

    profiles = [
        _add(crate, url, "CreativeWork", name=title, version=url.rpartition("/")[2])
        for url, title in PROFILES.items()
    ]
    _set(
        crate.root_dataset, name=f"{citation['title']}: results of the configuration {name}",
        description=DESCRIPTION, author=authors, license=licence, citation=paper,
        version=citation["version"], keywords=", ".join(citation["keywords"]), mentions=run,
        datePublished=end, conformsTo=profiles,
    )  # fmt: skip
    return crate


def _set(entity: Entity, **properties: Any) -> None:
    for key, value in properties.items():  # a list of one is written as its element
        entity[key] = value[0] if isinstance(value, list) and len(value) == 1 else value


def _add(crate: ROCrate, identifier: str, type_: str, **properties: Any) -> Entity:
    entity = crate.add(ContextEntity(crate, identifier, properties={"@type": type_}))
    _set(entity, **properties)
    return entity


def _there(path: str) -> str:
    if not Path(path).is_file():
        raise InputError(f"{path} is missing; make everything with snakemake --cores 2 -- rocrate")
    return path


def _add_file(
    crate: ROCrate, place: str, source: str | StringIO, name: str, description: str
) -> Entity:
    properties: dict[str, Any] = {"name": name, "description": description}
    properties["encodingFormat"] = media_type(place)
    if media_type(place).startswith("image/"):
        properties["@type"] = ["File", "ImageObject"]
    source = source if isinstance(source, StringIO) else _there(source)
    return crate.add_file(source, place, properties=properties, record_size=True)


def _author(crate: ROCrate, author: Mapping[str, Any]) -> Entity:
    """A person, or an entity as CITATION.cff calls it, which has only one name."""
    names = [author[key] for key in ("given-names", "family-names", "name") if key in author]
    name = " ".join(names)
    identifier = author.get("orcid", f"#{name.replace(' ', '-')}")
    return _add(crate, identifier, "Organization" if "name" in author else "Person", name=name)


def _paper(crate: ROCrate, reference: Mapping[str, Any]) -> Entity:
    pages = f"{reference['start']}–{reference['end']}"
    return _add(
        crate, reference["url"], "ScholarlyArticle", name=reference["title"], url=reference["url"],
        author=[_author(crate, author) for author in reference["authors"]],
        datePublished=str(reference["year"]), pagination=pages,
        description=f"{reference['journal']} {reference['volume']}({reference['issue']})",
    )  # fmt: skip


def _software(provenance: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, address and version of Python and of every package that was used."""
    python = provenance["python"]
    others = [
        (name, f"https://pypi.org/project/{name}/{version.partition('+')[0]}/", version)
        for name, version in provenance["packages"].items()
        if name != "topodnn"  # which is the workflow itself
    ]
    return [("python", f"https://docs.python.org/release/{python}/", python), *others]
