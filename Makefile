# make run | test | bench | check | screenshots; needs Python 3.11 or newer, pip and make.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
.DEFAULT_GOAL := help
.PHONY: help run test bench check screenshots lock messages format

help:
	@echo "make run          set up if needed, demo plan, serve on http://127.0.0.1:$(PORT)"
	@echo "make test         all tests that this machine has the parts for; names what it left out"
	@echo "make bench        the benchmarks"
	@echo "make check        style, types, import rules, migrations, translations, deployment checks"
	@echo "make screenshots  the pictures in docs/screenshots"
	@echo "make lock         write requirements.txt and requirements-dev.txt anew"
	@echo "make messages     collect translatable texts into locale/"

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.run

run: .venv/.run
	@PORT=$(PORT) $(BIN)/python manage.py up

test: .venv/.dev
	@$(BIN)/python -m tests.everything

bench: .venv/.dev
	@$(BIN)/python -m tests.bench

check: .venv/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" deploy/check

screenshots: .venv/.dev
	@$(BIN)/python -m tests.screenshots

LOCK = $(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml

lock: | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(LOCK) -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt

messages: .venv/.dev
	$(BIN)/python manage.py makemessages -l da --no-location --no-wrap -i .venv -i var
	$(BIN)/python manage.py compilemessages -l da

format: .venv/.dev
	$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .
