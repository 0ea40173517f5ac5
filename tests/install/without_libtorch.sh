#!/usr/bin/env bash
# Takes t1moco from the build BUILD away from its LibTorch: what needs no network must run, and a network must
# end the run with exit 6, the file's name and a remedy, be the file missing or broken.
# Usage: without_libtorch.sh BUILD
set -euo pipefail
build=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"
cp "$build/bin/t1moco" "$folder/bin"
export CMRT1_MODELS=$root/tests/moco/networks/ramps
study=$root/data/sample_study/01_magnitude
library=$(cd "$build" && find . -name libcmrt1_nn_torch.so | cut -c3-)

require_refusal() {
  local code=0
  "$folder/bin/t1moco" "$study" --method network -o "$folder/refused" 2>"$folder/messages" || code=$?
  [ "$code" = 6 ] && grep -F "$folder/$library" "$folder/messages" | grep -q install && return
  echo "$1: exit $code" >&2
  cat "$folder/messages" >&2
  exit 1
}

"$folder/bin/t1moco" --help >/dev/null
"$folder/bin/t1moco" -q "$study" --method none -o "$folder/plain"
test -s "$folder/plain/summary.csv"
require_refusal "the library is missing"
mkdir -p "$(dirname "$folder/$library")"
echo "no library" >"$folder/$library"
require_refusal "the library is broken"
test -z "$(find "$folder/refused" -name '*.dcm')"
