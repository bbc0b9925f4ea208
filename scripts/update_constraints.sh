#!/bin/sh
# Resolve all dependencies in one go and pin them in constraints.txt, for every platform.
# No folder of local wheels is looked at: a local build's version ("+cpu") exists nowhere else.
set -eu
cd "$(dirname "$0")/.."
unset UV_FIND_LINKS
.venv/bin/uv pip compile --universal --python-version 3.11 --no-annotate --no-header \
  --extra cpu --extra dev --extra anthropic --extra postgresql pyproject.toml --output-file constraints.txt
.venv/bin/uv pip compile --universal --python-version 3.11 --no-annotate --no-header \
  --constraint constraints.txt --extra gpu pyproject.toml | grep -i '^faiss-gpu' >> constraints.txt
