#!/usr/bin/env bash
# Installs what is needed, builds and runs all tests. Usage: bash scripts/test.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cmrt1
"$root/scripts/setup.sh" --tests --training
echo "test: building" >&2
"$root/scripts/build.sh" -DCMRT1_TESTS=ON >/dev/null
status=0
ctest --test-dir "$root/build/release" --output-on-failure --parallel "$(nproc)" || status=1
PYTHONPATH=$root/models/training CMRT1_BIN=$root/build/release/bin \
  "$cache/training/bin/python" -m pytest -q -p no:cacheprovider -n "$(nproc)" --maxprocesses 4 --dist loadfile \
  "$root/tests/training" "$root/tests/commands" || status=1
exit $status
