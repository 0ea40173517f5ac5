#!/usr/bin/env bash
# Runs the benchmarks; arguments go to Google Benchmark (such as --benchmark_filter=…).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for program in "$root"/build/release/tests/bench/*_bench; do "$program" "$@"; done
