#!/usr/bin/env bash
# A Slurm cluster of one node on this machine, for the tests marked `slurm`; Debian or Ubuntu.
#
#   eval "$(tests/slurm/single-node.sh start)"   # installs slurm-wlm and munge where they lack (root)
#   .venv/bin/pytest -m slurm -n 0
#   tests/slurm/single-node.sh stop
#
# It listens on 127.0.0.1 only, has no accounting, and offers more cores than there are. Everything lies
# in tests/slurm/.cluster, which `stop` removes.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # of the daemons
folder=$(cd "$(dirname "$0")" && pwd)/.cluster
host=$(hostname -s)
export SLURM_CONF=$folder/slurm.conf

say() { echo "single-node: $*" >&2; }

install_slurm() {
  local missing=
  for program in munged slurmctld slurmd sbatch; do command -v "$program" > /dev/null || missing=1; done
  if [ -z "$missing" ]; then return; fi
  if [ "$(id -u)" != 0 ]; then say "slurm-wlm and munge are missing; only root can install them"; exit 1; fi
  say "installing slurm-wlm and munge"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends slurm-wlm munge; } > "$folder/log/apt" 2>&1
}

write_configuration() {
  (umask 077 && head -c 1024 /dev/urandom > "$folder/munge.key")
  cat > "$SLURM_CONF" << END
ClusterName=tests
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthInfo=socket=$folder/munge.socket
# Neither cgroups nor MPI nor mail: it also runs in a container.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MailProg=/bin/true
# Cores and memory are handed out as they are offered here, whatever the machine has.
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=2
# The executor asks squeue for jobs that have ended, and wants them shown for a while.
MinJobAge=900
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld
SlurmdLogFile=$folder/log/slurmd
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES State=UP
END
  # The executor takes SLURM_CONF out of the environment of its srun; this one puts it back.
  printf '#!/bin/sh\nSLURM_CONF=%q exec %q "$@"\n' "$SLURM_CONF" "$(command -v srun)" > "$folder/bin/srun"
  chmod 755 "$folder/bin/srun"
}

start() {
  if [ -e "$SLURM_CONF" ] && sinfo --noheader > /dev/null 2>&1; then print_environment; return; fi
  rm -rf "$folder/bin" # its srun must not be taken for the true one
  mkdir -p "$folder"/{bin,log,state,spool}
  chmod 755 "$folder"
  install_slurm
  write_configuration
  munged --force --key-file="$folder/munge.key" --seed-file="$folder/munge.seed" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/log/munged" >&2
  slurmctld -f "$SLURM_CONF" >&2
  sleep 3 # it starts no jobs before
  slurmd -f "$SLURM_CONF" >&2
  for _ in $(seq 60); do
    if sinfo --noheader --format=%T 2> /dev/null | grep -q idle; then print_environment; return; fi
    sleep 0.5
  done
  say "the node is not ready after 30 s; see $folder/log"
  exit 1
}

print_environment() {
  say "$(sinfo --noheader --format='partition %P, %c cores, %m MB, %T')"
  printf 'export SLURM_CONF=%q PATH=%q:"$PATH"\n' "$SLURM_CONF" "$folder/bin"
}

stop() {
  scancel --user="$(id -un)" 2> /dev/null || true
  for daemon in slurmd slurmctld munged; do
    if pid=$(cat "$folder/$daemon.pid" 2> /dev/null) && [ "$(cat "/proc/$pid/comm")" = "$daemon" ]; then
      kill "$pid"
      for _ in $(seq 40); do kill -0 "$pid" 2> /dev/null || break; sleep 0.25; done
      say "$daemon stopped"
    fi
  done
  rm -rf "$folder"
}

case "${1:-}" in
  start | stop) "$1" ;;
  *) say "usage: $0 start|stop"; exit 2 ;;
esac
