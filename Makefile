# `make` or `make help` lists what can be done; everything sets itself up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PLAYABLE := $(VENV)/.playable
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
GROUP := $(BIN)/uv pip compile --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-header --quiet
COMPILE := $(GROUP) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup demo play cards test check format lock update-cards bench bench-daily bench-playground chaos load fuzz manifests image audit clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

define MAKE_VENV
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "aibot needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "this python3 cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
endef

$(READY): pyproject.toml requirements/dev.txt
	@echo "setting up $(VENV) (once, about half a minute) …"
	$(MAKE_VENV)
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(PLAYABLE)

# what the bot runs on, without the tools for changing it: half the wait for a first look
$(PLAYABLE): requirements/run.txt
	@echo "setting up $(VENV) (once, about fifteen seconds) …"
	$(MAKE_VENV)
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@touch $@

setup: $(READY) ## install everything into .venv, at locked versions checked by hash

play: $(PLAYABLE) ## the whole bot in your browser, with no Slack workspace
	@PYTHONPATH=src $(BIN)/python -m aibot playground

demo: $(READY) ## the real bot behind a Slack of our own: five questions, five cards
	@$(BIN)/python -m aibot.playground.demo

check: $(READY) ## formatter, linter, types, the fact base, known vulnerabilities; a bill of materials in build/sbom.json
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/aibot facts check
	@mkdir -p build
	$(BIN)/python -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible --output-file build/sbom.json \
		requirements/image.txt
	@PIP_RETRIES=1 $(MAKE) --silent $(AUDIT)/.ready >/dev/null 2>&1 || true
	@$(BIN)/python -m scripts.ask_advisories $(AUDIT)/bin/pip-audit

test: check ## everything CI runs
	@scripts/install_browser.sh
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

format: $(READY) ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

cards: $(READY) ## draw every kind of card in both languages into docs/cards/
	@scripts/install_browser.sh
	@$(BIN)/python -m scripts.draw_cards

update-cards: $(READY) ## write the golden cards anew; then read their diff
	$(BIN)/pytest -q tests/slack/cards --update-cards

bench: $(READY) ## measure matching and serving beside what one would use instead
	$(BIN)/python benchmarks/accuracy.py
	$(BIN)/python benchmarks/matching.py --full
	$(BIN)/python benchmarks/slack.py
	PYTHONPATH=. $(BIN)/python benchmarks/typeahead.py

bench-playground: $(READY) ## measure the playground: to the first card, a command to its card, the page's weight
	@$(BIN)/python -m benchmarks.playground

chaos: $(READY) ## kill -9 at every step, crash the database, step the clock: nothing doubled, nothing lost
	PYTHONPATH=. $(BIN)/python benchmarks/chaos.py --write docs/chaos.md

load: $(READY) ## 200 requests a second for five minutes, and every fault; writes docs/load.md
	PYTHONPATH=. $(BIN)/python benchmarks/load.py --write docs/load.md

bench-daily: $(READY) ## deliveries a second on both databases, planning, idling
	PYTHONPATH=. $(BIN)/python benchmarks/delivery.py
	PYTHONPATH=. $(BIN)/python benchmarks/million.py

lock: $(READY) ## resolve the dependencies anew and write requirements/
	$(COMPILE) --group dev --output-file requirements/dev.txt
	$(COMPILE) --constraint requirements/dev.txt --output-file requirements/run.txt
	$(COMPILE) --extra postgres --extra otel --constraint requirements/dev.txt --output-file requirements/image.txt
	$(GROUP) --group wheel --constraint requirements/dev.txt --output-file requirements/build.txt
	$(COMPILE) --group fuzz --constraint requirements/dev.txt --output-file requirements/fuzz.txt
	$(GROUP) --group audit --output-file requirements/audit.txt
	$(GROUP) --group manifests --output-file requirements/manifests.txt

FUZZ := build/fuzz
$(FUZZ)/.ready: requirements/fuzz.txt
	@$(PYTHON) -m venv $(FUZZ)
	@$(FUZZ)/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes --requirement $<
	@touch $@

fuzz: $(FUZZ)/.ready ## hunt for input that breaks an entrance, guided by coverage: a minute for each
	PYTHONPATH=src:. $(FUZZ)/bin/python -m scripts.fuzz

AUDIT := build/audit
$(AUDIT)/.ready: requirements/audit.txt
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes --requirement $<
	@touch $@

MANIFESTS := build/manifests
$(MANIFESTS)/.ready: requirements/manifests.txt
	@$(PYTHON) -m venv $(MANIFESTS)
	@$(MANIFESTS)/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes --requirement $<
	@touch $@

manifests: $(MANIFESTS)/.ready ## what compose, Kubernetes' schemas and systemd say of compose.yaml and deploy/
	VALIDATE=$(MANIFESTS)/bin/kubernetes-validate scripts/check_manifests.sh

image: $(READY) ## build the container, weigh it and try it, in both modes, on both databases (root; podman)
	PYTHONPATH=src:. $(BIN)/python -m scripts.try_image

audit: $(AUDIT)/.ready ## known vulnerabilities of what the image holds; fails where the advisory service does not answer
	$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements/image.txt

clean: ## remove what was built (.venv stays)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
