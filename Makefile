# Every command is Python's standard library in scripts/: `python3 -m scripts COMMAND`.
PYTHON ?= python3
NEED_PYTHON = command -v $(PYTHON) >/dev/null || { echo "Install Python 3.11 or newer, then run this again."; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run test check bench format lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: ## Set up, load demonstration data, and serve it at http://127.0.0.1:8000 (PORT= changes the port)
	@$(NEED_PYTHON)
	@$(PYTHON) -m scripts run

test: ## Run the tests on SQLite, and on PostgreSQL with Redis where they answer (ARGS= goes to pytest)
	@$(NEED_PYTHON)
	@$(PYTHON) -m scripts test

check: ## Lint, formatting, types, import rules, migrations, settings, templates, house rules
	@$(NEED_PYTHON)
	@$(PYTHON) -m scripts check

bench: ## Measure the progress page and the import against their least cost (PostgreSQL, else SQLite)
	@$(NEED_PYTHON)
	@$(PYTHON) -m scripts bench

format: ## Put Python and templates into the house format
	@$(NEED_PYTHON)
	@$(PYTHON) -m scripts format

lock: ## Compile requirements*.in into the pinned files (UPGRADE=1 takes newer releases)
	@$(NEED_PYTHON)
	@$(PYTHON) -m scripts lock

clean: ## Remove what the commands make again by themselves; data in var/ stays
	@$(NEED_PYTHON)
	@$(PYTHON) -m scripts clean
