# Two commands matter: `make demo` shows heimveg at work, `make test` runs everything that CI runs.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# How many processes share the integration tests, each with a PostgreSQL and a FHIR server of its own.
SERVERS ?= 2
# Where Python is told not to keep what it compiled, every command would compile all its libraries again (1.5 s of CPU).
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo down status test check unit integration server lock profiles docs sbom audit known golden clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | sort | expand -t 14

demo: $(READY) prerequisites ## start everything, load a synthetic case, show what can be asked (make down stops it)
	@$(BIN)/heimveg up --detach
	@$(BIN)/heimveg demo

down: $(READY) ## stop what make demo started; the data stays in .heimveg
	@$(BIN)/heimveg down

status: $(READY) ## what is running, and where
	@$(BIN)/heimveg status

test: $(READY) ## everything that CI runs
	@$(MAKE) --no-print-directory -j 3 check unit server
	@$(MAKE) --no-print-directory sbom known
	@$(MAKE) --no-print-directory integration

check: $(READY) ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(READY) ## tests that need neither PostgreSQL nor Java
	$(BIN)/pytest tests -m "not integration" -n auto --dist worksteal

integration: $(READY) prerequisites server ## tests on a real PostgreSQL and a real HAPI FHIR server
	$(BIN)/pytest tests/integration tests/security -m integration -n $(SERVERS) --dist loadfile --no-loadscope-reorder

.PHONY: prerequisites
prerequisites:
	@$(PYTHON) docker/prerequisites.py

server: $(READY) prerequisites ## build the HAPI FHIR server from Maven Central (only when its sources changed)
	@$(BIN)/python -m hub.embedded.build

profiles: $(READY) ## rebuild profiles/built from FSH and the code tables (needs Node)
	$(BIN)/python -m profiles.build

docs: $(READY) ## write the generated tables of docs anew
	$(BIN)/python docs/tables.py
	$(BIN)/python docs/catalogue.py

sbom: $(READY) server ## write build/sbom.json: every Python package and jar, as CycloneDX
	@mkdir -p build
	@$(BIN)/python docker/sbom.py > build/sbom.json
	@echo "build/sbom.json"

audit: $(READY) server ## ask a vulnerability service about all of them (needs a network that reaches it; OSV_URL)
	@$(BIN)/python docker/sbom.py --audit

known: $(READY) server ## the same in CI: red for what is known to be vulnerable, told where nobody could be asked
	@$(BIN)/python docker/sbom.py --audit || [ $$? -eq 2 ]

golden: $(READY) ## write the agreed bundles of tests/golden anew (then review the diff like code)
	$(BIN)/pytest tests/golden --update-golden

lock: ## renew the lock files after a change in pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --quiet pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --quiet --extra dev pyproject.toml -o requirements-dev.lock
	echo "uv==0.13.9" | $(BIN)/uv pip compile --universal --generate-hashes --no-header --quiet - -o requirements-uv.lock

$(READY): requirements-dev.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) docker/prerequisites.py python
	@echo "heimveg: making $(VENV) (Python packages from the lock file; about half a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip sync --quiet --require-hashes requirements-dev.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

clean: down ## stop everything and remove what was built and stored here
	rm -rf $(VENV) .heimveg docker/hapi/target build
