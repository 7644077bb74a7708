# Two commands do everything: `make demo` makes a small dataset with its report, `make test` runs the tests.

VENV ?= .venv
DEMO ?= out/demo
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.complete

.PHONY: demo test check lint docs bench clean help

help:  ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(STAMP): tools/setup.sh requirements.lock pyproject.toml
	bash tools/setup.sh "$(VENV)"

demo: $(STAMP)  ## Set up, then make a small refined dataset and its report
	bash tools/demo.sh "$(VENV)" "$(DEMO)"

test: $(STAMP)  ## Set up, then run the tests
	bash tools/test.sh "$(VENV)"

lint: $(STAMP)  ## Style, types and the direction of imports
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

check: lint test  ## lint and test

docs: $(STAMP)  ## Write the generated pages of docs/ anew
	$(PYTHON) tools/write_docs.py

bench: $(STAMP)  ## All benchmarks, the quick way
	for script in benchmarks/*.py; do echo "== $$script"; $(PYTHON) "$$script" --quick || exit 1; done

clean:  ## Remove the environment and the demo
	rm -rf "$(VENV)" "$(DEMO)"
