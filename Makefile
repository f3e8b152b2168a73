# The commands of the portal. `make` alone lists them.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test check fix soak

help: ## List the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1 |/' | column -t -s '|'

run: $(VENV)/.installed ## Start the portal on http://localhost:8000 (PORT= changes the port)
	@exec $(BIN)/python manage.py run --port "$(PORT)"

test: $(VENV)/.installed-dev ## Run every test, on each database there is, and in Chromium
	@exec $(BIN)/python -m tests.run

soak: $(VENV)/.installed-dev ## Run the long tests: kills, races, random input, large data
	@SOAK=1 exec $(BIN)/python -m tests.run

check: $(VENV)/.installed-dev ## Lint, format, layers, settings, migrations: in seconds
	@exec $(BIN)/python -m tests.check

fix: $(VENV)/.installed-dev ## Mend what can be mended by machine
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "The portal needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name a newer one: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the portal needs (a minute or two, once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
