#!/usr/bin/env bash
# Installs what is needed, builds, corrects the sample study, segments its maps, measures T1 in the 16 segments, maps
# the stress reactivity of a sample pair, and says where everything is.
# The study is synthetic (data/README.md). Usage: bash scripts/demo.sh [OUTPUT_FOLDER]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
output=${1:-$root/build/demo}
"$root/scripts/setup.sh"
echo "demo: building" >&2
"$root/scripts/build.sh" -DCMRT1_TESTS=OFF >/dev/null
"$root/build/release/bin/t1moco" "$root/data/sample_study" -o "$output"
"$root/build/release/bin/qcdseg" "$output" -o "$output-segmented"
"$root/build/release/bin/ahalandmarks" "$output" -o "$output-segments" --mask "$output-segmented"
"$root/build/release/bin/dt1map" --rest "$root/data/sample_pair/rest" --stress "$root/data/sample_pair/stress" \
  -o "$output-stress"
echo "Maps:"
find "$output" -name 't1.nii.gz' -o -name 't1.dcm' | sort | sed 's/^/  /'
echo "Pictures, before and after, and segmented:"
find "$output" -name overview.png | sort | sed 's/^/  /'
find "$output-segmented" -name 'overlay_*.png' | sort | sed 's/^/  /'
echo "T1 of the 16 segments:"
find "$output-segments" -name bullseye.png | sort | sed 's/^/  /'
echo "Stress reactivity dT1 of the sample pair:"
find "$output-stress" -name overlay.png -o -name bullseye.png | sort | sed 's/^/  /'
echo "Tables: $output/summary.csv, $output-segmented/qcd.csv, $output-segments/segments.csv, $output-stress/summary.csv"
