#!/usr/bin/env bash
# A Slurm cluster of this machine alone, for tests: munged, slurmctld and slurmd of Debian's slurm-wlm, as root.
#   slurm_node.sh start FOLDER   starts it; what it writes lies in FOLDER; then export SLURM_CONF=FOLDER/slurm.conf
#   slurm_node.sh stop FOLDER    ends what start has started
# Exits with 77 where it cannot run here.
set -euo pipefail
folder=$2

skip() { echo "slurm_node: $*" >&2; exit 77; }

start() {
  [ "$(id -u)" -eq 0 ] || skip "needs root"
  for program in munged slurmctld slurmd sbatch; do
    command -v "$program" >/dev/null || skip "$program is missing (apt install slurm-wlm)"
  done
  mkdir -p "$folder"/{state,spool,munge}
  folder=$(cd "$folder" && pwd)
  chmod 755 "$folder" "$folder/munge" # munged wants no one else to write above its socket
  dd if=/dev/urandom of="$folder/munge/key" bs=1024 count=1 status=none
  chmod 400 "$folder/munge/key"
  munged --force --key-file "$folder/munge/key" --socket "$folder/munge/socket" --pid-file "$folder/munge/pid" \
    --log-file "$folder/munge/log" --seed-file "$folder/munge/seed" || skip "munged does not start"
  local host
  host=$(hostname -s)
  cat >"$folder/slurm.conf" <<TEXT
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=$((20000 + $$ % 10000))
SlurmdPort=$((30000 + $$ % 10000))
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MailProg=/bin/true
MinJobAge=600
SchedulerParameters=sched_interval=2
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
TEXT
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -c || skip "slurmctld does not start: $(tail -n 2 "$folder/slurmctld.log")"
  slurmd -c || skip "slurmd does not start: $(tail -n 2 "$folder/slurmd.log")"
  for _ in $(seq 60); do
    [[ $(sinfo --noheader --format=%t 2>/dev/null) == idle ]] && return
    sleep 0.5
  done
  stop
  skip "the node does not come up: $(tail -n 2 "$folder/slurmd.log")"
}

stop() {
  for daemon in slurmd slurmctld munge/; do
    if [ -f "$folder/${daemon}pid" ]; then kill "$(cat "$folder/${daemon}pid")" 2>/dev/null || true; fi
    if [ -f "$folder/$daemon.pid" ]; then kill "$(cat "$folder/$daemon.pid")" 2>/dev/null || true; fi
  done
}

"$1"
