# shellcheck shell=sh
# What bench.sh has measured in the guest, in place of the scenarios: pktgen sends from processor 0 as fast as it can, into v1, so
# that v0 receives on the same processor; who captures there runs on the other one and writes a file to memory.
# The kernel makes ROUNDS on its command line a variable of ours. A line for each run, at once:
#   # rate LOAD WHO SENT-A-SECOND CAPTURED-A-SECOND

pktgen() { echo "$2" > "/proc/net/pktgen/$1"; }

# others: as a mirror port sees them, for somebody else; own: for this host, which has nobody listening at the port.
send() { # FRAMES LOAD: prints how many a second
  pktgen kpktgend_0 rem_device_all
  pktgen kpktgend_0 'add_device v1'
  mac=02:00:00:00:00:99
  [ "$2" = others ] || mac=$(cat /sys/class/net/v0/address)
  for setting in "count $1" 'pkt_size 124' 'delay 0' "dst_mac $mac" 'src_min 10.9.0.2' 'src_max 10.9.0.2' 'dst_min 10.9.0.1' 'dst_max 10.9.0.1'; do
    pktgen v1 "$setting"
  done
  pktgen pgctrl start
  grep -q '^Result: OK' /proc/net/pktgen/v1 || { cat /proc/net/pktgen/v1; return 1; }
  sed -n 's/^ *\([0-9]*\)pps .*/\1/p' /proc/net/pktgen/v1
}

# Only with &: what is sent to its number has to reach the program.
reader() { exec taskset 2 "$@"; }
begin() { # WHO
  case $1 in
    nothing) ;;
    tcpdump) reader tcpdump -i v0 -s 96 -B 65536 -Z root -w /tmp/file 2> /tmp/said & ;;
    mgcap-*) reader mgcap dump -i v0 --engine kmod -d in -s 96 -m "${1#mgcap-}" --json -w /tmp/file > /tmp/json 2> /tmp/said & ;;
  esac
  pid=$!
  case $1 in
    tcpdump) wait_until grep -q 'listening on' /tmp/said ;;
    mgcap-*) wait_until probe control get v0 > /dev/null ;;
  esac
}
# Sets captured to how many packets are in the file.
end() { # WHO
  captured=0
  [ "$1" != nothing ] || return 0
  kill -TERM $pid
  wait $pid || { cat /tmp/said; return 1; }
  case $1 in
    tcpdump) captured=$(sed -n 's/^\([0-9]*\) packets captured/\1/p' /tmp/said) ;;
    mgcap-*) captured=$(jq -s 'last | .statistics.captured' /tmp/json) ;;
  esac
}

run() { # LOAD WHO FRAMES
  begin "$2" || return
  pps=$(send "$3" "$1") || { echo "$pps"; return 1; }
  end "$2" || return
  rm -f /tmp/file
  echo "# rate $1 $2 $pps $((captured * pps / $3))" > /dev/console
}

rates() {
  mkdir -p /etc && echo 'root:x:0:0::/:/bin/sh' > /etc/passwd
  ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up && ip addr add 10.9.0.1/24 dev v0 || return
  load || return
  for round in $(seq "${ROUNDS:-3}"); do
    for load in others own; do
      [ "$round" -gt 1 ] || eval "frames_$load=$(($(send 20000 $load) * 6))"
      eval "frames=\$frames_$load"
      for who in nothing tcpdump mgcap-mirror mgcap-drop; do
        run $load $who "$frames" || return
      done
    done
  done
  ip link del v0
  unload
}

scenarios=rates
