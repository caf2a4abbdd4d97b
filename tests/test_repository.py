"""What holds the repository together: its dependencies, its version, its containers, its CI."""

import re
import subprocess
import tomllib

import pandas as pd
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from scripts import compare_data_seeds, judge_claims
from tests.conftest import ROOT
from tests.workflow.test_outputs import plan_of
from topodnn import __version__
from topodnn.tables import read_table


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


CONDA_NAMES = {
    "matplotlib": "matplotlib-base",
    "torch": "pytorch",
    "typst": "typst-py",
}
PYPROJECT = tomllib.loads(text_of("pyproject.toml"))
PROJECT = PYPROJECT["project"]
MAKEFILE = text_of("Makefile")


def by_name(requirements: list[str]) -> dict[str, SpecifierSet]:
    """Canonical name → versions that are allowed."""
    parsed = [Requirement(line) for line in requirements]
    return {canonicalize_name(one.name): one.specifier for one in parsed}


EXTRAS = PROJECT["optional-dependencies"].values()
DIRECT = by_name([*PROJECT["dependencies"], *(one for extra in EXTRAS for one in extra)])
CONDA = by_name(yaml.safe_load(text_of("environment.yml"))["dependencies"])


def pins() -> dict[str, str]:
    lines = [line for line in text_of("requirements.txt").splitlines() if line[0] != "#"]
    return {canonicalize_name(name): version for name, version in (p.split("==") for p in lines)}


def test_environment_yml_has_the_direct_dependencies_of_every_extra_with_the_same_bounds():
    wanted = {CONDA_NAMES.get(name, name): allowed for name, allowed in DIRECT.items()}
    wanted |= by_name([f"python{PROJECT['requires-python']}", "pip"])
    wanted |= by_name(PYPROJECT["build-system"]["requires"])
    assert wanted == CONDA


def test_every_direct_dependency_is_pinned_at_a_version_that_both_files_allow():
    for name, allowed in DIRECT.items():
        assert pins()[name] in allowed, name
        assert pins()[name] in CONDA[CONDA_NAMES.get(name, name)], name


def test_the_pinned_file_names_versions_only():
    assert all(re.fullmatch(r"[\w.]+", version) for version in pins().values())


def test_make_lock_pins_every_extra():
    assert f"'.[{','.join(PROJECT['optional-dependencies'])}]'" in MAKEFILE


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert citation["version"] == PROJECT["version"] == __version__
    assert f"## [{__version__}]" in text_of("CHANGELOG.md")


def test_every_direct_dependency_has_its_reason_in_the_docs():
    rows = text_of("docs/dependencies.md")
    named = set(re.findall(r"[\w-]+", " ".join(re.findall(r"^\| ([^|]+) \|", rows, re.MULTILINE))))
    assert set(DIRECT) <= {canonicalize_name(name) for name in named}


# Containers --------------------------------------------------------------------------------------

CONTAINERS = {
    path: re.sub(r"^#.*\n", "", text_of(path), flags=re.MULTILINE).replace("\\\n", " ")
    for path in ("Dockerfile", "apptainer.def")
}


@pytest.mark.parametrize(
    "pattern",
    [
        r"^from:? (\S+)$",
        r"apt-get install --yes --no-install-recommends (\w[\w ]*\w)",
        r"PIP_EXTRA_INDEX_URL=(https\S+)",
        r"safe\.directory (\S+)",
    ],
)
def test_both_containers_have_the_same(pattern):
    docker, apptainer = (
        re.findall(pattern, text, re.MULTILINE | re.IGNORECASE) for text in CONTAINERS.values()
    )
    assert docker == apptainer
    assert len(docker) == 1


@pytest.mark.parametrize("text", CONTAINERS.values(), ids=CONTAINERS)
def test_a_container_installs_python_packages_by_make_setup_only(text):
    assert "make setup\n" in text
    assert not re.search(r"\b(pip3?|pipx|uv|conda|mamba|poetry)\b", text)


