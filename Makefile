# Two commands matter: "make run" and "make test". Both set up what they need first.

SHELL := /bin/bash
BIN := .venv/bin
# Two processes share the tests, a file each at a time, in the order that tests/conftest.py gives; a
# choice of a few is quicker in one.
TOGETHER = $(if $(ARGS),$(ARGS),-n 2 --dist loadfile --no-loadscope-reorder)
# A killed make takes what it runs along.
WITH_MAKE := exec setpriv --pdeathsig

.DEFAULT_GOAL := help
.PHONY: run test test-full check data messages bench clean help

run: ## Set up, then serve on http://127.0.0.1:8000 (PORT=9000 and MAPSVC_INSTANCE=folder change that)
	@scripts/setup.sh run
	@$(WITH_MAKE) TERM $(if $(PORT),env MAPSVC_PORT=$(PORT)) $(BIN)/mapsvc serve --prepare

test: ## Set up, then run every test (ARGS="-k words" chooses some)
	@scripts/setup.sh test
	@$(WITH_MAKE) INT env -u MAPSVC_TEST_COUNTS -u MAPSVC_TEST_FULL -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest $(TOGETHER)

test-full: ## The same with the full counts, about an hour
	@scripts/setup.sh test
	@$(WITH_MAKE) INT env -u MAPSVC_TEST_COUNTS -u PYTHONDONTWRITEBYTECODE MAPSVC_TEST_FULL=1 $(BIN)/python -m pytest $(TOGETHER)

check: ## Style, types, layers, templates and catalogues
	@scripts/setup.sh check
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check.sh

data: ## Build again what data/ holds from the registries' packages (maintainers)
	@bash scripts/build_data.sh

messages: ## Take new strings of the source into the catalogues (translators)
	@scripts/setup.sh check
	@$(BIN)/pybabel -q extract -k _l -F babel.cfg --no-location --sort-output -o .setup/messages.pot mapsvc templates
	@$(BIN)/pybabel -q update -i .setup/messages.pot -d mapsvc/translations --no-fuzzy-matching --ignore-obsolete

bench: ## Measure what is promised of time and memory, about 7 minutes (ROWS=1000000, ARGS="--only places")
	@scripts/setup.sh bench
	@$(WITH_MAKE) TERM $(BIN)/python -m benchmarks $(if $(ROWS),--rows $(ROWS)) $(ARGS)

clean: ## Remove all that was made or fetched here; instance/ with the data stays
	@rm -rf .venv .venv-data .setup build dist *.egg-info static/vendor screenshots
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache node_modules
	@find mapsvc tests scripts benchmarks \( -name '__pycache__' -o -name '*.mo' \) -prune -exec rm -rf {} +

help: ## Say what each target does
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12
