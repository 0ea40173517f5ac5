#!/usr/bin/env bash
# Receives studies over DICOM, takes each through scripts/cohort.sh when it is complete, sends the results to a PACS.
# docs/dicom_node.md tells more; `scripts/dicom_node.sh --help` the options.
# One loop: incoming/ -sort-> images/STUDY -settle, run-> results/STUDY -send-> PACS. Only storescp runs beside it.
# Without -e: what goes wrong with one study must not end the node.
set -uo pipefail
name=$(basename "$0")
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")") # the installed command is a link to this script

# The options of cohort.sh that are passed on to it.
chain_help() {
  "$here/cohort.sh" --help | sed -n '/^Options:/,/^$/p' | sed '1d;$d' |
    grep -vE -e '--(layout|fresh|prune|verbose|quiet|help|version)( |$)'
}

usage() {
  cat <<TEXT
Receives studies over DICOM, takes each through all programs when it is complete, and sends the results to a PACS.
Usage: $name [OPTIONS] FOLDER

Arguments:
  FOLDER                  Where everything is kept: images/STUDY/, results/STUDY/ (as cohort.sh makes them),
                          studies.csv, logs/, refused/. It holds patients' images; created for this user alone where
                          it is missing

Options:
      --port N            Receive on this port, of all network interfaces (default: 11112)
      --aet TITLE         Own AE title (default: CMRT1)
      --quiet-seconds N   A study is complete when nothing came for it for N seconds (default: 60)
      --peer HOST:PORT    Send the results there; without it they stay in FOLDER
      --peer-aet TITLE    The peer's AE title (default: ANY-SCP)
      --retry-seconds N   Wait before trying again, doubled each time up to 15 minutes (default: 60)
      --storescp OPTIONS  More options of DCMTK's storescp, as one word: --storescp '+xs'
      --once              Receive nothing, work through what is there, and end
$(chain_help)
  -h, --help              Print this help, and stop
      --version           Print the version, and stop

Environment:
  CMRT1_BIN               Folder of the programs (default: beside this command, else on PATH)

Examples:
  $name /data/node                                  receive on port 11112; results stay in /data/node
  $name /data/node --peer pacs:104 --peer-aet PACS  send them to a PACS too
  $name /data/node --once                           work through what was received, and end

DICOM knows no passwords: whoever reaches the port can send. Let a firewall admit the scanner and the PACS alone.
Exit codes: 0 with --once all done, 2 usage, 4 with --once some studies failed, 7 folder or port in use,
130 and 143 stopped.
For research use only, not for diagnosis.
TEXT
}

say() { printf 'node: %(%FT%T%z)T %s\n' -1 "$*" >&2; }
fail() { # CODE MESSAGE
  echo "node: $2" >&2
  exit "$1"
}
declare -A complained=()
complain() { # MESSAGE: not more than once a minute
  local now=$EPOCHSECONDS
  if [ $((now - ${complained[$1]:-0})) -ge 60 ]; then say "$1"; complained[$1]=$now; fi
}

