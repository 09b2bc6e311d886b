# shellcheck shell=sh
# What bench.sh has measured in the guest, in place of the scenarios. The receiving side has a processor of its own, 1, by RPS; pktgen
# sends into v1 from the SENDERS, 3 to 7, together faster than that can receive from v0; who captures there runs on processor 2, and
# writes a file to memory. This script stays on processor 0.
# The kernel makes ROUNDS and SENDERS on its command line variables of ours. A line for each run, at once, and before it two marks
# for the plugin that counts instructions, between which PACKETS were received:
#   # rate LOAD WHO PACKETS RECEIVED-IN-ALL LOST-IN-ALL

packets_in_window=100000
counter=/sys/class/net/v1/statistics/tx_packets

pktgen() { echo "$2" > "/proc/net/pktgen/$1"; }
received() { cat $counter; }
refused() { cat /sys/class/net/v1/statistics/tx_dropped; }
is_gone() { [ ! -e "$1" ]; }
is_beyond() { [ "$($1)" -gt "$2" ]; }

# others: as a mirror port sees them, for somebody else; own: for this host, which has nobody listening at the port.
prepare_senders() { # LOAD
  mac=02:00:00:00:00:99
  [ "$1" = others ] || mac=$(cat /sys/class/net/v0/address)
  for sender in $senders; do
    pktgen "kpktgend_$sender" rem_device_all
    wait_until is_gone "/proc/net/pktgen/v1@$sender" || return
    pktgen "kpktgend_$sender" "add_device v1@$sender"
    for setting in 'count 0' 'pkt_size 124' 'delay 0' "dst_mac $mac" 'src_min 10.9.0.2' 'src_max 10.9.0.2' 'dst_min 10.9.0.1' 'dst_max 10.9.0.1'; do
      pktgen "v1@$sender" "$setting"
    done
  done
}

# Only with &: what is sent to its number has to reach the program.
reader() { exec taskset 4 "$@"; }
begin() { # WHO
  rm -f /tmp/said
  case $1 in
    nothing) ;;
    tcpdump) reader tcpdump -i v0 -s 96 -B 65536 -Z root -w /tmp/file 2> /tmp/said & ;;
    mgcap-*) reader mgcap dump -i v0 --engine kmod -d in -s 96 -m "${1#mgcap-}" --json -w /tmp/file > /tmp/json 2> /tmp/said & ;;
  esac
  pid=$!
  case $1 in
    tcpdump) wait_until grep -qs 'listening on' /tmp/said ;;
    mgcap-*) wait_until grep -qs '^Capturing on' /tmp/said ;;
  esac
}
# Sets lost to how many packets were received and found no room.
end() { # WHO
  lost=0
  [ "$1" != nothing ] || return 0
  kill -TERM $pid
  wait $pid || { cat /tmp/said; return 1; }
  case $1 in
    tcpdump) lost=$(sed -n 's/^\([0-9]*\) packets dropped by kernel/\1/p' /tmp/said) ;;
    mgcap-*) lost=$(jq -s 'last | .statistics.dropped | .ring + .writer' /tmp/json) ;;
  esac
}

run() { # LOAD WHO
  begin "$2" && prepare_senders "$1" || return
  before=$(received)
  pktgen pgctrl start & starter=$!
  # What is refused shows that there is more than can be received.
  wait_until is_beyond refused "$(refused)" || return
  refused_first=$(refused) first=$(probe mark $counter)
  until is_beyond received $((first + packets_in_window)); do usleep 100000; done
  packets=$(($(probe mark $counter) - first))
  is_beyond refused "$refused_first" || { echo 'the senders were too slow for a measurement'; return 1; }
  pktgen pgctrl stop
  wait $starter
  end "$2" || return
  rm -f /tmp/file
  echo "# rate $1 $2 $packets $(($(received) - before)) $lost" > /dev/console
}

rates() {
  mkdir -p /etc && echo 'root:x:0:0::/:/bin/sh' > /etc/passwd
  taskset -p 1 $$ && ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up && ip addr add 10.9.0.1/24 dev v0 || return
  echo 2 > /sys/class/net/v0/queues/rx-0/rps_cpus && load || return
  senders=$(echo "${SENDERS:-3,4,5,6,7}" | tr , ' ')
  for round in $(seq "${ROUNDS:-3}"); do
    for load in others own; do
      for who in nothing tcpdump mgcap-mirror mgcap-drop; do
        run $load $who || return
      done
    done
  done
  ip link del v0
  unload
}

scenarios=rates
