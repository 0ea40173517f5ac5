#!/usr/bin/env bash
# Takes a folder of subjects through t1moco, qcdseg, ahalandmarks and, where there is stress, dt1map, and ends with a
# report. docs/cohorts.md tells more; `scripts/cohort.sh --help` the options.
set -euo pipefail
name=$(basename "$0") beside=$(dirname "${BASH_SOURCE[0]}") # the installed command is a link beside the programs
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

usage() {
  cat <<TEXT
Takes a folder of subjects through all programs, and reports on it.
Usage: $name [OPTIONS] COHORT OUT

The programs are t1moco, qcdseg, ahalandmarks and, where there is stress, dt1map. Whatever is whole in OUT and was made
from the same inputs with the same options is kept: after an interruption run the same command again.

Arguments:
  COHORT                  Folder (or archive) with the subjects' DICOM files, in any layout: studies are told by
                          their identity
  OUT                     Folder for the results: t1moco/, qcdseg/, ahalandmarks/, dt1map/, report.html, cohort.csv,
                          logs/

Options:
      --scanner-maps      The cohort holds the scanner's own T1 maps: leave t1moco out
      --layout PATTERN    Read only what matches COHORT/PATTERN, such as 'sub-*/ses-*/cmr'
      --jobs N            Processes side by side (default: by cores, memory and GPUs)
      --threads N         Threads of each process (default: cores / jobs)
      --device {auto,cpu,cuda,cuda:N}
                          Where the networks run (default: auto)
      --models FOLDER     Networks of your own
      --t1moco OPTIONS    More options of t1moco, as one word: --t1moco '--method network'
      --qcdseg OPTIONS    The same of qcdseg
      --ahalandmarks OPTIONS
                          The same of ahalandmarks
      --dt1map OPTIONS    The same of dt1map
      --keep-identifiers  Put series descriptions and source paths into the JSON files
      --fresh             Make everything again
      --prune             Remove results of series that are no longer in COHORT (without it OUT is refused then)
  -v, --verbose           Say every command too
  -q, --quiet             Say only errors and the last line
  -h, --help              Print this help, and stop
      --version           Print the version, and stop

For jobs of a cluster, as cmrt1-cohort-slurm (cohort_slurm.sh) submits them:
      --step {t1moco,qcdseg,ahalandmarks,dt1map,merge:PROGRAM,report}
                          One shard of one program; the tables of a program's shards; report.html and cohort.csv
      --shard I/N         The shard of --step

Environment:
  CMRT1_BIN               Folder of the programs (default: beside this command, else on PATH)

Examples:
  $name cohort/ out/                              the whole chain; after an interruption the same again
  $name cohort/ out/ --layout 'sub-*/ses-1'       the first session of each subject
  $name maps/ out/ --scanner-maps                 T1 maps of the scanner instead of its raw images
  $name cohort/ out/ --t1moco '--method network'  the network alone: the fastest correction

Exit codes: 0 all done, 1 internal error, 2 usage, 3 no usable input, 4 some series failed, 5 all failed, 6 network
or device, 7 output, 130 and 143 stopped.
For research use only, not for diagnosis.
TEXT
}

say() { [ "$quiet" = yes ] || echo "cohort: $*" >&2; }
fail() { # CODE MESSAGE
  echo "cohort: $2" >&2
  exit "$1"
}