def test_make_setup_installs_the_pinned_versions_and_nothing_else():
    assert "\nsetup: $(READY)\n" in MAKEFILE
    recipe = re.search(r"^\$\(READY\):.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1]
    assert re.findall(r"pip install (.*)", recipe) == [
        "--quiet --requirement requirements.txt",
        "--quiet --no-deps --no-build-isolation --editable .",
    ]


def test_the_docker_image_is_of_files_that_exist_and_of_a_user_who_is_not_root():
    text = CONTAINERS["Dockerfile"]
    assert re.findall(r"^USER (.*)", text, re.MULTILINE) == ["topodnn"]
    assert text.index("USER topodnn") < text.index("COPY") < text.index("make setup")
    copied = re.findall(r"^COPY --chown=topodnn:topodnn (.*) \S+$", text, re.MULTILINE)
    assert copied[-1] == "."
    assert all((ROOT / path).exists() for paths in copied for path in paths.split())


def test_docker_leaves_out_what_git_ignores_and_nothing_that_git_keeps():
    def patterns(path):
        lines = [line for line in text_of(path).splitlines() if line and line[0] != "#"]
        return {line.removeprefix("**/").removesuffix("/") for line in lines}

    assert patterns(".dockerignore") == patterns(".gitignore") | {".git/config"}


# Continuous integration --------------------------------------------------------------------------


def test_ci_calls_the_one_script_with_every_python_that_is_promised():
    workflow = yaml.safe_load(text_of(".github/workflows/ci.yml"))
    assert set(workflow[True]) == {"push", "pull_request"}  # YAML reads `on` as true
    job = workflow["jobs"]["test"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    versions = job["strategy"]["matrix"]["python"]
    promised = [line.split(" :: ")[-1] for line in PROJECT["classifiers"] if "Python :: 3" in line]
    assert versions == promised
    assert PROJECT["requires-python"] == f">={versions[0]}"
    oldest = versions[0].replace(".", "")
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{oldest}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == versions[0]


def test_the_hooks_before_a_commit_are_those_of_make_lint():
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1]
    lint = [line.replace("$(BIN)", ".venv/bin") for line in recipe.split("\t") if line]
    (repo,) = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"]
    assert [hook["entry"] for hook in repo["hooks"]] == [line.strip() for line in lint[:-1]]
    assert lint[-1] == ".venv/bin/snakemake --lint\n"  # too slow for each commit


def test_make_help_names_every_target():
    targets = re.search(r"^\.PHONY: (.*)", MAKEFILE, re.MULTILINE)[1].split()
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    named = re.findall(r"^make ([\w-]+)", shown.stdout, re.MULTILINE)
    parts = {"bench-homology", "bench-filtration", "bench-dimension", "bench-training"}
    assert parts <= set(re.findall(r"bench-\w+", shown.stdout))
    assert {"help", *parts, *named} == set(targets)


# Results -----------------------------------------------------------------------------------------


def test_every_file_and_folder_of_the_results_is_described():
    written = set()
    for path in ROOT.glob("rules/*.smk"):
        text = path.read_text(encoding="utf-8").replace("{{sample}}", "homology")
        outputs = "".join(re.findall(r"^    output:\n((?: {8}.*\n)+)", text, re.M))
        written |= set(re.findall(r"\{results\}/([\w.-]+/?)", outputs))
    assert {"data/", "networks/", "betti_numbers", "provenance.yaml"} <= written
    text = text_of("results/README.md")
    assert {name for name in written if f"`{name}" not in text} == set()


@pytest.mark.parametrize("name", ["paper", "protocols", "data_seeds"])
def test_the_kept_verdicts_are_those_of_the_kept_betti_numbers(name, tmp_path):
    kept, plan = ROOT / f"results/reference/{name}", plan_of(name)
    names = ["curves", "comparisons", "rises", "injective"]
    judge_claims.main(
        kept / "betti_numbers.csv",
        kept / "claims/weights.csv",
        *([tmp_path / f"{start}{name}.csv" for name in names] for start in ("", "persistent_")),
        [tmp_path / f"verdicts.{ending}" for ending in ("csv", "md", "tex")],
        protocol=plan.judged,
        thresholds=plan.settings["claims"],
    )
    for one in ("comparisons", "persistent_comparisons", "verdicts"):
        shipped, again = (
            read_table(folder / f"{one}.csv", []) for folder in (kept / "claims", tmp_path)
        )
        pd.testing.assert_frame_equal(shipped, again, rtol=1e-9)


def test_the_kept_table_of_data_seeds_is_that_of_the_kept_betti_numbers(tmp_path):
    kept, plan = ROOT / "results/reference/data_seeds", plan_of("data_seeds")
    made = [tmp_path / f"data_seeds.{ending}" for ending in ("csv", "md", "tex")]
    compare_data_seeds.main(
        kept / "betti_numbers.csv",
        made,
        clouds=plan.clouds,
        protocol=plan.judged,
        confidence=plan.settings["claims"]["confidence"],
    )
    shipped, again = (pd.read_csv(path) for path in (kept / "tables/data_seeds.csv", made[0]))
    pd.testing.assert_frame_equal(shipped, again, rtol=1e-9)
    assert again["n_clouds"].eq(5).all()


# Prose -------------------------------------------------------------------------------------------

PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md", "config/README.md"]
PAGES += ["results/README.md", "results/reference/README.md"]
PAGES += sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))


def test_the_readme_is_read_at_a_glance():
    lines = text_of("README.md").splitlines()
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 120  # its tables too
    assert len(re.findall(r"^!\[", text_of("README.md"), re.M)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_lines_of_prose_are_short(page):
    prose = (
        line for line in text_of(page).splitlines() if not line.startswith(("|", "![", "    "))
    )
    assert max(map(len, prose)) <= 120


def anchors(path: str) -> set[str]:
    """The anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", text_of(path), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)#]*(?:#[^)]*)?)\)", text_of(page)):
        if link.startswith(("http", "mailto")):
            continue
        place, _, anchor = link.partition("#")
        target = (ROOT / page).parent / place if place else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.resolve().relative_to(ROOT).as_posix()), link


def test_every_page_of_the_docs_is_in_the_index():
    index = text_of("docs/README.md")
    for path in ROOT.glob("docs/*.md"):
        assert path.name == "README.md" or f"({path.name})" in index, path


@pytest.mark.parametrize(
    "package", sorted(p.parent.name for p in ROOT.glob("topodnn/*/__init__.py"))
)
def test_the_layout_names_every_module(package):
    (row,) = re.findall(rf"^\| `{package}` \|.*\| (.*) \|$", text_of("docs/layout.md"), re.M)
    modules = {path.stem for path in ROOT.glob(f"topodnn/{package}/[a-z]*.py")}
    assert set(row.split(", ")) == modules
