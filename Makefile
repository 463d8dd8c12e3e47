# Convene. `make run` serves it, `make test` checks it, `make quick` most of it in two minutes; all
# need only Python 3.11 with venv. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run dev test quick lint types check suite format messages documents dist clean help
.DEFAULT_GOAL := run

run: $(VENV)/.run ## install, migrate and serve on HOST:PORT (127.0.0.1:8000)
	@exec $(BIN)/python manage.py serve

dev: export DEBUG = 1
dev: $(VENV)/.run ## serve with autoreload and debug pages
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py runserver $${HOST:-127.0.0.1}:$${PORT:-8000}

test: lint types check suite ## everything CI checks: lint, types, migrations, every test

suite: $(VENV)/.dev
	$(BIN)/python -m tests.run

# SQLite alone, without Chromium, servers, races, mail, the admin, what looks at very much, what holds
# all doors to one rule and what the root admin does: for every few lines changed.
quick: $(VENV)/.dev ## most tests, on SQLite alone, in two minutes
	$(BIN)/python -m pytest -n auto -m "not browser and not server and not slow" \
		$(addprefix --ignore=tests/,deploy parity access concurrency notify operations pages/admin \
		translations)

lint: $(VENV)/.dev ## style, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djade --check $$(find templates -name '*.html')
	$(BIN)/django-upgrade --target-version 5.2 $$(git ls-files '*.py')

types: $(VENV)/.dev ## mypy
	$(BIN)/mypy .

check: $(VENV)/.dev ## migrations, Django's checks
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py check --fail-level WARNING

format: $(VENV)/.dev ## put Python and templates into their one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djade $$(find templates -name '*.html')

messages: $(VENV)/.dev ## bring new texts into the catalogs of locale/ and compile them; lists what is missing
	$(BIN)/python -m tests.translations update

documents: $(VENV)/.dev ## write docs/errors.md and the Postman collection anew from the code
	$(BIN)/python -m tests.generated

# Nothing stale: setuptools packs whatever lies in build/.
dist: $(VENV)/.dist ## into dist/: the wheel and what it is made of, checked for known weaknesses; the image
	rm -rf build dist
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .
	$(PYTHON) -m venv --without-pip build/installed
	$(BIN)/pip --python build/installed/bin/python install --quiet dist/*.whl
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file dist/convene.cdx.json build/installed/bin/python
	@$(BIN)/pip-audit --path build/installed/lib/python3*/site-packages --progress-spinner off \
		--format json --output dist/audit.json \
		|| { test ! -s dist/audit.json && echo "Not audited: pip-audit cannot reach its data."; } \
		|| { cat dist/audit.json; exit 1; }
	@if docker info >/dev/null 2>&1; then docker build --file deploy/Dockerfile --tag convene .; \
		else echo "No image: no Docker daemon answers."; fi
	rm -rf build

$(VENV)/.run: pyproject.toml
	@echo "Installing Convene into $(VENV) (about a minute, once) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the development tools into $(VENV) (a minute or two, once) …"
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.dist: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --editable '.[dist]'
	@touch $@ $(VENV)/.run

clean: ## remove what was installed and cached; data/ stays
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16
