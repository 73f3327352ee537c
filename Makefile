# The developer's house. `make run` and `make test` need git, make and Python 3.11 or newer; the rest is fetched from the package index.

PY      := .venv/bin/python
PORT    ?= 8501
# One for each of two cores: a third worker gained nothing [measured: 10:15 against 9:52]. In the order of the folders:
# xdist would keep files of few tests for the end, and those are the browser's, the longest of all.
WORKERS ?= 2

# What the engine's tests leave out: whatever needs Streamlit's pages or a browser.
NOT_ENGINE := --ignore=tests/browser --ignore=tests/pages --ignore=tests/ui

.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench sample screenshots docs test-duckdb2

help:  ## List what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.installed  ## Make .venv and install requirements.txt (again only when it has changed)

run: setup  ## Open the app at http://localhost:8501, on the sample data until you bring your own
	$(PY) -m streamlit run app.py --server.port $(PORT)

test: .venv/.installed-dev  ## Run every test, with a browser found or fetched for those that need one
	@browser="$$(sh scripts/find_browser.sh $(PY))" && echo "browser: $$browser" && \
	PYTHONDONTWRITEBYTECODE= TIDELINE_CHROMIUM="$$browser" $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --threads 1

check: .venv/.installed-dev  ## Lint, types, and the rules of the house (floors and imports)
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest tests/test_house.py

format: .venv/.installed-dev  ## Mend what the linter can mend by itself, and break long lines
	$(PY) -m ruff check --fix --exit-zero --quiet .
	$(PY) -m ruff format .

test-duckdb2: .venv-duckdb2/.installed  ## Run the engine's tests under DuckDB 2.0.0, in an environment of their own
	@.venv-duckdb2/bin/python -c 'import duckdb; print("duckdb", duckdb.__version__); assert duckdb.__version__ == "2.0.0"'
	.venv-duckdb2/bin/python -m pytest -n 2 --dist loadfile $(NOT_ENGINE)

bench: .venv/.installed-dev  ## Measure speed and accuracy, each beside something to compare it with
	$(PY) -m benchmarks

sample: .venv/.installed  ## Generate data/sample/ again (seeded: the same files every time)
	$(PY) -m sample

screenshots: .venv/.installed-dev  ## Renew the pictures in docs/images/ from the real app
	@browser="$$(sh scripts/find_browser.sh $(PY))" && \
	TIDELINE_CHROMIUM="$$browser" $(PY) -m tests.browser.gallery

docs: .venv/.installed  ## Generate docs/kpis.md, docs/data_model.md and which page asks for which KPI from declarations and code
	$(PY) -m scripts.generate_docs

# An environment is installed again only when its requirements are newer than the stamp inside it.
.venv/.installed: requirements.txt scripts/install.sh
	sh scripts/install.sh .venv requirements.txt
	@touch $@

.venv/.installed-dev: requirements.txt requirements-dev.txt scripts/install.sh
	sh scripts/install.sh .venv requirements-dev.txt
	@touch .venv/.installed $@

.venv-duckdb2/.installed: requirements.txt requirements-dev.txt scripts/install.sh Makefile
	@mkdir -p .cache
	@{ grep -hv -e '^duckdb==' -e '^-r ' requirements.txt requirements-dev.txt; echo 'duckdb==2.0.0'; } > .cache/requirements-duckdb2.txt
	sh scripts/install.sh .venv-duckdb2 .cache/requirements-duckdb2.txt
	@touch $@
