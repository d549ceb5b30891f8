# Postworthy: `make run` serves a populated site, `make test` passes the whole suite. Nothing else is needed.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
RUN := POSTWORTHY_HTTPS=0 REQUIRE_TWO_STEP=0 SECRET_KEY_FILE=var/secret-key DJANGO_SETTINGS_MODULE=config.settings.production BASE_URL=http://127.0.0.1:$(PORT)
MANAGE := $(RUN) $(BIN)/python manage.py
WORKERS ?= 2
# Whoever forbids compiled modules to be kept waits for them in every worker and server: half of the time to start.
export PYTHONDONTWRITEBYTECODE :=
# The languages of settings.LANGUAGES apart from English, in which the texts are written.
LOCALES := fi pt_BR
NO_TEXTS := .venv var tests benchmarks docs
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -q

.PHONY: help setup run demo reset-demo demo-token test test-sqlite test-postgres check lint format types messages requirements bench bench-paths bench-check mutants

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -e 's/:.*## /|/' | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/base.stamp: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Postworthy needs Python 3.11 or newer. Say which: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

.venv/test.stamp: .venv/base.stamp requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

var/secret-key:
	@mkdir -p var
	@umask 077; $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))' > $@

setup: .venv/base.stamp var/secret-key ## Make the virtual environment with pinned, hashed dependencies

demo: setup ## Migrate the database and load the demo organisation
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createcachetable
	@$(MANAGE) load_demo

run: demo ## Serve the demo organisation at http://127.0.0.1:8000 (PORT=8001 for another port)
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@echo "Postworthy is at http://127.0.0.1:$(PORT)/ - sign in as ada@northlight.example, password postworthy-demo"
	@$(RUN) GRANIAN_BLOCKING_THREADS=5 $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers 1 --respawn-failed-workers --no-ws --log-level warning config.wsgi:application

reset-demo: ## Throw the demo database away and load it again
	rm -f var/postworthy.sqlite3 var/postworthy.sqlite3-wal var/postworthy.sqlite3-shm
	@$(MAKE) --no-print-directory demo

demo-token: setup ## Print a token for the API of the demo organisation
	@$(MANAGE) demo_token

test: .venv/test.stamp ## Run the whole suite on SQLite, and on PostgreSQL what a database can get wrong
	@$(BIN)/python -m tests.budget "both databases" $(BIN)/python -m tests.suite $(WORKERS)
	@$(BIN)/python -m tests.budget

test-sqlite: .venv/test.stamp ## SQLite's part alone
	@$(PYTEST)

# POSTWORTHY_ALL=1 asks PostgreSQL everything.
test-postgres: .venv/test.stamp ## PostgreSQL's part alone
	@$(BIN)/python -m tests.postgres $(PYTEST)

check: .venv/test.stamp lint types ## Everything a change has to pass, tests apart

lint: .venv/test.stamp ## Ruff, templates, import direction, forgotten migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# No --check: reformatting puts line breaks, and so spaces, between a word and the comma or icon beside it.
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

format: .venv/test.stamp ## Rewrite code and templates in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/test.stamp ## mypy, strict on the pure modules
	$(BIN)/mypy .

messages: .venv/test.stamp ## Collect the texts to translate into locale/ (needs gettext)
	DJANGO_SETTINGS_MODULE=config.settings.dev $(BIN)/python manage.py makemessages --no-location $(LOCALES:%=--locale %) $(NO_TEXTS:%=--ignore %)
	@# The date of collecting would change every file each time.
	@for file in $(LOCALES:%=locale/%/LC_MESSAGES/django.po); do sed -i.old -e '/^"POT-Creation-Date:/d' $$file && rm $$file.old; done

requirements: ## Compile the pinned, hashed requirements (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q requirements/base.in -o requirements/base.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q requirements/test.in -o requirements/test.txt

bench: .venv/test.stamp ## Measure (benchmarks/README.md says what); fails when a budget is exceeded
	@above=0; for one in "paths --store" quiz_rules autosave edit_page submits item_analysis integrity; do \
	    $(BIN)/python -m benchmarks.$$one || above=1; done; \
	  $(BIN)/python -m tests.postgres $(BIN)/python -m benchmarks.paths --store || above=1; exit $$above

bench-paths: .venv/test.stamp ## Measure every path of the running site on both databases and store the ratios
	@above=0; $(BIN)/python -m benchmarks.paths --store || above=1; \
	  $(BIN)/python -m tests.postgres $(BIN)/python -m benchmarks.paths --store || above=1; exit $$above

bench-check: .venv/test.stamp ## Measure them again; fails when one is more than 15 % above the stored ratio
	$(BIN)/python -m benchmarks.paths --check
	$(BIN)/python -m tests.postgres $(BIN)/python -m benchmarks.paths --check

mutants: .venv/test.stamp ## Put ten faults into a copy of the tree and see that the tests notice each
	$(BIN)/python -m tests.mutants
