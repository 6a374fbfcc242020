# `make demo` and `make test` work on a fresh clone with nothing but Python 3.11+ and make.
# PYTHON=python3.12 chooses the interpreter that the environment is made from.

PYTHON ?= $(shell command -v python3 || command -v python || echo python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2

.PHONY: demo test check soak bench format docs texts pictures clean
.DELETE_ON_ERROR:

demo: $(READY)
	$(BIN)/carat demo $(DIR)

test: check
	$(BIN)/python -m pytest -n $(WORKERS)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# A thousand times kill -9 (tests/soak); SOAK="--kills 100" for a shorter one.
soak: $(READY)
	$(BIN)/python -m tests.soak $(SOAK)

# Ratios against bare SQLite, bare sockets and the usual packages; BENCH="sending planning" chooses.
bench: $(READY)
	$(BIN)/python -m bench $(BENCH)

# docs/commands.md from the commands themselves, docs/keys.md from the keys.
docs: $(READY)
	$(BIN)/python -m tests.cli.commands_page
	$(BIN)/python -m tests.cockpit.keys_page

# The catalogues of carat_tui/locale from the sources; says what is still to translate.
texts: $(READY)
	$(BIN)/python -m tests.locale

# docs/pictures: every screen and dialogue as the tests know it. Look at them before you commit them.
pictures: $(READY)
	$(BIN)/python -m tests.cockpit.pictures

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "carat needs Python 3.11 or newer; try make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)
