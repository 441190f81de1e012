# make demo   a made-up company to look at        make test    the suite, and test-long its rest
# make run    the server                          make check   format, types, imports, templates
# make bench  speed, as ratios                    make lock    pin the dependencies anew
#                                                 make oracles the figures of R, made again

PYTHON := $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' \
  2>/dev/null && { echo $$p; break; }; done)
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
CATALOGUES := $(wildcard survey/translations/*/LC_MESSAGES/messages.po \
  reports/render/translations/*/LC_MESSAGES/messages.po)
INSTALL_SELF := --no-deps --no-build-isolation --editable .

.PHONY: demo run test test-long check bench lock oracles translations clean
.DEFAULT_GOAL := demo

.venv/.stamp: requirements.lock
ifeq ($(PYTHON),)
	$(error Hansei needs Python 3.11 or newer with its venv module. On Debian: apt install python3 python3-venv)
endif
ifneq ($(UV),)
	uv venv --quiet --clear --python $(PYTHON) .venv
	uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
else
	$(PYTHON) -m venv --clear .venv || { echo "The venv module of $(PYTHON) does not work. On Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
endif
	@touch $@

.venv/.installed: .venv/.stamp pyproject.toml hatch_build.py $(CATALOGUES)
ifneq ($(UV),)
	uv pip install --quiet --python $(BIN)/python $(INSTALL_SELF)
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(INSTALL_SELF)
endif
	@touch $@

.venv/.stamp-dev: requirements-dev.lock .venv/.installed
ifneq ($(UV),)
	uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-dev.lock
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
endif
	@touch $@

demo: .venv/.installed
	$(BIN)/hansei demo

run: .venv/.installed
	$(BIN)/hansei db upgrade
	$(BIN)/hansei serve

test: .venv/.installed
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not long"

test-long: .venv/.installed
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m long

check: .venv/.stamp-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/djlint --quiet --lint survey/web/templates reports/render/templates
	$(BIN)/python -m tests.check_translations

bench: .venv/.installed
	mkdir -p bench/figures
	for script in bench/*.py; do $(BIN)/python $$script \
	  --json bench/figures/$$(basename $$script .py).json || exit 1; done

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra cluster --group test --group browser --group build pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --constraint requirements.lock --group lint --output-file requirements-dev.lock

oracles: .venv/.installed
	$(BIN)/python -m tests.oracles.regenerate

translations: .venv/.stamp-dev
	$(BIN)/python -m tests.check_translations --update

clean:
	rm -rf .venv instance instance-vault
