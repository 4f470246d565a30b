# Needs Python 3.11 or newer and make; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test lint types layers check-python bench clean

help:
	@echo "make demo    set up, print bitcoin's outcome under every scenario, draw one of them"
	@echo "make test    set up, check style, types and layers, run all tests"
	@echo "make bench   time queries against pyAgrum, as ratios of one run"

demo: .venv/ready
	@mkdir -p out
	$(BIN)/causal-model scenarios
	$(BIN)/causal-model query --scenario hard_mandate
	$(BIN)/causal-model render --scenario hard_mandate -o out/hard_mandate.png

test: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist worksteal

bench: .venv/ready-dev
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks.bench_query
	$(BIN)/python -m benchmarks.bench_start
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[browser]'
	$(BIN)/python -m benchmarks.bench_page
	$(BIN)/python -m benchmarks.bench_batch
	$(BIN)/python -m benchmarks.bench_scores
	$(BIN)/python -m benchmarks.bench_questions
	$(BIN)/python -m benchmarks.bench_networks --write

.venv/ready: pyproject.toml constraints.txt | check-python
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/ready-dev: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "causal-model needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }

clean:
	rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
