# Each target makes what it needs; `make serve` and `make test` are all a newcomer has to know.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help serve test site check lint regen bench lock clean

help:
	@echo "make serve   check the notes, build the site, serve it with live reload"
	@echo "make test    run the whole suite: linters, rules, companions, the built site in a browser"
	@echo "make site    check, build both editions into site/, check what was built"
	@echo "make check   hold every note to the rules"
	@echo "make regen   run the companions and rewrite their output and figures"
	@echo "make bench   the checkers beside other tools and on pages of any shape, the search per key, Lighthouse where Node.js is installed"
	@echo "make lock    pin the newest versions that pyproject.toml allows"

serve: $(READY)
	@$(BIN)/papernotes serve

# A file stays with one process, and the files keep their order: browser tests come last in each (tests/conftest.py).
test: lint
	@echo "running the tests"
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

site: $(READY)
	@$(BIN)/papernotes site

check: $(READY)
	@$(BIN)/papernotes check $(if $(GITHUB_ACTIONS),--format github)

lint: $(READY)
	@echo "reading the code"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/zizmor --quiet --offline --no-progress --strict-collection --persona pedantic .github

regen: $(READY)
	@$(BIN)/papernotes regen

bench: site
	@$(BIN)/python benchmarks/check.py --peers --slow --scale
	@$(BIN)/python benchmarks/faults.py --peers
	@$(BIN)/python benchmarks/links.py --peers
	@$(BIN)/python benchmarks/scan.py --to 1000000
	@$(BIN)/python benchmarks/search.py
	@benchmarks/lighthouse.sh

# Hashes make pip refuse a file that is not the one that was tested; no package index is named.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; choose one with: make PYTHON=python3.12" >&2; exit 1; }
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is needed (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

lock: $(READY)
	@$(PYTHON) -m venv .cache/uv && .cache/uv/bin/python -m pip install --quiet uv
	@{ echo '# Every dependency, pinned with the hashes of its files. Made by `make lock`; pip checks the hashes.'; \
	   .cache/uv/bin/uv pip compile --quiet pyproject.toml --extra dev --universal --python-version 3.11 \
	   --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

clean:
	rm -rf $(VENV) .cache site
