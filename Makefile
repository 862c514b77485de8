# Two commands do everything: `make run` and `make test`. Both make what they need in .venv and
# reuse it afterwards.

VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config/feedd.toml
# Some machines say that nothing compiled is to be kept; the tests start hundreds of daemons, and each would compile all.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-faults check lint types layers unit bench bench-parse bench-topics bench-generate bench-serve bench-fetch judges conformance fuzz clean help

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run ## Start feedd over examples/inbox
	@exec $(BIN)/python -m feedd run -c "$(CONFIG)"

test: $(VENV)/.dev lint types layers unit ## Check and test everything

lint: $(VENV)/.dev ## ruff
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: $(VENV)/.dev ## mypy --strict
	$(BIN)/python -m mypy

layers: $(VENV)/.dev ## import-linter: the layers of the house
	$(BIN)/lint-imports

unit: $(VENV)/.dev ## pytest
	$(BIN)/python -m pytest -n 2

test-faults: $(VENV)/.dev ## What breaks a real daemon: lost events, disks, clocks, threads; minutes, best as root
	$(BIN)/python -m pytest tests/faults -n 3 --dist worksteal --durations=10

bench: $(VENV)/.dev ## Every benchmark, with static site generators beside it; takes long; writes benchmarks/RESULTS.md
	@$(BIN)/python benchmarks/results.py

bench-parse: $(VENV)/.dev ## CPU an article for every kind of file, and of Markdown's parts alone
	@$(BIN)/python benchmarks/parse.py

bench-topics: $(VENV)/.dev ## CPU of choosing topics by their number, and of a rehearsal over 100,000 articles
	@$(BIN)/python benchmarks/topics.py

bench-serve: $(VENV)/.dev ## CPU of a request to feedd's own server, nginx beside it (needs wrk)
	@$(BIN)/python benchmarks/serve.py

bench-fetch: $(VENV)/.dev judges ## CPU of polling 1,000 upstream feeds and taking them in, reader and sfeed beside it (needs nginx and sfeed)
	@$(BIN)/python benchmarks/fetch.py

judges: $(VENV)/judges/.installed ## Programs that only judge: REDbot and lemon24/reader, in an environment of their own

conformance: $(VENV)/.dev ## What HTTP asks of a server of feeds: feedd, nginx and Caddy in one table
	@$(BIN)/python tests/conformance.py

bench-generate: $(VENV)/.dev ## CPU of regenerating a feed beside others, files rewritten by an edit, torn reads
	@$(BIN)/python benchmarks/generate.py

fuzz: $(VENV)/.dev ## 10,000 mutated article files: each is an article or refused with a reason
	$(BIN)/python tests/fuzz.py

clean: ## Remove what the targets above made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info build dist

# The stamps are younger than what they were made from: nothing is asked of the network a second time.
$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --use-pep517 --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --use-pep517 --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/judges/.installed: tests/judges.txt | $(VENV)/bin/python
	@$(BIN)/python -m venv $(VENV)/judges
	@$(VENV)/judges/bin/python -m pip install --quiet --disable-pip-version-check -r tests/judges.txt
	@touch $@

$(VENV)/bin/python:
	@sh .tools/make-venv $(VENV)