port=11112 aet=CMRT1 quiet=60 peer='' peer_aet=ANY-SCP retry=60 once=no folder=''
receiver_options=() chain_options=()
most_tries=5 longest_wait=900

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --version) "$here/cohort.sh" --version | sed "s/^cohort.sh/$name/"; exit ;;
      --once) once=yes ;;
      --keep-identifiers) chain_options+=("$1") ;;
      --port | --aet | --quiet-seconds | --peer | --peer-aet | --retry-seconds | --storescp | --device | --models | \
        --jobs | --threads | --t1moco | --qcdseg | --ahalandmarks | --dt1map)
        [ $# -ge 2 ] || fail 2 "$1 needs a value (--help tells more)"
        case $1 in
          --port) port=$2 ;;
          --aet) aet=$2 ;;
          --quiet-seconds) quiet=$2 ;;
          --peer) peer=$2 ;;
          --peer-aet) peer_aet=$2 ;;
          --retry-seconds) retry=$2 ;;
          --storescp) read -r -a receiver_options <<<"$2" ;;
          *) chain_options+=("$1" "$2") ;;
        esac
        shift ;;
      -*) fail 2 "unknown option $1 (--help tells what there is)" ;;
      *) [ -z "$folder" ] || fail 2 "give one FOLDER (--help tells more)"; folder=$1 ;;
    esac
    shift
  done
  [ -n "$folder" ] || fail 2 "give FOLDER (--help tells more)"
  [[ $quiet =~ ^[1-9][0-9]{0,5}$ ]] || fail 2 "--quiet-seconds $quiet: give a number from 1"
  [[ $retry =~ ^[1-9][0-9]{0,5}$ ]] || fail 2 "--retry-seconds $retry: give a number from 1"
  [[ $port =~ ^[1-9][0-9]{0,4}$ && $port -le 65535 ]] || fail 2 "--port $port: give a number from 1 to 65535"
  [[ $peer =~ ^([^:\ ]+:[1-9][0-9]{0,4})?$ ]] || fail 2 "--peer $peer: give HOST:PORT"
  for title in "$aet" "$peer_aet"; do
    [[ $title =~ ^[A-Za-z0-9_.-]{1,16}$ ]] || fail 2 "AE title '$title': give 1 to 16 letters, digits, _ . -"
  done
}

prepare() {
  local program
  for program in storescp dcmdump dcmsend; do
    command -v $program >/dev/null || fail 2 "$program is missing: install DCMTK's programs (apt install dcmtk)"
  done
  umask 077
  mkdir -p "$folder"/{incoming,images,results,refused,sent,logs} || fail 7 "cannot write to $folder"
  folder=$(realpath "$folder")
  CMRT1_CHECK=yes "$here/cohort.sh" "$folder/images" "$folder/results" "${chain_options[@]}" >/dev/null || exit 2
  { exec 9>"$folder/.node.lock"; } 2>/dev/null || fail 7 "cannot write to $folder"
  flock -n 9 || fail 7 "another node works in $folder: stop it or choose another folder"
}

# --- studies and their table ---------------------------------------------------------------------------------------

declare -A status=() images=() code=() received=() ran=() sent=() # the columns of studies.csv
declare -A newest=() tries=() due=()                              # arrival of the last image; when to try again
failures=0
legal_uid='^[0-9]+(\.[0-9]+)*$'

save_table() { # oldest first
  local study table
  table=$(for study in "${!status[@]}"; do
    printf '%s,%s,%s,%s,%s,%s,%s\n' "$study" "${images[$study]}" "${status[$study]}" "${code[$study]:-}" \
      "${received[$study]}" "${ran[$study]:-}" "${sent[$study]:-}"
  done | sort -t, -k5,5 -k1,1)
  { printf '%s\n' study_uid,images,status,code,received,ran,sent ${table:+"$table"} >"$folder/.studies.csv.part" &&
    mv -f "$folder/.studies.csv.part" "$folder/studies.csv"; } 2>/dev/null ||
    complain "cannot write studies.csv; is the disk full?"
}

set_status() { # STUDY STATUS
  status[$1]=$2
  [[ $2 != *failed ]] || failures=$((failures + 1))
  save_table
}

