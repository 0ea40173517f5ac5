#!/usr/bin/env bash
# Runs the benchmarks; arguments go to Google Benchmark (such as --benchmark_filter=…). The networks' peer is
# PyTorch itself, from the environment of scripts/setup.sh --training.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${XDG_CACHE_HOME:-$HOME/.cache}/cmrt1/training/bin/python
for program in "$root"/build/release/bench/*_bench; do "$program" "$@"; done
python3 "$root/tests/bench/program_bench.py" "$root/build/release/bin/t1moco"
if [ -x "$python" ]; then
  PYTHONPATH=$root/models/training "$python" "$root/tests/bench/pytorch_eager.py" "$root/models"
else
  echo "bench: no PyTorch to compare with (scripts/setup.sh --training brings it)" >&2
fi
