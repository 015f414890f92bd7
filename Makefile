# make demo   runs the main job on a fresh machine; make test passes the tests. Each sets up what it needs.
SAY ?= put the red block in the bin
SEED ?= 1
export PKG_CONFIG_PATH := $(CURDIR)/.deps/lib/pkgconfig:$(PKG_CONFIG_PATH)
SHELL := /bin/bash
SWIFT_BUILD = swift build -c release --static-swift-stdlib

.PHONY: help setup build demo demo-seeds test lint peers bench faults fuzz soak clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install and build every dependency (idempotent)
	@scripts/setup

build: ## build the programs into .build/release
	@scripts/setup --quiet
	@set -o pipefail; $(SWIFT_BUILD) 2>&1 | scripts/quiet-build

demo: build ## one sentence moves one block: make demo SAY="stack the green block on the blue block"
	@SEED="$(SEED)" scripts/demo "$(SAY)"

demo-seeds: build ## the demo over 20 fixed seeds and four sentences, with a table
	@scripts/demo-seeds

test: ## every test
	@scripts/test

lint: ## formatting and the walls between modules
	@scripts/lint

peers: ## build llama-server and llama-bench, to measure against and to test the endpoint with
	@scripts/peers

bench: build ## the figures README quotes
	@scripts/bench

faults: build ## 10 000 seeded mishaps on the line of each motor family, and a report
	@.build/release/foresight-bench faults

fuzz: ## libFuzzer on every protocol, a minute each
	@scripts/fuzz

soak: build ## what takes hours: long trials, fuzzing, ThreadSanitizer: make soak PARTS="tsan stops"
	@scripts/soak $(PARTS)

clean: ## forget what was built here (the cache of dependencies stays)
	@rm -rf .build .build-*
