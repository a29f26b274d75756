# Coalface. `make` alone lists what there is to do.
.DEFAULT_GOAL := help
.PHONY: help setup product run test lint check bench lock

VENV   := .venv
PY     := $(VENV)/bin/python
ARGS   ?=
# Neither pip nor pyright need to ask anyone whether a newer version exists.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup:  ## find a Python, make .venv, install everything needed to run, test and check
	@sh resources/setup/install.sh requirements-dev.txt

product:
	@sh resources/setup/install.sh requirements.txt

run: product  ## lead a rehearsed centre that is in trouble; ARGS="--help" shows what main.py accepts
	@$(PY) main.py $(or $(ARGS),--rehearse billing-meltdown)

test: setup  ## run the tests; ARGS="-k name" chooses some
	@$(PY) -m pytest -n auto $(ARGS)

lint: setup  ## look at style, import rules and types
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(VENV)/bin/lint-imports
	@$(PY) -m pyright

check: lint test  ## everything that must be true before a change is kept

bench: setup  ## run every benchmark; ARGS="name" chooses some
	@$(PY) -m benchmarks $(ARGS)

lock:  ## pin every package again from pyproject.toml; UPGRADE=1 takes newer versions
	@UPGRADE=$(UPGRADE) sh resources/setup/lock.sh