chain=(t1moco qcdseg ahalandmarks dt1map)
layout='' jobs='' threads='' step='' shard='' quiet=no verbose=no resume=--resume unlisted=refuse
common=() positional=()
declare -A extra=()

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --version) find_programs; "$bin/t1moco" --version | sed "s/^t1moco/$name/"; exit ;;
      -q | --quiet) quiet=yes ;;
      -v | --verbose) verbose=yes ;;
      --fresh) resume='' ;;
      --prune) unlisted=remove ;;
      --scanner-maps) chain=(qcdseg ahalandmarks dt1map) ;;
      --keep-identifiers) common+=(--keep-identifiers) ;;
      --layout | --jobs | --threads | --device | --models | --step | --shard | --t1moco | --qcdseg | --ahalandmarks | --dt1map)
        [ $# -ge 2 ] || fail 2 "$1 needs a value (--help tells more)"
        case $1 in
          --layout) layout=$2 ;;
          --jobs) jobs=$2 ;;
          --threads) threads=$2 ;;
          --step) step=$2 ;;
          --shard) shard=$2 ;;
          --device | --models) common+=("$1" "$2") ;;
          *) extra[${1#--}]=$2 ;;
        esac
        shift ;;
      -*) fail 2 "unknown option $1 (--help tells what there is)" ;;
      *) positional+=("$1") ;;
    esac
    shift
  done
  [ ${#positional[@]} -eq 2 ] || fail 2 "give COHORT and OUT (--help tells more)"
  [[ $jobs =~ ^([1-9][0-9]*)?$ ]] || fail 2 "--jobs $jobs: give a number from 1"
  [[ $threads =~ ^([1-9][0-9]*)?$ ]] || fail 2 "--threads $threads: give a number from 1"
  cohort=${positional[0]} out=${positional[1]}
  [ -e "$cohort" ] || fail 3 "there is no $cohort"
  [ "${chain[0]}" = t1moco ] || [ ! -e "$out/t1moco" ] ||
    fail 2 "$out holds results of t1moco: with --scanner-maps choose another folder"
  case $(realpath -m "$out")/ in
    "$(realpath "$cohort")"/*) fail 2 "$out lies in $cohort: its results would be taken for inputs; choose another folder" ;;
  esac
}

find_programs() {
  bin=${CMRT1_BIN:-}
  if [ -z "$bin" ]; then
    for folder in "$beside" "$here/../../../bin" "$here/../build/release/bin" \
      "$(dirname "$(command -v t1moco || echo /nowhere/x)")"; do
      [ -x "$folder/t1moco" ] && bin=$(cd "$folder" && pwd) && break
    done
  fi
  for program in "${chain[@]}" cohortmerge; do
    [ -x "$bin/$program" ] || fail 2 "cannot find the program $program: build it (scripts/build.sh), or set CMRT1_BIN"
  done
}

find_inputs() {
  inputs=("$cohort")
  if [ -n "$layout" ]; then
    local matches
    shopt -s nullglob globstar
    local IFS= # names may hold spaces
    # shellcheck disable=SC2206  # the pattern is to be expanded
    matches=("$cohort"/$layout)
    shopt -u nullglob globstar
    [ ${#matches[@]} -gt 0 ] || fail 3 "nothing in $cohort matches --layout '$layout'"
    inputs=("${matches[@]}")
  fi
}

# One process a core as long as each has 1.5 GB: t1moco works on one series at a time, so several processes use a machine
# better than one with as many threads. The others take some 40 MB more a thread. With GPUs one process each.
choose_jobs() {
  local cores available
  cores=$(nproc)
  available=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo)
  gpus=0
  if command -v nvidia-smi >/dev/null && [[ " ${common[*]} " != *" --device cpu "* ]]; then
    gpus=$(nvidia-smi --list-gpus 2>/dev/null | wc -l)
  fi
  if [ -z "$jobs" ]; then
    jobs=$cores
    [ "$jobs" -le "$available" ] || jobs=$available
    [ "$gpus" -eq 0 ] || jobs=$gpus
    [ "$jobs" -ge 1 ] || jobs=1
  fi
  if [ -n "$step" ] && [ -z "$threads" ]; then threads=${SLURM_CPUS_PER_TASK:-1}; fi
  if [ -z "$threads" ]; then
    threads=$((cores / jobs))
    [ "$threads" -ge 1 ] || threads=1
  fi
}

# Where the T1 maps are.
maps_of() { # -> maps
  maps=("$out/t1moco")
  [ "${chain[0]}" = t1moco ] || maps=("${inputs[@]}")
}

# The command of a program, without its shard.
command_of() { # PROGRAM -> command
  local maps more
  maps_of
  command=("$bin/$1")
  case $1 in
    t1moco) command+=("${inputs[@]}") ;;
    qcdseg) command+=("${maps[@]}") ;;
    ahalandmarks) command+=("${maps[@]}" --mask "$out/qcdseg") ;;
    dt1map) command+=(--rest "${maps[@]}" --stress "${maps[@]}" --masks "$out/qcdseg" --landmarks "$out/ahalandmarks") ;;
    *) fail 2 "there is no program $1" ;;
  esac
  read -r -a more <<<"${extra[$1]:-}"
  command+=(-o "$out/$1" --threads "$threads" "${common[@]}" "${more[@]}")
  [ -z "$resume" ] || command+=("$resume")
}

# True where a map's series description tells of stress, as dt1map reads it.
has_stress() {
  local maps list code=0 log=$out/logs/dt1map.list.log
  maps_of
  list=$("$bin/dt1map" --rest "${maps[@]}" --stress "${maps[@]}" --list 2>"$log") || code=$?
  case $code in
    0 | 3 | 4 | 5) ;;
    *) fail "$code" "cannot tell whether there are stress maps: see $log; the same command goes on from here" ;;
  esac
  grep -Eqi '^  stress .*(stress|adeno|regad|dobut|dipyr)' <<<"$list"
}

# The tables of all shards. Results of maps that are gone go too; those of a cohort's own series only with --prune, as
# they cost hours.
merge_tables() { # PROGRAM
  local how=remove code=0 log=$out/logs/$1.merge.log
  if [ "$1" = "${chain[0]}" ] || [ "${chain[0]}" != t1moco ]; then how=$unlisted; fi
  "$bin/cohortmerge" -q "$out/$1" --unlisted "$how" 2>"$log" || code=$?
  [ "$code" -ne 0 ] || return 0
  tail -n 1 "$log" >&2
  ! grep -q 'tables do not name' "$log" || say "--prune removes them; or choose another folder"
  fail "$code" "the tables of $1 are not whole, or not those of all its results"
}

drop_dt1map() { # of a cohort that has no stress any more
  [ ! -e "$out/dt1map" ] || rm -rf "$out/dt1map" || fail 7 "cannot remove $out/dt1map"
}

# Sums "series 3 of 12" over the shards' logs.
progress_of() { # LOG...
  for log in "$@"; do grep -aoE '(series|studies) [0-9]+ of [0-9]+' "$log" 2>/dev/null | tail -n 1; done |
    awk '{ done += $2; all += $4; what = $1 } END { if (all) print done, all, what }'
}

watch_progress() { # PROGRAM LOG...
  local program=$1 start=$SECONDS finished all what spent
  shift
  while sleep 2; do
    read -r finished all what < <(progress_of "$@") || continue
    spent=$((SECONDS - start))
    if [ "$finished" -eq 0 ] || [ "$spent" -eq 0 ]; then continue; fi
    local line
    line=$(awk -v p="$program" -v d="$finished" -v a="$all" -v w="$what" -v s="$spent" \
      'BEGIN { printf "%s: %d of %d %s, %.2f/s, %d s left", p, d, a, w, d / s, (a - d) * s / d }')
    if [ -t 2 ]; then
      printf '\r\033[K%s' "$line" >&2
    elif [ $((spent % 60)) -lt 2 ]; then
      say "$line"
    fi
  done
}

# Exit codes of shards: 4 and 5 spare the others, all else ends the chain.
worst_of() { # CODE...
  local worst=0 code
  for code in "$@"; do
    case $code in
      0) ;;
      4 | 5) [ "$worst" -ne 0 ] || worst=4 ;;
      *) worst=$code; break ;;
    esac
  done
  echo "$worst"
}

# "12 ok, 1 flagged, 0 failed" of all shards together.
counts_in() { # LOG...
  grep -ahoE '[0-9]+ ok, [0-9]+ flagged, [0-9]+ failed.* results in ' "$@" |
    awk '{ ok += $1; flagged += $3; failed += $5 } END { printf "%d ok, %d flagged, %d failed", ok, flagged, failed }'
}

# Files that could not be read, of all shards together; nothing where there are none.
unreadable_in() { # LOG...
  grep -ahoE '[0-9]+ files? could not be read' "$@" |
    awk '{ n += $1 } END { if (n) printf ", %d file%s could not be read", n, n == 1 ? "" : "s" }'
}

rows_in() { # LOG...
  counts_in "$@" | awk '{ print $1 + $3 + $5 }'
}

running='' watcher=''
stop() { # CODE
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || true
  if [ -n "$running" ]; then # GNU parallel loses TERM while it starts, and INT before that: one of both ends it
    kill -TERM "$running" 2>/dev/null || true
    kill -INT "$running" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
  fi
  echo "cohort: stopped on request; the same command goes on from here" >&2
  exit "$1"
}

run_program() { # PROGRAM -> 0, or 4 where some failed
  local program=$1 logs=() numbers=() codes code start=$SECONDS
  command_of "$program"
  [ "$verbose" = no ] || say "${command[*]}"
  { rm -f "$out/logs/$program".* && : >"$out/logs/$program.parallel.log"; } 2>/dev/null ||
    fail 7 "cannot write to $out/logs"
  for number in $(seq "$jobs"); do
    numbers+=("$number")
    logs+=("$out/logs/$program.$number.log")
    : >"$out/logs/$program.$number.log" || fail 7 "cannot write to $out/logs"
  done
  # GNU parallel takes no long commands, and those of many folders are: a script runs one shard.
  local division="--shard \$1/$jobs" devices='' script=$out/logs/$program.sh
  [ "$jobs" -gt 1 ] || division=''
  [ "$gpus" -le 1 ] || devices="export CUDA_VISIBLE_DEVICES=\$(((\$2 - 1) % $gpus))"
  # shellcheck disable=SC2016  # $1 is for that script
  { printf '#!/usr/bin/env bash\n%s\nexec ' "$devices" && printf '%q ' "${command[@]}" &&
    printf '%s >/dev/null 2>%q."$1".log\n' "$division" "$out/logs/$program"; } >"$script" || fail 7 "cannot write $script"
  parallel --no-notice --plain --jobs "$jobs" --termseq TERM,4500,KILL,25 --joblog "$out/logs/$program.jobs" \
    "exec bash $(printf %q "$script") {} {%}" ::: "${numbers[@]}" \
    </dev/null 2>>"$out/logs/$program.parallel.log" &
  running=$!
  if [ "$quiet" = no ]; then
    watch_progress "$program" "${logs[@]}" 9>&- &
    watcher=$!
  fi
  wait "$running" || true
  running=''
  [ -z "$watcher" ] || { kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null || true; }
  watcher=''
  [ "$quiet" = yes ] || [ ! -t 2 ] || printf '\r\033[K' >&2
  mapfile -t codes < <(awk 'NR > 1 { print ($8 > 0 ? 128 + $8 : $7) }' "$out/logs/$program.jobs")
  [ ${#codes[@]} -eq "$jobs" ] || fail 1 "GNU parallel ended early: see $out/logs/$program.parallel.log"
  code=$(worst_of "${codes[@]}")
  [ "$program$code" != dt1map3 ] || [ ! -e "$out/dt1map/summary.csv" ] || code=0 # no stress map has a partner
  case $code in
    0 | 4) ;;
    *)
      { grep -ahE '^[0-9:]* error ' "${logs[@]}" || true; } | tail -n 3 >&2
      [ "$program$code" != t1moco3 ] || say "where the cohort holds the scanner's own T1 maps, pass --scanner-maps"
      fail "$code" "$program ended with code $code: see $out/logs/$program.*.log; the same command goes on from here"
      ;;
  esac
  merge_tables "$program"
  say "$program: $(counts_in "${logs[@]}")$(unreadable_in "${logs[@]}") in $((SECONDS - start)) s"
  return "$code"
}

run_report() {
  "$bin/cohortreport" "$out" >"$out/logs/cohortreport.log" 2>&1 || fail $? "no report: see $out/logs/cohortreport.log"
}

# A shard of a program, or a merge, as a job of a cluster. What failed in single series does not fail the job.
run_step() {
  local program=${step#merge:} code=0
  if [ "$step" = report ]; then
    run_report
    echo "cohort: chain done" >&2
    return
  fi
  command_of "$program"
  if [ "$program" = dt1map ] && ! has_stress; then
    say "no stress maps: dt1map has nothing to do"
    [ "$step" = "$program" ] || drop_dt1map
    return 0
  fi
  if [ "$step" != "$program" ]; then
    merge_tables "$program"
    return
  fi
  [ -n "$shard" ] || fail 2 "--step $step needs --shard I/N"
  [ "$verbose" = no ] || say "${command[*]} --shard $shard"
  "${command[@]}" --shard "$shard" || code=$?
  [ "$(worst_of "$code")" = 4 ] || return "$code"
}

run_chain() {
  local start=$SECONDS status=0 code
  command -v parallel >/dev/null || fail 2 "GNU parallel is missing: install it (apt install parallel)"
  { exec 9>"$out/.cohort.lock"; } 2>/dev/null || fail 7 "cannot write to $out"
  # What was killed a moment ago may still be ending.
  flock -w 3 9 || fail 7 "another run is writing to $out: wait for it or choose another folder"
  trap 'stop 143' TERM
  trap 'stop 130' INT
  say "$jobs processes of $threads threads; logs in $out/logs"
  for program in "${chain[@]}"; do
    if [ "$program" = dt1map ] && ! has_stress; then
      say "no stress maps: dt1map has nothing to do"
      drop_dt1map
      continue
    fi
    code=0
    run_program "$program" || code=$?
    [ "$code" -eq 0 ] || status=$code
    if [ "$program" = t1moco ] && [[ $(counts_in "$out/logs/t1moco".*.log) == "0 ok, 0 flagged, "* ]]; then
      say "no series gave a map: nothing to go on with"
      rm -rf "${out:?}/qcdseg" "$out/ahalandmarks" "$out/dt1map"
      status=5
      break
    fi
  done
  run_report
  local verdict="all done" what=series
  [ "${chain[0]}" = t1moco ] || what=images
  [ "$status" -eq 0 ] || verdict="some failed"
  [ "$status" -ne 5 ] || verdict="all failed"
  echo "cohort: $(rows_in "$out/logs/${chain[0]}".*.log) $what of $(($(wc -l <"$out/cohort.csv") - 1))" \
    "studies$(unreadable_in "$out/logs/${chain[0]}".*.log) in $((SECONDS - start)) s; $verdict; results in $out" >&2
  exit "$status"
}

parse "$@"
find_programs
find_inputs
choose_jobs
case ${CMRT1_CHECK:-} in # cohort_slurm.sh asks whether the options are right, and what they mean
  yes) echo "$out"; exit 0 ;;
  chain) echo "${chain[*]}"; exit 0 ;;
esac
mkdir -p "$out/logs" || fail 7 "cannot write to $out"
if [ -n "$step" ]; then run_step; else run_chain; fi
