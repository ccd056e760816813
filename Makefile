# Everything here works on a machine that has Python 3.11 (or newer) and make, and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help demo test check browser messages lock screenshots clean

help:  ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

demo: $(VENV)/.installed  ## Serve the sample digest on this machine (PORT=9000 make demo picks the port)
	@exec $(BIN)/rapport demo --port "$(PORT)"

test: $(VENV)/.installed-dev  ## Run the tests; those that need a browser or PostgreSQL say so and are skipped without one
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.installed-dev  ## Lint, format, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser: $(VENV)/.installed-dev  ## Run the browser tests only; fails when there is no Chromium
	RAPPORT_BROWSER_REQUIRED=yes $(BIN)/python -m pytest tests/browser $(ARGS)

messages: $(VENV)/.installed-dev  ## Collect and compile the interface's texts (needs GNU gettext)
	cd src/rapport && PYTHONPATH="$(CURDIR)" ../../$(BIN)/python -m django makemessages -l fr --no-location --no-wrap --settings tests.settings -v0
	cd src/rapport && PYTHONPATH="$(CURDIR)" ../../$(BIN)/python -m django compilemessages -l fr --settings tests.settings -v0

lock: $(VENV)/.installed-dev  ## Pin every dependency anew
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q -o requirements.lock --upgrade
	$(BIN)/uv pip compile pyproject.toml --extra postgres -c requirements.lock --universal --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q -o requirements-postgres.lock --upgrade
	$(BIN)/uv pip compile pyproject.toml --group dev --extra postgres --extra analysis -c requirements.lock --universal --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q -o requirements-dev.lock --upgrade

screenshots: $(VENV)/.installed-dev  ## Make the pictures of the README and the editors' guide anew (needs Chromium)
	$(BIN)/python docs/screenshot.py
	$(BIN)/python docs/editor_screenshots.py

clean:  ## Remove the environment; the data in var/ stays
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rapport needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which to use with PYTHON=python3.12 make …")'
	@echo "Making an environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# An environment knows from which lock it was made: a changed lock installs what changed.
$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Rapport needs (about 45 packages) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
