# Two commands: make run, make test. Everything they need goes into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SITE ?=
LINKS ?=

.PHONY: run test check lint types docs bench lock clean

run: $(VENV)/run.stamp
ifeq ($(strip $(SITE)),)
	$(BIN)/linkworthy demo run
else
	$(BIN)/linkworthy run $(SITE) $(LINKS)
endif

test: check
	$(BIN)/python -m pytest -n auto --dist loadgroup $(TESTS)

check: lint types

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

# Writes the generated pages of docs/; the tests fail where they are stale.
docs: $(VENV)/dev.stamp
	$(BIN)/python -m linkworthy.cli.pages docs

bench: $(VENV)/bench.stamp
	$(BIN)/python -m benchmarks --quick

# Renews the lock files; needs uv.
lock:
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --extra demo --generate-hashes --no-emit-index-url --no-header -o requirements/run.txt
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --extra demo --group dev --generate-hashes --no-emit-index-url --no-header -o requirements/dev.txt
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --extra demo --group dev --group benchmarks --generate-hashes --no-emit-index-url --no-header -o requirements/bench.txt

$(VENV)/bin/python:
	@if command -v uv >/dev/null 2>&1; then uv venv -q --seed --python $(PYTHON) $(VENV); \
	elif $(PYTHON) -c 'import ensurepip, venv' >/dev/null 2>&1; then $(PYTHON) -m venv $(VENV); \
	else echo "python's venv module is missing: install the package python3-venv, or uv" >&2; exit 2; fi

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@if [ ! -f $(VENV)/dev.stamp ]; then $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/run.txt; fi
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

# The peers that benchmarks measure against; no test needs them.
$(VENV)/bench.stamp: requirements/bench.txt $(VENV)/dev.stamp
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/bench.txt
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
