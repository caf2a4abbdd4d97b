import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml
from rocrate.rocrate import ROCrate

from tests.conftest import ROOT
from topodnn.errors import InputError
from topodnn.publish.crate import (
    RESULTS,
    WORKFLOW,
    build_crate,
    describe,
    media_type,
    workflow_files,
)

PROVENANCE = {
    "recorded": {
        "networks": "2026-01-02T03:04:05+00:00",
        "homology": "2026-01-02T04:04:05+00:00",
        "claims": "2026-01-02T05:04:05+00:00",
    },
    "git_commit": {"networks": "0123abc", "homology": "0123abc", "claims": "4567def"},
    "python": "3.11.7",
    "machine": "Linux x86_64",
    "packages": {"topodnn": "0.1.0", "snakemake": "9.27.1", "torch": "2.13.0+cpu"},
    "config": {"name": "tiny", "seeds": 2},
}
FILES = [
    "betti_numbers.csv",
    "trials.csv",
    "claims/verdicts.csv",
    "figures/tori/9x25/fast/class_0.png",
    "networks/tori/9x25/fast/relu/seeds_0-1.safetensors",
    "provenance.yaml",
]
PARTS = ["Snakefile", "README.md", "CITATION.cff", "docs/rulegraph.svg", "scripts/train.py"]


@pytest.fixture
def pieces(tmp_path, monkeypatch) -> dict:
    """The arguments of `build_crate`, with small files for them."""
    monkeypatch.chdir(tmp_path)
    results = [f"results/tiny/{name}" for name in FILES]
    workflow = {place: str(tmp_path / "repository" / place) for place in PARTS}
    for path in map(Path, [*results, *workflow.values()]):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {path.name}\n")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return {
        "results": results, "workflow": workflow, "provenance": PROVENANCE, "citation": citation,
    }  # fmt: skip


def check_files(path: Path) -> dict[str, dict]:
    """Entities of a crate by name; what is listed is in it, what is in it is listed."""
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        graph = json.loads(packed.read("ro-crate-metadata.json"))["@graph"]
        entities = {entity["@id"]: entity for entity in graph}
        listed = {part["@id"] for part in entities["./"]["hasPart"]}
        assert sorted(names) == sorted({*listed, "ro-crate-metadata.json"})
        for name in listed:
            assert {"name", "description", "encodingFormat"} <= set(entities[name])
            assert entities[name]["contentSize"] == str(packed.getinfo(name).file_size)
    return entities


def test_the_crate_reads_back_with_the_workflow_and_its_run(pieces, tmp_path):
    build_crate(**pieces).write_zip(tmp_path / "a.zip")
    check_files(tmp_path / "a.zip")
    crate = ROCrate(tmp_path / "a.zip")
    assert crate.mainEntity.id == "Snakefile"
    assert set(crate.mainEntity.type) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    assert crate.mainEntity["version"] == "4567def"
    assert crate.mainEntity["programmingLanguage"]["name"] == "Snakemake"
    assert crate.mainEntity["programmingLanguage"]["version"] == "9.27.1"
    assert crate.mainEntity["image"].id == "docs/rulegraph.svg"
    versions = {e["name"]: e["version"] for e in crate.mainEntity["softwareRequirements"]}
    assert versions == {"python": "3.11.7", "snakemake": "9.27.1", "torch": "2.13.0+cpu"}
    (run,) = crate.get_by_type("CreateAction")
    assert crate.root_dataset["mentions"] == run
    assert run["instrument"] == crate.mainEntity
    assert run["object"].id == "results/tiny/config.yaml"
    assert {result.id for result in run["result"]} == set(pieces["results"])
    assert run["endTime"] == PROVENANCE["recorded"]["claims"]
    assert "commit 0123abc (networks, homology), 4567def (claims)" in run["description"]
    assert "agent" not in run  # who ran it is not known
    assert crate.root_dataset["citation"]["name"] == "Topology of Deep Neural Networks"
    assert len(crate.root_dataset["citation"]["author"]) == 3
    assert crate.root_dataset["license"].id == "https://spdx.org/licenses/MIT"
    packed_config = Path(crate.source) / "results/tiny/config.yaml"
    assert yaml.safe_load(packed_config.read_text()) == PROVENANCE["config"]


def test_every_reference_leads_somewhere_and_no_path_of_this_machine_is_told(pieces, tmp_path):
    build_crate(**pieces).write_zip(tmp_path / "a.zip")
    entities = check_files(tmp_path / "a.zip")
    text = json.dumps(list(entities.values()))
    assert str(tmp_path) not in text
    assert not [name for name in entities if name.startswith(("/", "file:", ".."))]

    def references(value):
        if isinstance(value, dict) and set(value) == {"@id"}:
            yield value["@id"]
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from references(part)

    elsewhere = {name for name in references(list(entities.values())) if name not in entities}
    assert all(name.startswith("https://") for name in elsewhere)


