# Everything works in a fresh clone with Python 3.11 or later and make: the first target that needs it builds .venv.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
JOBS ?= 2

.PHONY: demo test lint docs booklet bench soundness clean install compiled help

help:
	@echo "make demo       judge real derivations, and one with a slip in it"
	@echo "make test       lint, then every test"
	@echo "make lint       ruff, mypy, and the rule which room may import which"
	@echo "make docs       the documentation as a site, in build/site"
	@echo "make booklet    all derivations as one page, every line judged, in build/booklet.html"
	@echo "make bench      side by side with other systems"
	@echo "make soundness  the long search for a wrong verdict"
	@echo "make clean      remove what was built"

install: compiled

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("symelbo needs Python 3.11 or later; set PYTHON=...") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

# Where Python may not write its bytecode, every start of the program would compile all of it again: half a second.
compiled: $(STAMP)
	@$(BIN)/python -m compileall -q symelbo

demo: compiled
	@echo "== Derivations from the library: every claim is proved, and definitions are listed"
	$(BIN)/symelbo check --verbose derivations/*.md
	@echo
	@echo "== The same split with its sign turned round (+ KL): refuted with a concrete table"
	@$(BIN)/symelbo check --verbose derivations/slips/plus-kl.md; test $$? -eq 1

# An empty PYTHONDONTWRITEBYTECODE lets pytest keep the tests that it has compiled; work that is stolen, not dealt out,
# leaves the tests of a file with one worker, so that what they share is made once.
test: compiled lint
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) --dist worksteal

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/site
	@echo "build/site/index.html"

booklet: $(STAMP)
	@mkdir -p build
	$(BIN)/symelbo booklet derivations -o build/booklet.html --title "The evidence lower bound"

bench: compiled
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

soundness: $(STAMP)
	SYMELBO_SOUNDNESS=100000 $(BIN)/python -m pytest -n $(JOBS) tests/soundness tests/writing/test_round_trip.py tests/reading/test_grammar_fuzz.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find symelbo tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
