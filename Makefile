# Two commands for a newcomer: `make run` and `make test`. Every target sets up what it needs.
PYTHON ?= python3
PY := .venv/bin/python
READY := .venv/ready
PYTEST := $(PY) -m pytest

.PHONY: setup run test check check-code fix messages lock e2e worker-test fuzz chaos test-clickhouse test-localstripe bench bench-setup docs screenshots clean

setup: $(READY)

# uv installs the hashed lock in seconds; where it cannot be had, pip takes the same file.
$(READY): requirements-dev.txt requirements-uv.txt
	$(PYTHON) -m venv .venv
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt || true
	$(PY) -m uv pip sync -q --link-mode copy -p $(PY) --require-hashes requirements-dev.txt requirements-uv.txt \
	  || $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $(READY)

run: $(READY)
	@$(PY) -m cpq.up

test: $(READY)
	$(PYTEST) -n 2 --dist worksteal

check: check-code test

# Everything but the tests; changes nothing.
check-code: $(READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run

fix: $(READY)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# Collects the strings marked for translation into locale/*.po; entries without words are then filled by hand.
messages: $(READY)
	$(PY) manage.py messages

# The journey Ada -> Ben -> Cleo and the looks of every page, in a real browser (Debian: apt-get install chromium).
e2e: $(READY)
	$(PYTEST) -m e2e tests

# A real worker over both brokers (Debian: apt-get install redis-server).
worker-test: $(READY)
	$(PYTEST) -m worker tests

# Every operation of the API as its description allows and as it does not: at least 5,000 calls of a real server, in
# about two minutes.
fuzz: $(READY)
	$(PY) -m tests.fuzz

# The ClickHouse storage, its SQL run by ClickHouse's own engine (180 MB more, into the same .venv).
test-clickhouse: $(READY)
	$(PY) -m uv pip install -q -p $(PY) --require-hashes -r requirements-clickhouse.txt
	$(PYTEST) -m clickhouse tests

# A fake Stripe that no one here wrote takes what it has endpoints for; installed only for this, run in its own process.
test-localstripe: $(READY)
	$(PY) -m uv pip install -q -p $(PY) --require-hashes -r requirements-localstripe.txt
	$(PYTEST) -m localstripe tests/billing/targets/stripe

# 1,000 acceptances while processes are killed, the broker forgets and billing misbehaves; prints what was lost or doubled.
chaos: $(READY)
	$(PY) -m tests.chaos

bench: $(READY)
	$(PY) -m bench

# The packages that forecasts and documents are measured against; `make bench` uses them if they are there.
bench-setup: $(READY)
	$(PY) -m uv pip install -q --link-mode copy -p $(PY) --require-hashes -r requirements-bench.txt \
	  || $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.txt

# The pictures of the README, from the running demo (`make run` in another terminal).
screenshots: $(READY)
	$(PY) docs/screenshots.py

lock: $(READY)
	for name in requirements requirements-dev requirements-uv requirements-bench requirements-clickhouse requirements-localstripe; do \
	  $(PY) -m uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate --python-version 3.11 $$name.in -o $$name.txt; \
	done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
