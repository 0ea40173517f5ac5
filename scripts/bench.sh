#!/usr/bin/env bash
# Runs the benchmarks; arguments go to Google Benchmark (such as --benchmark_filter=…). The networks' peers are
# PyTorch itself, from the environment of scripts/setup.sh --training, and ONNX Runtime, which is installed beside it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${XDG_CACHE_HOME:-$HOME/.cache}/cmrt1/training/bin/python
for program in "$root"/build/release/bench/*_bench; do "$program" "$@"; done
python3 "$root/tests/bench/program_bench.py" "$root/build/release/bin"
if [ -x "$python" ]; then
  onnx=${XDG_CACHE_HOME:-$HOME/.cache}/cmrt1/bench-onnx
  [ -d "$onnx/onnxruntime" ] || "$python" -m pip install -q --disable-pip-version-check --no-deps --target "$onnx" \
    onnxruntime==1.32.0 onnx==1.23.2 ml_dtypes==0.6.0 protobuf==7.36.2 flatbuffers==25.12.19
  PYTHONPATH=$root/models/training:$onnx "$python" "$root/tests/bench/network_peers.py" "$root/models"
else
  echo "bench: no PyTorch to compare with (scripts/setup.sh --training brings it)" >&2
fi
