# The doors of the house. Each target says what it does; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run dev release test lint fmt bench clean

export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)
TARGET := $(or $(CARGO_TARGET_DIR),target)

# Files or folders to show instead of the example organisation.
CATALOG ?=
# More for `portico serve`, for example ARGS="--port 8080".
ARGS ?=
SHOWN := $(if $(CATALOG),--catalog $(CATALOG),--config examples/app-config.yaml)

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand --tabs=18
	@echo '  make run CATALOG="path path"   any other folders or files'

run: ## Show the example organisation on http://localhost:7007
	@scripts/setup run
	@scripts/bundle
	@cargo build --package server
	@exec $(TARGET)/debug/portico serve $(SHOWN) $(ARGS)

dev: ## Edit loop: rebuild and reload on save
	@scripts/setup run
	@exec node scripts/dev.mjs $(SHOWN) $(ARGS)

release: ## One self-contained binary: target/release/portico
	@scripts/setup run
	@scripts/bundle
	@cargo build --release --package server
	@ls -lh $(TARGET)/release/portico | awk '{ print $$9 ": " $$5 }'

test: ## Everything that CI checks
	@scripts/check

lint: ## Format and lints only
	@scripts/check format lint-server lint-browser

fmt: ## Format the Rust code
	@cargo fmt --all

bench: ## Measure, and print the table of docs/benchmarks.md
	@scripts/setup bench
	@$(MAKE) --no-print-directory release
	@cargo build --release --package bench
	@trap 'scripts/postgres stop' EXIT; scripts/postgres start >/dev/null; \
	  $(TARGET)/release/bench run --postgres "$$(scripts/postgres url)" $(ARGS)

clean: ## Remove what was built; the data in portico-data stays
	@scripts/postgres stop 2>/dev/null || true
	@cargo clean
	@rm -rf end2end/node_modules end2end/test-results end2end/playwright-report
