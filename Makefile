# Convene. `make run` serves it, `make test` checks it, `make quick` most of it in two minutes; all
# need only Python 3.11 with venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run dev test quick lint types check format clean
.DEFAULT_GOAL := run

run: $(VENV)/.run
	@exec $(BIN)/python manage.py serve

dev: export DEBUG = 1
dev: $(VENV)/.run
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py runserver $${HOST:-127.0.0.1}:$${PORT:-8000}

test: lint types check
	$(BIN)/python -m tests.run

# SQLite alone, without Chromium, servers and what looks at very much: for every few lines changed.
quick: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto -m "not browser and not server and not slow" --ignore=tests/deploy

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djade --check $$(find templates -name '*.html')
	$(BIN)/django-upgrade --target-version 5.2 $$(git ls-files '*.py')

types: $(VENV)/.dev
	$(BIN)/mypy .

check: $(VENV)/.dev
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py check --fail-level WARNING
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djade $$(find templates -name '*.html')

$(VENV)/.run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
