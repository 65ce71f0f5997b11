# Two commands: `make demo` shows what Mingjian does, `make test` proves it. Everything lives in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV ?= .venv
OUT ?= out
BIN := $(VENV)/bin
UV := $(BIN)/uv
LOCK = $(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --universal --python-version 3.11 \
	--custom-compile-command "make lock" $(UPGRADE)
export PYTHONUTF8 := 1
export UV_LINK_MODE ?= copy

.PHONY: help demo serve test setup lint format types contracts docs data unit browser postgres build-docs lock bench bench-setup clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  \1|/p' $(MAKEFILE_LIST) | column -t -s '|'

demo: $(VENV)/.runtime  ## set up what is needed and check the invented clinic in demo/
	@bash scripts/demo.sh "$(BIN)" "$(OUT)"

serve: $(VENV)/.runtime  ## set up what is needed and open the review desk on demonstration data
	@$(BIN)/mingjian serve --demo --data "$(OUT)/desk"

test: setup browser postgres lint types contracts docs data unit  ## everything CI runs

setup: $(VENV)/.dev  ## the development environment in .venv

lint: $(VENV)/.dev  ## ruff
	$(BIN)/ruff check .

format: $(VENV)/.dev  ## what ruff can put right by itself
	$(BIN)/ruff check --fix .

types: $(VENV)/.dev  ## mypy, strict
	$(BIN)/mypy

contracts: $(VENV)/.dev  ## who may import whom
	$(BIN)/lint-imports --no-logo

docs: $(VENV)/.dev  ## generated pages are up to date, links lead somewhere
	$(BIN)/python scripts/build_docs.py --check
	$(BIN)/python scripts/build_schema.py --check
	$(BIN)/python scripts/check_links.py

data: $(VENV)/.dev  ## committed build-time tables are what their script makes
	$(BIN)/python scripts/build_tables.py --check
	$(BIN)/python scripts/build_messages.py --check

unit: $(VENV)/.dev  ## pytest
	$(BIN)/python -m pytest

browser:  ## Chromium and Chinese fonts, for the tests that open the report and draw posters
	@bash scripts/setup_browser.sh

postgres:  ## PostgreSQL, for the tests of the second store
	@bash scripts/setup_postgres.sh

build-docs: $(VENV)/.dev  ## write the generated pages and schemas anew
	$(BIN)/python scripts/build_docs.py
	$(BIN)/python scripts/build_schema.py

bench-setup: $(VENV)/.dev  ## add the rivals that the speed page compares with
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.lock

lock: $(VENV)/.uv  ## write requirements/*.lock anew
	$(LOCK) requirements/uv.in -o requirements/uv.lock
	$(LOCK) pyproject.toml --extra media --extra server --extra sweep --group package -o requirements/runtime.lock
	$(LOCK) pyproject.toml --extra media --extra server --extra sweep --extra cluster --group package --group dev --group build -c requirements/runtime.lock -o requirements/dev.lock
	$(LOCK) pyproject.toml --extra media --extra server --extra sweep --extra cluster --group package --group dev --group build --group bench -c requirements/dev.lock \
		-o requirements/bench.lock

clean:  ## remove the environment and what was written
	rm -rf $(VENV) $(OUT)

$(VENV)/.uv: requirements/uv.lock scripts/setup.sh
	@bash scripts/setup.sh venv "$(PYTHON)" "$(VENV)"
	@touch $@

$(VENV)/.runtime: $(VENV)/.uv requirements/runtime.lock pyproject.toml
	@bash scripts/setup.sh runtime "$(PYTHON)" "$(VENV)"
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements/dev.lock pyproject.toml
	@bash scripts/setup.sh dev "$(PYTHON)" "$(VENV)"
	@touch $@ $(VENV)/.runtime
