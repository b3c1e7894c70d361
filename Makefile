# Each target is one script of scripts/, so that everything also works where make is missing.
.PHONY: help run test check prove prove-full fuzz mutants coverage bench bench-quick memory large lighthouse screenshots clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: ## install what is missing, build the release and start the server; it prints its address
	@scripts/run

test: ## install what tests need, then run every test: Rust, then the browser
	@scripts/test

check: ## formatting, lints, documentation, licences, deployment files, types of the page scripts
	@scripts/check

prove: ## a tenth of the proof: crashes, failovers, failing calls, broken deliveries (an hour)
	@scripts/prove tenth

prove-full: ## all of it, part by part; what has held for these sources is not run again
	@scripts/prove full

fuzz: ## search for inputs that break a promise: a minute for each of the seven targets, or SECONDS=
	@scripts/fuzz $(or $(SECONDS),60)

mutants: ## change the rules and the format in one place at a time: do their tests notice? Then their line coverage
	@scripts/mutants
	@scripts/coverage

coverage: ## print which lines of the rules and the format their own tests run
	@scripts/coverage

bench: ## measure a release build beside nginx, every figure of docs/performance.md (ten minutes)
	@scripts/bench

bench-quick: ## the same in less than three minutes, with smaller numbers
	@scripts/bench --quick

memory: ## print the server's peak memory with 10 MiB and with 2 GiB up and down
	@scripts/bench memory

large: ## send ZIPs of more than 4 GiB through the server and let unzip and Python test them (18 GiB moved, 10 on the disk)
	@scripts/need cc redis-server unzip python3
	@cargo test --locked --test api large_archives -- --ignored

lighthouse: ## print Lighthouse's scores of the upload page and the landing page; accessibility and best practices must hold
	@scripts/lighthouse

screenshots: ## write every page in every state to docs/screenshots/
	@scripts/screenshots

clean: ## remove what was built; shares (the data directory) are not touched
	cargo clean
	rm -rf fuzz/target e2e/node_modules e2e/lighthouse/node_modules e2e/test-results e2e/playwright-report
