# `make` says what there is. Nothing here asks for more than Bash, GNU Make and the two scripts it calls.
SHELL := /bin/bash
BIN := .venv/bin

.PHONY: help run test lint bench clean constraints
.DEFAULT_GOAL := help

help:
	@echo "make run    install what is missing, then start Sightline; with no desktop, its demo"
	@echo "make test   install what is missing, then check everything as CI does"
	@echo "make lint   the checks alone: format, rules, types"
	@echo "make bench  measure Sightline beside its rivals"
	@echo "make clean  remove what make has built: .venv, caches, the demo's output"
	@echo "YES=1 uses sudo without asking. PYTHON=/path/to/python3 chooses the Python."

run:
	@if scripts/has-desktop; then \
		scripts/install-system-packages run && scripts/install-python-packages && exec $(BIN)/sightline run; \
	else \
		echo "There is no desktop session here, so this shows the demo."; \
		scripts/install-system-packages run demo && scripts/install-python-packages && exec $(BIN)/sightline demo; \
	fi

test: lint
	@echo "Running the tests."
	@$(BIN)/python -m pytest --reruns 2 -r aR  # real windows and real sound on a busy machine; each rerun is reported

lint:
	@scripts/install-system-packages run demo test
	@scripts/install-python-packages dev
	@echo "Checking format, rules and types."
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

bench:
	@scripts/install-system-packages run demo test training
	@scripts/install-python-packages dev
	@$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist demo-output
	find . -name __pycache__ -prune -exec rm -rf {} +

# Write constraints.txt: the newest versions that pyproject.toml allows, in a fresh environment. Then run `make test`.
constraints:
	@scripts/write-constraints
