# Two commands do all the set-up: `make run` and `make test`.
#
#   make run     the chat on the demo workspace, http://127.0.0.1:7860
#   make test    everything that CI runs
#   make check   only lint, types and import contracts
#   make clean   remove the environment (workspaces and downloaded models stay)
#
# PORT=7861 make run       another port
# PALATE_LLM=openai:…      another model
# PALATE_GPU=1             FAISS for NVIDIA GPUs instead of the CPU build

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
WORKSPACE ?= $(if $(PALATE_WORKSPACE),$(PALATE_WORKSPACE),palate-workspace)

.PHONY: run test check setup setup-dev clean

run: setup
	@$(BIN)/palate serve --build-demo-if-missing --workspace "$(WORKSPACE)" --port $(PORT)

test: setup-dev
	@$(BIN)/python scripts/run_tests.py

check: setup-dev
	@$(BIN)/python scripts/run_tests.py --only-checks

setup:
	@$(PYTHON) scripts/setup.py

setup-dev:
	@$(PYTHON) scripts/setup.py --dev

clean:
	rm -rf $(VENV)
