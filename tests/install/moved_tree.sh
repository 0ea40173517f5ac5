#!/usr/bin/env bash
# Installs the build BUILD, moves the tree and runs it in an empty environment: every library of LibTorch must
# come from the tree itself, and the networks must lie where the programs look for them. Then looks at its help.
# Usage: moved_tree.sh BUILD
set -euo pipefail
build=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/installed" >/dev/null
mv "$folder/installed" "$folder/moved"
program=$folder/moved/bin/t1moco

env -i "$program" "$root/data/sample_study" -o "$folder/out" >/dev/null
test -s "$folder/out/summary.csv"
test -f "$folder/moved/share/cmrt1/models/manifest.json"
test ! -e "$folder/moved/share/cmrt1/models/training"

libraries=$(env -i /usr/bin/ldd "$(find "$folder/moved" -name libcmrt1_nn_torch.so)")
grep -q libtorch_cpu.so <<<"$libraries"
elsewhere=$(grep -E 'libtorch|libc10|libgomp|libcudart|libcupti|not found' <<<"$libraries" | grep -vF "$folder/moved/" || true)
if [ -n "$elsewhere" ]; then
  echo "not from the installed tree:" "$elsewhere" >&2
  exit 1
fi
"$root/tests/install/help_pages.sh" "$folder/moved"
