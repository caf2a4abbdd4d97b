# make reproduce: everything from nothing. make help: what else there is.
PYTHON ?= python3
CORES ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The configuration whose results are kept in results/reference, or several.
KEPT := paper

.PHONY: help setup reproduce test faults figures paper reference lint citation audit exact bench bench-homology bench-filtration bench-dimension bench-training lock clean
.DELETE_ON_ERROR:

help:
	@echo "make reproduce   set up .venv and run the default workflow (CORES=$(CORES))"
	@echo "make test        set up .venv, check the style and run the tests"
	@echo "make faults      kill runs at random, damage their files, fill their disk (20 minutes); not part of make test"
	@echo "make setup       set up .venv only, with the versions of requirements.txt"
	@echo "make figures     draw every figure and table of results/reference/$(KEPT) anew (a minute); KEPT=protocols: of that"
	@echo "make paper       build results/reference/paper/article.pdf and explore.html from what is kept there (a minute)"
	@echo "make reference   copy the results of config/$(KEPT).yaml to results/reference; KEPT=protocols: of that"
	@echo "make lint        ruff, snakefmt, import-linter, mypy and snakemake --lint"
	@echo "make citation    check CITATION.cff, with cffconvert in an environment of its own"
	@echo "make bench       time homology, persistence over k and training beside the usual ways (about an hour and a half);"
	@echo "                 make bench-homology, bench-filtration, bench-dimension, bench-training: one of them"
	@echo "make audit       look for known flaws of the pinned packages (pip-audit) and for secrets in the files; needs a network"
	@echo "make exact       check the homology on 100,000 random complexes beside GUDHI (2 minutes on 2 idle cores)"
	@echo "make lock        resolve the dependencies of pyproject.toml anew into requirements.txt"
	@echo "make clean       remove .venv and caches; results stay"
	@echo "PYTHON=...       chooses the Python, 3.11 or newer; now $(PYTHON)"

setup: $(READY)

# A killed run leaves Snakemake's lock behind; it is removed unless a process of .venv still runs.
reproduce: $(READY)
	@if [ -n "$$(ls .snakemake/locks 2> /dev/null)" ] && command -v pgrep > /dev/null \
	  && ! pgrep -f "$(CURDIR)/$(VENV)/bi[n]/" > /dev/null; then $(BIN)/snakemake --quiet all --unlock; fi
	$(BIN)/snakemake --cores $(CORES)

test: lint
	$(BIN)/pytest

faults: $(READY)
	$(BIN)/pytest -m faults -n 2 --dist=worksteal tests/test_faults.py

figures: $(READY)
	for name in $(KEPT); do $(BIN)/snakemake --cores $(CORES) --configfile config/$$name.yaml \
	  --config name=reference/$$name kept=True "figure_formats=[png]" --forceall -- figures || exit 1; done

paper: $(READY)
	$(BIN)/snakemake --cores $(CORES) --configfile config/paper.yaml --config name=reference/paper kept=True \
	  "figure_formats=[pdf]" --forceall -- results/reference/paper/article.pdf results/reference/paper/explore.html

# What a reader needs without computing: no networks, no activations, figures as PNG. Of real data no points either.
reference:
	for name in $(KEPT); do (cd results && rm -rf reference/$$name && mkdir -p reference/$$name \
	  && cd $$name && tar -cf ../reference/kept.tar --exclude='*.pdf' --exclude='*.html' $$(ls -d betti_numbers*.csv \
	  trials.csv benchmarks.csv provenance* barcodes claims robustness variations.parquet $$([ $$name = real-data ] || echo clouds) figures persistence \
	  scale tables 2> /dev/null) \
	  && cd ../reference && tar -xf kept.tar -C $$name && rm kept.tar) || exit 1; done

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy topodnn
	$(BIN)/snakemake --lint

# Not among the dependencies: cffconvert needs a jsonschema of before 4.
citation:
	rm -rf .citation && $(PYTHON) -m venv .citation
	.citation/bin/python -m pip install --quiet cffconvert==2.0.0
	.citation/bin/cffconvert --validate && rm -rf .citation

# The kept results have digests of commits, which look like secrets, and are long to search.
audit:
	rm -rf .audit && $(PYTHON) -m venv .audit
	.audit/bin/python -m pip install --quiet pip-audit==2.10.1 detect-secrets==1.5.0
	.audit/bin/pip-audit --requirement requirements.txt --no-deps --disable-pip --progress-spinner off
	git ls-files -z | grep -zv '^results/reference/' | xargs -0 .audit/bin/detect-secrets-hook && rm -rf .audit

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Error: $(PYTHON) is not Python 3.11 or newer; choose one that is with make PYTHON=/path/to/python3.11." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Error: $(PYTHON) has no module venv; install it (on Debian: apt install python3-venv) or choose another Python with make PYTHON=..." >&2; exit 1; }
	@echo "Setting up $(VENV): some minutes, most of them for torch"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@echo "Compiling the homology core, half a minute"
	@$(BIN)/python -c 'import topodnn as t; [f([[0.0], [1.0]], n_neighbors=2, max_dimension=2) for f in (t.betti_numbers, t.scale_barcode)]'
	@touch $@

bench: bench-homology bench-filtration bench-dimension bench-training

bench-homology: $(READY)
	$(BIN)/python benchmarks/bench_homology.py --table benchmarks/homology.md $(BENCH)

bench-filtration: $(READY)
	$(BIN)/python benchmarks/bench_filtration.py --table benchmarks/filtration.md $(BENCH)

bench-dimension: $(READY)
	$(BIN)/python benchmarks/bench_dimension.py --table benchmarks/dimension.md $(BENCH)

bench-training: $(READY)
	$(BIN)/python benchmarks/bench_training.py --table benchmarks/training.md $(BENCH)

exact: $(READY)
	$(BIN)/python benchmarks/check_exact.py --table benchmarks/exact.md $(EXACT)

lock:
	rm -rf .lock && $(PYTHON) -m venv .lock
	.lock/bin/python -m pip install --quiet "torch==$$(sed -n 's/^torch==//p' requirements.txt)" setuptools
	.lock/bin/python -m pip install --quiet --no-build-isolation '.[dev,slurm]'
	{ sed -n '/^#/p' requirements.txt; .lock/bin/python -m pip freeze --all --exclude topodnn --exclude pip | sed 's/+cpu$$//'; } > .lock/new
	mv .lock/new requirements.txt && rm -rf .lock

clean:
	rm -rf $(VENV) .audit .citation .lock .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
