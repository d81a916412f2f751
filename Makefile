# `make` or `make help` lists what can be done; everything sets itself up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo play cards test check lock bench bench-playground clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "aibot needs Python 3.11 or newer: try make PYTHON=python3.12" >&2; exit 1; }
	@echo "setting up $(VENV) (once)…"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(READY) ## install everything into .venv, at locked versions checked by hash

play: $(READY) ## the whole bot in your browser, with no Slack workspace
	$(BIN)/aibot playground

lock: $(READY) ## resolve the dependencies anew and write requirements/
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header --quiet -o requirements/dev.txt
	$(BIN)/uv pip compile pyproject.toml -c requirements/dev.txt --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header --quiet -o requirements/run.txt

clean: ## remove what was built (.venv stays)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
