#!/usr/bin/env bash
# scripts/cohort.sh as jobs of a Slurm cluster: a job array over shards for each program, a job that merges its tables,
# and one for the report, each after the one before. docs/cohorts.md tells more.
set -euo pipefail
name=$(basename "$0")
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

# The options of cohort.sh that mean the same here.
chain_help() {
  "$here/cohort.sh" --help | sed -n '/^Options:/,/^$/p' | sed '1d;$d' |
    grep -vE -e '^ +--(jobs|threads) ' -e '(--help|--version) '
}

usage() {
  cat <<TEXT
Takes a folder of subjects through all programs as jobs of a Slurm cluster, and reports on it.
Usage: $name [OPTIONS] COHORT OUT [-- OPTIONS OF sbatch]

Submits a job array over shards for each program, a job that merges its tables, and one for the report, each after the
one before. After a failure (a node that died, a time limit) run the same command again: what is whole is kept.

Arguments:
  COHORT                  Folder (or archive) with the subjects' DICOM files, in any layout
  OUT                     Folder for the results. Both lie on a file system that all nodes share

Options:
      --shards N          Parts of the cohort, tasks of each job array (default: 8)
      --threads N         Threads of each task (default: --cpus-per-task of sbatch, else 1)
      --wait              Return when all is done: with exit code 0, or 1 where a job failed
$(chain_help)
  -h, --help              Print this help, and stop
      --version           Print the version, and stop

Environment:
  CMRT1_BIN               Folder of the programs (default: beside this command, else on PATH)

Examples:
  $name /data/cohort /data/out --shards 32 --threads 4 -- --partition=short --cpus-per-task=4
                          32 shards, with four threads each

Exit codes: 0 all submitted (with --wait: all done), 1 a job failed or Slurm took none, 2 usage, 3 no usable input.
For research use only, not for diagnosis.
TEXT
}

fail() {
  echo "cohort_slurm: $2" >&2
  exit "$1"
}

shards=8 wait=no
chain_options=() sbatch_options=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --version) "$here/cohort.sh" --version | sed "s/^cohort.sh/$name/"; exit ;;
    --shards) [ $# -ge 2 ] || fail 2 "--shards needs a value (--help tells more)"; shards=$2; shift ;;
    --wait) wait=yes ;;
    --jobs | --step | --shard) fail 2 "$1 is not for jobs of a cluster (--help tells more)" ;;
    --) shift; sbatch_options=("$@"); break ;;
    *) chain_options+=("$1") ;;
  esac
  shift
done
[[ $shards =~ ^[1-9][0-9]*$ ]] || fail 2 "--shards $shards: give a number from 1"
command -v sbatch >/dev/null || fail 2 "sbatch is missing: this is not a node from which Slurm takes jobs"
out=$(CMRT1_CHECK=yes "$here/cohort.sh" "${chain_options[@]}") # complains where something is wrong
mkdir -p "$out/logs"

# For a POSIX shell, which is what Slurm runs: bash's own quoting knows forms that it does not.
quoted() { # WORD...
  local word
  for word in "$@"; do printf "'%s' " "${word//\'/\'\\\'\'}"; done
}

# Prints the number of a job that runs a step of cohort.sh after job $previous has ended well.
submit() { # NAME STEP_OPTIONS -- SBATCH_OPTIONS
  local name=$1 step=() command after=()
  shift
  while [ "$1" != -- ]; do step+=("$1"); shift; done
  shift
  # Each task asks Slurm for its number; the rest of the line is quoted as it is.
  command=$(quoted "$here/cohort.sh" "${chain_options[@]}" "${step[@]}")
  command=${command//SHARD_OF_TASK/\'\"\$SLURM_ARRAY_TASK_ID\"\'}
  [ -z "$previous" ] || after=(--dependency="afterok:$previous" --kill-on-invalid-dep=yes)
  sbatch --parsable --job-name="cmrt1-$name" --requeue --chdir="$PWD" "${after[@]}" "$@" "${sbatch_options[@]}" \
    --wrap "$command" | cut -d';' -f1
}

previous=''
for program in $(CMRT1_CHECK=chain "$here/cohort.sh" "${chain_options[@]}"); do
  previous=$(submit "$program" --step "$program" --shard "SHARD_OF_TASK/$shards" -- \
    --array="1-$shards" --output="$out/logs/$program.%a.log")
  echo "cohort_slurm: $program is job $previous with $shards tasks" >&2
  previous=$(submit "merge-$program" --step "merge:$program" -- --output="$out/logs/merge-$program.log")
done
waiting=()
[ "$wait" = no ] || waiting=(--wait)
# A job that Slurm cancels because one before it has failed counts as a success for `sbatch --wait`: its log tells.
rm -f "$out/logs/report.log"
previous=$(submit report --step report -- --output="$out/logs/report.log" "${waiting[@]}") || true
[ -n "$previous" ] || fail 1 "Slurm does not take the last job"
if [ "$wait" = yes ]; then
  grep -qsx 'cohort: chain done' "$out/logs/report.log" ||
    fail 1 "a job failed: see $out/logs; the same command goes on from here"
  echo "cohort_slurm: all done; results in $out" >&2
else
  echo "cohort_slurm: the report is job $previous; results in $out" >&2
fi
