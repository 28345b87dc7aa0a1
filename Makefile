# Every path below is relative, and programs of the environment are called as `python -m`:
# a clone may lie in a folder whose name holds a space, where scripts with a shebang do not start.

VENV := .venv/bin/python
BOOTSTRAP := sh tools/bootstrap

.DEFAULT_GOAL := help
.PHONY: help run test bench crash lint format contracts clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: ## Set everything up and serve the demo on http://localhost:8000/ (PORT=8001 for another port)
	@$(BOOTSTRAP) runtime
	@exec $(VENV) -m rustok run

test: ## Set everything up and run every check and test, as continuous integration does
	@$(BOOTSTRAP) test
	@exec $(VENV) -m tools.check all

bench: ## Measure speed and memory, print a table, write JSON (SCALE=1000000 for the large run)
	@$(BOOTSTRAP) development
	@exec $(VENV) -m benchmarks

crash: ## Kill and disturb the platform, then judge it (ARGS="--seed 7 --minutes 5" for a short run)
	@$(BOOTSTRAP) development
	@exec $(VENV) -m tools.crash $(ARGS)

lint: ## Run the static checks only
	@$(BOOTSTRAP) development
	@exec $(VENV) -m tools.check static

format: ## Format the code and fix what ruff can fix
	@$(BOOTSTRAP) development
	@$(VENV) -m ruff check --fix-only --quiet .
	@$(VENV) -m ruff format .

contracts: ## Write contracts/ anew from the code: OpenAPI, GraphQL schema, events, permissions
	@$(BOOTSTRAP) development
	@exec $(VENV) -m tools.write_contracts

clean: ## Remove the environment and the caches (the demo's data in .rustok/ stays)
	@rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
