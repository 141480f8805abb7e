# demo: see it work. test: everything but the soak. check: style, types, contracts, then test. bench: against vdirsyncer.
# Each makes and uses .venv from requirements.lock. lock: solve requirements.lock anew after a change of pyproject.toml.
# completions: write completions/ anew after a change of verbs, flags or their texts.
SETUP = @PYTHON="$(PYTHON)" .ci/setup
BIN = .venv/bin

.PHONY: demo test check bench lock completions

demo:
	$(SETUP) demo
	@$(BIN)/calsync demo

test:
	$(SETUP) dev
	@.ci/packages
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not soak" -rsx --ignore=tests/benchmarks

check:
	$(SETUP) dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

bench:
	$(SETUP) dev
	@.ci/packages
	@$(BIN)/python -m pytest -s -p no:xdist -o "python_files=bench_*.py test_*.py" -o timeout=0 tests/benchmarks

lock:
	$(SETUP) dev
	@$(BIN)/python -m venv .cache/lock && .cache/lock/bin/pip install -q uv
	.cache/lock/bin/uv pip compile pyproject.toml .ci/lock.in --universal --python-version 3.11 --generate-hashes \
	  --all-extras --group dev --group bench --no-header --no-emit-index-url -q -o requirements.lock

completions:
	$(SETUP) dev
	$(BIN)/python -m calsync_cli.cli.completion
