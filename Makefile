# The README's commands: each sets up what it needs in ./.venv and then does its job.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps

.PHONY: demo test lint fuzz bench docs clean

demo: $(STAMPS)/train
	$(BIN)/python examples/demo.py

test: $(STAMPS)/dev
	$(BIN)/python -m pytest

lint: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(STAMPS)/dev
	$(BIN)/python -m tests.conformance.fuzz

bench: $(STAMPS)/bench
	$(BIN)/python -m bench

docs: $(STAMPS)/docs
	$(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) site

$(BIN)/python:
	$$(command -v $(PYTHON) || command -v python3) -m venv $(VENV)

$(STAMPS)/train: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[train,arrow,dev]'
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[train,bench]'
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/docs: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	mkdir -p $(STAMPS) && touch $@