def test_the_same_files_give_the_same_crate(pieces, tmp_path):
    build_crate(**pieces).write_zip(tmp_path / "a.zip")
    for path in pieces["results"]:
        Path(path).touch()
    build_crate(**pieces).write_zip(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("CITATION.cff", "application/yaml"),
        ("Snakefile", "text/plain"),
        ("rules/data.smk", "text/plain"),
        ("scripts/train.py", "text/x-python"),
        ("profiles/cluster-generic/status.sh", "application/x-sh"),
        ("docs/rulegraph.svg", "image/svg+xml"),
        ("report/data.rst", "text/x-rst"),
        ("trials.csv", "text/csv"),
        ("tables/samples.md", "text/markdown"),
        (
            "tables/samples.tex",
            "application/x-tex",
        ),  # text/x-tex by /etc/mime.types on some machines
        ("betti_numbers.parquet", "application/vnd.apache.parquet"),
        ("networks/tori/seeds_0-1.safetensors", "application/octet-stream"),
    ],
)
def test_the_format_of_a_file_is_known_by_its_ending(place, found):
    assert media_type(place) == found


def test_a_person_stands_as_a_person(pieces):
    author = {"given-names": "Ada", "family-names": "Byron", "orcid": "https://orcid.org/0000"}
    crate = build_crate(**pieces | {"citation": {**pieces["citation"], "authors": [author]}})
    ada = crate.get("https://orcid.org/0000")
    assert (ada.type, ada["name"]) == ("Person", "Ada Byron")


def test_a_missing_file_is_named(pieces):
    Path("results/tiny/trials.csv").unlink()
    with pytest.raises(InputError, match=r"results/tiny/trials\.csv is missing; make everything"):
        build_crate(**pieces)
    some = [path for path in pieces["results"] if "betti" not in path]
    with pytest.raises(InputError, match=r"results/tiny/betti_numbers\.csv is missing among"):
        build_crate(**pieces | {"results": some})


def test_a_file_that_nothing_describes_is_named():
    with pytest.raises(InputError, match=r"figures/new\.png has no description; add one"):
        describe("figures/new.png", RESULTS)


def test_the_first_description_that_fits_is_taken():
    assert "all points" in describe("betti_numbers_of_all_points.csv", RESULTS)
    assert describe("claims/verdicts.tex", RESULTS) != describe("claims/rises.csv", RESULTS)
    assert describe("paper/sections/data.typ", WORKFLOW) == WORKFLOW["paper"]


NAMES = ["mine", "scale_5", "batch_5", "data", "layers", "class_0", "well_trained", "protocols"]


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_described_as_what_it_is_whatever_its_data_set_and_network_are_called(name):
    for stem, kind in (("data", ""), ("scale_all_points", ""), ("batch", ""), ("protocols", "/5"),
                       ("samples", "/5/fast"), ("diagrams", "/5/fast"), ("class_1", "/5/fast"),
                       ("batch_curves", "/5/fast"), ("layers", "/5/fast/relu")):  # fmt: skip
        usual = describe(f"figures/tori{kind}/{stem}.pdf", RESULTS)
        assert describe(f"figures/{name}{kind.replace('5', name)}/{stem}.pdf", RESULTS) == usual


def test_all_parts_of_the_repository_are_packed_without_caches(tmp_path):
    for name in WORKFLOW:
        source, copy = ROOT / name, tmp_path / name
        copy.parent.mkdir(exist_ok=True)
        shutil.copytree(source, copy) if source.is_dir() else shutil.copy(source, copy)
    (tmp_path / "scripts/__pycache__").mkdir(exist_ok=True)
    (tmp_path / "scripts/__pycache__/train.pyc").touch()
    found = workflow_files(tmp_path)
    some = {"Snakefile", "LICENSE", "profiles/default/config.yaml", "rules/networks.smk"}
    assert some | {"topodnn/figures/explorer.html"} <= set(found)
    assert not [place for place in found if "__pycache__" in place]
    assert {describe(place, WORKFLOW) for place in found} == set(WORKFLOW.values())


@pytest.mark.skipif(not shutil.which("git"), reason="no git here")
def test_in_a_checkout_only_what_git_tracks_is_packed(tmp_path):
    for name in ("Snakefile", "config/config.yaml", "config/mine.yaml", "tests/test_x.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for command in (["init", "--quiet"], ["add", "Snakefile", "config/config.yaml", "tests"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert workflow_files(tmp_path) == ["Snakefile", "config/config.yaml"]
