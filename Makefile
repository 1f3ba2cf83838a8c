# Every target sets itself up: only Python 3.11 to 3.13, make and git are needed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
JOBS   ?= auto

.PHONY: demo test test-long test-deep test-million mutants proofs model threats channel-faults service-faults mempool fuzz film media check coverage lint format types conformance bench sizes pictures giant clean help

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(READY)

test: $(READY)  ## the tests, about twenty minutes on two cores
	$(BIN)/$(if $(MEASURE),coverage run,python) -m pytest -n $(JOBS) --dist worksteal -q

test-long: $(READY)  ## more random contracts, hostile input and states of the model, about half an hour
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q -m long

test-deep: $(READY)  ## all states of the model, and more random contracts and scripts still; about half an hour
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q -m deep

test-million: $(READY)  ## a million random scripts beside each other engine, about half an hour
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q -m million

mutants: $(READY)  ## change the source and see whether tests notice; MUTANTS='--area vm --count 50 --seed 7' and so on
	$(BIN)/python -m tests.support.mutation.mutants $(MUTANTS)

proofs: $(READY)  ## compare every bundled contract with its script, for all spends; the table of docs/proof.md
	$(BIN)/python -m tests.support.proofs

model: $(READY)  ## every state of the safe channel with a liar, crashes and reorganisations; the least margins; planted faults; ten minutes
	$(BIN)/python -m tests.support.model.table

threats: $(READY)  ## the threats to a channel, and that tests fail once a measure is taken away; five minutes
	$(BIN)/python -m tests.support.threats.table

channel-faults: $(READY)  ## kill both sides of a channel, tear and fill their disks; FAULTS='--schedules 10000' for more
	$(BIN)/python -m tests.support.faults $(FAULTS)

service-faults: $(READY)  ## kill provider, viewer and watcher, which sell a file, at random moments; KILLS='--runs 200 --jobs 2' for more
	$(BIN)/python -m tests.support.kills $(KILLS)

fuzz: $(READY)  ## hostile bytes, guided by coverage, against readers and machines, a minute each; FUZZ='--seconds 600 --target payee'
	$(BIN)/python -m pip install --quiet --editable '.[fuzz]'
	$(BIN)/python -m tests.support.fuzz $(FUZZ)

mempool: $(READY)  ## every closing of a channel on btc in the pool of a node, npm's bcoin, which is installed in build/; needs Node.js
	$(BIN)/python -m tests.support.engines.bcoin_node
	PENSTOCK_REQUIRE_BCOIN=1 $(BIN)/python -m pytest -q -m long tests/channel/safe/transactions/test_in_the_pool.py \
		tests/service/chain/test_on_bcoin.py

lint: $(READY)  ## ruff and its formatter
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)  ## mypy --strict
	$(BIN)/mypy

demo: $(READY)  ## the article in one run: compile, stream a video, close both ways, test; report in out/
	$(BIN)/python examples/demo.py

film: $(READY)  ## the film sold by one process to another, each ending of the channel on both chains, judged by other engines
	$(BIN)/python -m tests.support.served

media: $(READY)  ## the film of examples/media, anew; other versions of PyAV make other bytes
	$(BIN)/python examples/make_film.py

conformance: $(READY)  ## every row of the nodes' vectors, as a table; PENSTOCK_VECTORS names their folder
	$(BIN)/python -m tests.support.vectors.conformance

bench: $(READY)  ## speed beside the peers, as ratios; the table also as JSON in out/
	$(BIN)/python -m benchmarks

sizes: $(READY)  ## bytes of scripts beside the shortest ones known and those of other compilers
	$(BIN)/python -m benchmarks.sizes

pictures: $(READY)  ## the pictures of the docs, in docs/pictures; needs chromium
	$(BIN)/python -m tests.support.pages.pictures

giant: $(READY)  ## a chunk of 4 GiB against a signature of 72 bytes; 6 GiB of memory, some minutes; GIANT='--form raw'
	$(BIN)/python examples/four_gigabytes.py $(GIANT)

check: lint types test  ## everything a commit must pass: lint, types and tests

coverage: $(READY)  ## the tests once more, with the lines and branches of our code that they run; twice as long as without
	@mkdir -p build/coverage
	$(BIN)/coverage erase
	$(MAKE) test MEASURE=1
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

format: $(READY)  ## let ruff format and mend what it can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean:  ## throw away the environment and everything made
	rm -rf $(VENV) out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
