# Two commands matter: `make demo` shows the product, `make test` proves it.
# Both need Python 3.11 or newer and make; everything else comes from PyPI, pinned by hash.

.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.installed
NEWEST := python3 python3.13 python3.12 python3.11 python3.14
TYPED := src sandbox/src tests sandbox/tests tools bench
# One more than cores: many tests wait for other programs.
WORKERS ?= 3

FUZZ := .fuzz/.installed

.PHONY: help demo dev test lint bench simulate soak mutate fuzz chaos pictures lock audit reproducible clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: $(STAMP) ## a law firm's month goes to a local Xero; ONCE=1 ends instead of serving
	@$(BIN)/counterfoil demo $(if $(ONCE),--once)

dev: $(STAMP) ## the server and the sandbox beside it, until Ctrl-C
	@$(BIN)/python tools/dev.py

test: lint ## every check, then every test
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(STAMP) ## ruff, mypy strict, the import walls, the docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@COUNTERFOIL_HOME=.mypy_cache/home $(BIN)/mypy $(wildcard $(TYPED)) conftest.py
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tools.check_docs

bench: $(STAMP) ## how fast, in figures
	@set -e; for script in bench/[a-z]*.py; do \
		$(BIN)/python -m bench.$$(basename $$script .py) $(ARGS); \
	done

simulate: $(STAMP) ## one seed, one story: make simulate SEED=7
	@$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED)) $(ARGS)

soak: $(STAMP) ## the long runs; what they found goes to docs/evidence
	-@$(MAKE) -s $(FUZZ)
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m tools.soak $(ARGS)

fuzz: $(FUZZ) ## files bent by what the readers do with them, and all that the API's description allows
	@PYTHONPATH=.fuzz $(BIN)/python -m tests.fuzz.guided $(ARGS)
	@PYTHONPATH=.fuzz $(BIN)/python -m tests.fuzz.described $(ARGS)

LOCKING = $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --strip-extras --allow-unsafe $(ARGS)

mutate: $(STAMP) ## small changes to the code of money, which its tests must notice
	@$(BIN)/python -m tests.mutation $(ARGS)

chaos: $(STAMP) ## processes killed, networks cut, databases crashed, disks full; recorded in docs/evidence
	@$(BIN)/python -m tests.chaos --record $(ARGS)

pictures: $(STAMP) ## every page as a desk and a phone show it, in docs/pictures
	@$(BIN)/python -m tools.screenshots $(ARGS)

lock: $(STAMP) ## write the locks in requirements/ anew from the declared ranges
	@CUSTOM_COMPILE_COMMAND="make lock" $(LOCKING) --output-file requirements/lock.txt \
		pyproject.toml sandbox/pyproject.toml requirements/dev.in
	@CUSTOM_COMPILE_COMMAND="make lock" $(LOCKING) --output-file requirements/runtime.txt \
		--constraint requirements/lock.txt pyproject.toml
	@CUSTOM_COMPILE_COMMAND="make lock" $(LOCKING) --output-file requirements/fuzz.txt \
		--constraint requirements/lock.txt requirements/fuzz.in
	@$(BIN)/python -m tools.sbom

audit: $(STAMP) ## is a component of the lock known to be weak? says so where it cannot ask
	@$(BIN)/python -m tools.audit

reproducible: $(STAMP) ## build both projects twice and compare them byte for byte
	@$(BIN)/python -m tools.rebuilt

clean: ## remove what can be made again; your data stays
	@rm -rf .venv .fuzz build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The lock decides what is installed; the two projects are then added without asking for more.
$(STAMP): requirements/lock.txt pyproject.toml sandbox/pyproject.toml
	@set -eu; \
	if [ ! -x $(BIN)/python ]; then \
		found=; \
		for python in $(PYTHON) $(NEWEST); do \
			if command -v "$$python" >/dev/null 2>&1 && \
			   "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
				found="$$python"; break; \
			fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo "Counterfoil needs Python 3.11 or newer, and none of these is: $(NEWEST)." >&2; \
			echo "Install one, or name it: make PYTHON=/path/to/python3.12" >&2; \
			exit 1; \
		fi; \
		echo "Building .venv with $$("$$found" --version)"; \
		if ! "$$found" -m venv .venv; then \
			rm -rf .venv; \
			echo "This Python cannot make virtual environments." >&2; \
			echo "On Debian and Ubuntu that is the package python3-venv." >&2; \
			exit 1; \
		fi; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes -r requirements/lock.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation -e ./sandbox -e .
	@touch $@

# Apart from the rest: Atheris is not built for every Python, and brings tools of its own.
$(FUZZ): requirements/fuzz.txt $(STAMP)
	@rm -rf .fuzz
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --target .fuzz -r requirements/fuzz.txt
	@touch $@
