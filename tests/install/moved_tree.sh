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

# The commands of whole cohorts find the programs beside them, through a link on PATH too; GNU parallel is the system's.
quick=(--jobs 1 --threads 1 --t1moco '--method none' --quiet)
mkdir -p "$folder/links" "$folder/node/incoming"
ln -s "$folder/moved/bin/cmrt1-cohort" "$folder/links/"
env -i PATH="$folder/links:/usr/bin:/bin" HOME="$folder" cmrt1-cohort "$root/data/sample_study" "$folder/chain" "${quick[@]}" 2>/dev/null
test -s "$folder/chain/report.html"
cp -r "$root"/data/sample_study/0[12]_* "$folder/node/incoming/"
env -i PATH=/usr/bin:/bin HOME="$folder" "$folder/moved/bin/cmrt1-dicom-node" "$folder/node" --once \
  --jobs 1 --threads 1 --t1moco '--method none' 2>/dev/null
grep -q ',done,0,' "$folder/node/studies.csv"
"$root/tests/install/help_pages.sh" "$folder/moved"