count_images() { # STUDY: images, and when the last of them came
  local arrivals
  mapfile -t arrivals < <(find "$folder/images/$1" -type f -printf '%Ts\n' | sort -n)
  images[$1]=${#arrivals[@]} newest[$1]=${arrivals[-1]:-0}
}

is_received() { # STUDY: there are new images of it
  count_images "$1"
  printf -v "received[$1]" '%(%FT%T%z)T' "${newest[$1]}"
  status[$1]=received tries[$1]=0 due[$1]=0
}

# After a stop of whatever kind: what the table tells, where it agrees with the images. All else is run again.
load_table() {
  local study count state exit_code came made went path
  [ ! -e "$folder/studies.csv" ] || while IFS=, read -r study count state exit_code came made went; do
    [[ $study =~ $legal_uid ]] || continue
    status[$study]=$state images[$study]=$count code[$study]=$exit_code
    received[$study]=$came ran[$study]=$made sent[$study]=$went newest[$study]=0
  done <"$folder/studies.csv"
  for path in "$folder"/images/*/; do
    study=$(basename "$path")
    [[ $study =~ $legal_uid ]] || continue
    count=${images[$study]:-}
    count_images "$study"
    [ "${images[$study]}" -gt 0 ] || continue
    case ${status[$study]:-}/${code[$study]:-} in
      done/* | sent/* | send_failed/* | failed/3) # one may have been replaced when the node was stopped
        printf -v came '%(%FT%T%z)T' "${newest[$study]}"
        if [ "$count" != "${images[$study]}" ] || [ "$came" != "${received[$study]}" ]; then is_received "$study"; fi
        ;;
      *) is_received "$study" ;;
    esac
  done
  save_table
}

# --- receiving -----------------------------------------------------------------------------------------------------

receiver='' job=''

# Names of files are storescp's own, not the sender's. When the node is killed setpriv ends the shell about storescp,
# and that all of its process group: each association has a process of its own, which would hold the port.
start_receiver() {
  # shellcheck disable=SC2016  # $@ is for the inner shell
  setpriv --pdeathsig TERM setsid bash -c 'trap "trap - TERM; kill 0" TERM; storescp "$@" & wait' receiver \
    --fork --unique-filenames --output-directory "$folder/incoming" --aetitle "$aet" --dimse-timeout 300 \
    --disable-host-lookup "${receiver_options[@]}" "$port" >>"$folder/logs/storescp.log" 2>&1 9>&- &
  receiver=$!
  pause 1
  kill -0 "$receiver" 2>/dev/null
}

pause() { # SECONDS
  sleep "$1" 9>&- &
  wait $!
}

stop() { # CODE
  trap '' TERM INT HUP
  [ -z "$job" ] || kill -TERM "$job" 2>/dev/null
  [ -z "$receiver" ] || kill -TERM -- "-$receiver" 2>/dev/null
  local until=$((SECONDS + 4)) # the chain ends within five seconds by itself, and the next node waits for it
  while [ -n "$job" ] && kill -0 "$job" 2>/dev/null && [ "$SECONDS" -lt "$until" ]; do sleep 0.1; done
  say "stopped on request; the same command goes on from here"
  exit "$1"
}

# "NUMBER STUDY IMAGE OWN" of each file that is whole and has legal UIDs; OWN is yes for results of this toolkit.
identify() { # FILE...
  local tags=(+P "0020,000d" +P "0008,0018" +P "0008,0070")
  (cd "$folder/incoming" && timeout 300 dcmdump -q +F -Un +Qn +p "${tags[@]}" "$@") 2>/dev/null 9>&- |
    LC_ALL=C awk '
      function flush() { if (studies == 1 && names == 1) print number, study, name, own }
      /^# dcmdump \(/ { flush(); split($3, of, /[(\/]/); number = of[2]; studies = names = 0; own = "no" }
      /^\(0020,000d\) UI \[[0-9.]*\] / { studies++; study = substr($3, 2, length($3) - 2) }
      /^\(0008,0018\) UI \[[0-9.]*\] / { names++; name = substr($3, 2, length($3) - 2) }
      /^\(0018,a001\)\.\(0008,0070\) LO \[cmrt1 *\] / { own = "yes" }
      END { flush() }' |
    LC_ALL=C grep -E '^[0-9]+ [0-9]+(\.[0-9]+)* [0-9]+(\.[0-9]+)* (yes|no)$'
}

# Into images/STUDY/IMAGE.dcm. An image that came before replaces the first, if it differs.
take() { # FILE STUDY IMAGE OWN
  local target=$folder/images/$2/$3.dcm
  if [ ${#2} -gt 64 ] || [ ${#3} -gt 64 ]; then return 1; fi
  if [ "$4" = yes ]; then
    complain "$2: own results came back; dropped"
    rm -f "$1"
  elif cmp -s "$1" "$target"; then
    rm -f "$1"
  elif mkdir -p "$folder/images/$2" 2>/dev/null && mv -f "$1" "$target" 2>/dev/null; then
    touched[$2]=yes
  else
    complain "cannot write to $folder/images; is the disk full?"
  fi
}

take_all() { # FILE...
  local number study image own
  while read -r number study image own; do
    take "$folder/incoming/${!number}" "$study" "$image" "$own"
  done < <(identify "$@")
}

# Leaves a file that may still be being written (it changed within a second, or cannot be read) for the next time.
at_rest=(-not -newermt '1 second ago')
sort_incoming() {
  local files i file study
  local -A touched=()
  mapfile -t files < <(cd "$folder/incoming" && find . -type f "${at_rest[@]}" | sort)
  for ((i = 0; i < ${#files[@]}; i += 500)); do take_all "${files[@]:i:500}"; done
  for file in "${files[@]}"; do # what stays unreadable, one by one: one file may end dcmdump for those after it
    if [ -e "$folder/incoming/$file" ] && { [ "$once" = yes ] || has_rested "$folder/incoming/$file"; }; then
      take_all "$file"
      [ ! -e "$folder/incoming/$file" ] || refuse "$file"
    fi
  done
  for study in "${!touched[@]}"; do is_received "$study"; done
  [ ${#touched[@]} -eq 0 ] || save_table
}

has_rested() { [ $((EPOCHSECONDS - $(stat -c %Y "$1"))) -gt "$quiet" ]; }

refuse() { # FILE
  mv -f "$folder/incoming/$1" "$folder/refused/" 2>/dev/null &&
    say "refused/$(basename "$1"): not a whole DICOM file with legal UIDs"
}

# --- running and sending -------------------------------------------------------------------------------------------

try_later() { # STUDY
  local wait=$((retry * 2 ** tries[$1]))
  [ "$wait" -le "$longest_wait" ] || wait=$longest_wait
  tries[$1]=$((tries[$1] + 1)) due[$1]=$((EPOCHSECONDS + wait))
  [ "$once" = yes ] || say "$1: trying again in $wait s"
}

run_chain() { # STUDY
  local study=$1 out=$folder/results/$1 log=$folder/logs/$1.log
  say "$study: complete with ${images[$study]} images; running"
  set_status "$study" running
  if [ -e "$out/.cohort.lock" ]; then # the chain of a node that was killed takes seconds to end
    flock -w 20 "$out/.cohort.lock" true 9>&- &
    wait $!
  fi
  setpriv --pdeathsig TERM bash "$here/cohort.sh" "$folder/images/$study" "$out" --quiet --prune "${chain_options[@]}" \
    >"$log" 2>&1 9>&- &
  job=$!
  wait "$job"
  code[$study]=$?
  job='' due[$study]=0
  printf -v "ran[$study]" '%(%FT%T%z)T' -1
  case ${code[$study]} in
    0 | 4) say "$study: $(tail -n 1 "$log" | sed 's/^cohort: //')"; tries[$study]=0; set_status "$study" 'done' ;;
    3) say "$study: no usable input; see logs/$study.log"; set_status "$study" failed ;;
    *)
      say "$study: the chain ended with code ${code[$study]}; see logs/$study.log"
      set_status "$study" failed
      if [ "${tries[$study]}" -lt $((most_tries - 1)) ]; then try_later "$study"; fi
      ;;
  esac
}

# "SHA-256  PATH" of the study's DICOM results that the peer does not have yet; paths are relative to results/STUDY.
unsent() { # STUDY
  (cd "$folder/results/$1" && find . -name '*.dcm' -type f -print0 | sort -z | xargs -0 -r sha256sum) |
    grep -vxFf "$folder/sent/$1.txt"
}

send_results() { # STUDY
  local study=$1 report=$folder/logs/send.txt record=$folder/sent/$1.txt files left all
  if ! touch "$record" 2>/dev/null; then
    complain "cannot write to $folder/sent; is the disk full?"
    try_later "$study"
    return
  fi
  mapfile -t files < <(unsent "$study")
  all=${#files[@]}
  if [ "$all" -gt 0 ]; then
    rm -f "$report"
    (cd "$folder/results/$study" && exec setpriv --pdeathsig TERM dcmsend --no-halt --timeout 10 --dimse-timeout 60 \
      --aetitle "$aet" --call "$peer_aet" --create-report-file "$report" "${peer%:*}" "${peer##*:}" \
      "${files[@]#*  }") >>"$folder/logs/dcmsend.log" 2>&1 9>&- &
    job=$!
    wait "$job"
    job=''
    # Success (0x0000) and warnings (0xBxxx: stored, with something coerced) count as sent.
    [ ! -e "$report" ] || printf '%s\n' "${files[@]}" | grep -F -f <(awk '
      /^Filename/ { sub(/^Filename *: /, ""); name = $0 }
      /^DIMSE Status *: 0x(0000|[Bb]...)/ { print "  " name }' "$report") >>"$record"
  fi
  left=$(unsent "$study" | wc -l)
  if [ "$left" -eq 0 ]; then
    printf -v "sent[$study]" '%(%FT%T%z)T' -1
    say "$study: sent $all objects to $peer_aet"
    set_status "$study" sent
  else
    say "$study: $left of $all objects could not be sent to $peer_aet; see logs/dcmsend.log"
    set_status "$study" send_failed
    try_later "$study"
  fi
}

# The study that waits longest for a step, or nothing.
next_to() { # run|send -> study
  local each best=''
  study=''
  for each in "${!status[@]}"; do
    case $1/${status[$each]} in
      run/received) [ "$once" = yes ] || [ $((EPOCHSECONDS - newest[$each])) -gt "$quiet" ] || continue ;;
      run/failed) [ "${due[$each]:-0}" -gt 0 ] || continue ;;
      send/done | send/send_failed) ;;
      *) continue ;;
    esac
    [ "$EPOCHSECONDS" -ge "${due[$each]:-0}" ] || continue
    if [ -z "$best" ] || [ "${newest[$each]}" -lt "$best" ]; then study=$each best=${newest[$each]}; fi
  done
  [ -n "$study" ]
}

work() { # one study by one step; false where there is nothing to do
  if next_to run; then
    run_chain "$study"
  elif [ -n "$peer" ] && next_to send; then
    send_results "$study"
  else
    return 1
  fi
}

parse "$@"
prepare
trap 'stop 143' TERM
trap 'stop 130' INT
trap 'stop 129' HUP
load_table
if [ "$once" = yes ]; then
  at_rest=()
  sort_incoming
  while work; do :; done
  say "${#status[@]} studies in studies.csv; $failures failures"
  [ "$failures" -eq 0 ] || exit 4
  exit 0
fi
for _ in {1..4}; do start_receiver && break; done # the port of a node that was killed takes a moment to be free
kill -0 "$receiver" 2>/dev/null || fail 7 "cannot receive on port $port: $(tail -n 1 "$folder/logs/storescp.log")"
say "receiving as $aet on port $port of all interfaces, into $folder"
while :; do
  if ! kill -0 "$receiver" 2>/dev/null; then
    complain "the receiver ended; starting it again (logs/storescp.log)"
    start_receiver
  fi
  sort_incoming
  work || pause 1
done
