# One command a wish. `make demo` and `make test` need only Python 3.11, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo
DATA ?=
POSITIONS ?= 900

.DEFAULT_GOAL := help
.PHONY: help install demo serve test test-region lint browser bench notebooks docs release lock audit clean

help:  ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# Everything the work needs, pinned with hashes in requirements.lock, in .venv.
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "brikopt needs Python 3.11 or newer; run: make PYTHON=/path/to/python3.11 ...")'
	@echo "Installing what brikopt needs in $(VENV), once: a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Compiled functions are kept beside their source, each by its own file's age alone: when any file is newer, all are
# compiled afresh. A first small run does that, and shows that the installation works.
$(VENV)/.compiled: $(VENV)/.installed $(shell find brikopt -name '*.py')
	@echo "Compiling the inner loops with a first small run, once: a few minutes."
	@find brikopt -name '*.nb[ci]' -delete
	@$(BIN)/brikopt simulate --wards 2 --positions 24 --years 1 --out $(VENV)/first >/dev/null 2>&1
	@$(BIN)/brikopt run --data $(VENV)/first --out $(VENV)/first-result --jobs 1 >/dev/null 2>&1
	@touch $@

install: $(VENV)/.compiled  ## Set up .venv

demo: install  ## Do the main job on a simulated region, or on DATA=folder
	@$(BIN)/brikopt demo --out $(OUT) $(if $(DATA),--data $(DATA))

serve: install  ## Start the service on this machine
	@$(BIN)/brikopt serve $(if $(DATA),--data-dir $(DATA))

lint: install  ## Format, lint, types and import layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser:  ## Install chromium for the browser tests, where there is no browser
	@sh tests/browser/install.sh

test: lint browser  ## Everything: lint, then all tests
	$(BIN)/pytest -n 2

test-region: install  ## Simulated regions through everything, before a release; POSITIONS=230000 for a whole one
	REGION_POSITIONS=$(POSITIONS) $(BIN)/pytest -p no:xdist -m region tests/region

bench: install  ## Speed, as ratios against a floor in the same run
	$(BIN)/python -m pytest tests/bench -p no:xdist -s --no-header -o python_files='bench_*.py'

notebooks: install  ## Run the notebooks and keep their figures in build/notebooks
	$(BIN)/python -m pytest tests/docs/test_notebooks.py --notebook-output build/notebooks

docs: install  ## Build the documentation into build/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

release: install  ## Wheel, source archive, bill of materials and hashes in dist/: sign SHA256SUMS with your own key
	rm -rf dist && mkdir dist
	$(BIN)/python -m hatchling build --target wheel --target sdist
	$(BIN)/cyclonedx-py requirements container/requirements.lock --pyproject pyproject.toml --output-reproducible --of JSON --output-file dist/brikopt.cdx.json
	cd dist && sha256sum * > SHA256SUMS

lock: install  ## Pin the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml container/build.in --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --constraint requirements.lock -o container/requirements.lock

audit: install  ## Known vulnerabilities of what the image is made of; says "no data" where none can be had
	$(BIN)/python container/audit.py

clean:  ## Remove what the targets made
	rm -rf $(VENV) demo build dist
