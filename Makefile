# `make` or `make help` lists what can be done; everything sets itself up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: update-cards help setup demo test check chaos format lock bench bench-daily clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "aibot needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "setting up $(VENV) (once, about half a minute) …"
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "this python3 cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## install everything into .venv, at locked versions checked by hash

demo: $(READY) ## the real bot behind a Slack of our own: five questions, five cards
	@$(BIN)/python -m aibot.playground.demo

check: $(READY) ## formatter, linter, types, the fact base
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/aibot facts check

test: check ## everything CI runs
	$(BIN)/python -m pytest --numprocesses 2

format: $(READY) ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

update-cards: $(READY) ## write the golden cards anew; then read their diff
	$(BIN)/pytest -q tests/slack/cards --update-cards

bench: $(READY) ## measure matching and serving beside what one would use instead
	$(BIN)/python benchmarks/accuracy.py
	$(BIN)/python benchmarks/matching.py
	$(BIN)/python benchmarks/slack.py

chaos: $(READY) ## kill -9 at every step, crash the database, step the clock: nothing doubled, nothing lost
	PYTHONPATH=. $(BIN)/python benchmarks/chaos.py --write docs/chaos.md

bench-daily: $(READY) ## deliveries a second on both databases, planning, idling
	PYTHONPATH=. $(BIN)/python benchmarks/delivery.py
	PYTHONPATH=. $(BIN)/python benchmarks/million.py

lock: $(READY) ## resolve the dependencies anew and write requirements/
	$(COMPILE) --group dev --output-file requirements/dev.txt
	$(COMPILE) --constraint requirements/dev.txt --output-file requirements/run.txt

clean: ## remove what was built (.venv stays)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
