# shellcheck shell=sh
# The scenarios of the program mgcap, compiled ahead of time: it controls the module, and captures by it as engine kmod.

# Starts `mgcap dump` in the background, where a shell makes it deaf to SIGINT, and waits until it captures; its summary goes to
# /tmp/dump.
dump() { # IF [OPTION…]
  rm -f /tmp/dump /tmp/dump.pcapng /tmp/dump.errors
  captured_if=$1
  shift
  mgcap dump -i "$captured_if" -w /tmp/dump.pcapng --json "$@" > /tmp/dump 2> /tmp/dump.errors & dumper=$!
  wait_until capturing || { cat /tmp/dump.errors; return 1; }
}
capturing() { grep -q '^Capturing on' /tmp/dump.errors || [ ! -d /proc/$dumper ]; }
dump_ends() { # [CODE [SIGNAL]]
  [ -z "$2" ] || kill -"$2" $dumper
  wait $dumper
  expect 'code of mgcap dump' $? "${1:-0}" || { cat /tmp/dump.errors; return 1; }
}
dumped() { jq -r ".$1" /tmp/dump; }
shown() { mgcap show dev "$1" --json | jq -r ".[0].$2"; }
received_is() { [ "$(shown v0 received)" = "$1" ]; }
summary_adds_up() {
  expect 'sum of the summary' "$(dumped 'statistics | .filtered + .captured + .dropped.ring + .dropped.writer')" "$(dumped statistics.received)"
}

says() { # CODE TEXT COMMAND…
  code=$1 text=$2
  shift 2
  "$@" > /tmp/said 2>&1
  expect "code of $*" $? "$code" && grep -qF "$text" /tmp/said && expect 'lines said' "$(wc -l < /tmp/said)" 1 || { cat /tmp/said; return 1; }
}

mgcap_session() {
  cable && load && mgcap start dev v0 mode drop snaplen 200 slots 128 filter 'ether proto 0x88b5' && [ -c /dev/mgcap/v0 ] || return
  peer probe send v1 100 300 && expect captured "$(shown v0 captured)" 100 && expect bytes "$(shown v0 captured_bytes)" 20000 || return
  expect settings "$(mgcap show dev v0 --json | jq -c '.[0] | [.mode, .snaplen, .slots, .slot_size, .rings, .filter_length > 0]')" '["drop",200,128,256,2,true]' || return
  # The same as the other program says, name by name.
  mgcap show --json | jq -S . > /tmp/got && ip -j mgcap show | jq -S . > /tmp/wanted && cmp -s /tmp/got /tmp/wanted || { cat /tmp/got /tmp/wanted; return 1; }
  mgcap set dev v0 mode mirror && expect mode "$(shown v0 mode)" mirror && mgcap show | grep -q '^v0  *mirror  *200 ' || return
  mgcap stop v0 && [ ! -e /dev/mgcap/v0 ] && expect captures "$(mgcap show --json)" '[]' || return
  mgcap start v0 && expect slots "$(shown v0 slots)" 32768 && mgcap stop dev v0 && unload
}

mgcap_says_what_is_wrong() {
  says 1 'mgcap: The kernel module mgcap is not loaded: modprobe mgcap' mgcap start dev lo && load || return
  says 1 'mgcap: The kernel module mgcap does not capture on lo. To start it: mgcap start dev lo' mgcap stop dev lo || return
  says 1 'mgcap: The kernel module mgcap does not capture on lo.' mgcap set dev lo mode drop --force && says 1 'does not capture on lo' mgcap show dev lo || return
  mgcap start dev lo && says 1 'mgcap: The kernel module mgcap captures on lo already. To end that: mgcap stop dev lo' mgcap start dev lo || return
  says 1 'captures on lo already' mgcap dump -i lo --engine kmod -w /tmp/none && mgcap stop dev lo || return
  says 1 'the rings would take more than a quarter of the memory' mgcap start dev lo snaplen 262144 slots 4194304 || return
  says 1 'mgcap: The kernel module mgcap needs the capability CAP_NET_ADMIN' unshare -U /bin/mgcap start dev lo || return
  ip netns add peer && says 1 "works in the host's network namespace only" peer mgcap show && ip netns del peer || return
  says 1 'it sees received packets only (direction in)' mgcap dump -i lo --engine kmod -d out -w /tmp/none && unload
}

dump_is_exact() {
  cable && load && dump v0 --engine kmod -d in && frames=$(scaled 100000 1000) || return
  peer probe send v1 "$frames" 60 && wait_until received_is "$frames" || return
  mgcap show dev v0 --json > /tmp/shown && dump_ends 0 TERM && probe file /tmp/dump.pcapng "$frames" 60 || { cat /tmp/dump; return 1; }
  expect engine "$(dumped engine)" kmod && expect reason "$(dumped stopReason)" user && expect captured "$(dumped statistics.captured)" "$frames" || return
  # What the module counted, the summary, and by that the file, agree.
  expect figures "$(dumped 'statistics | [.received, .filtered, .captured, .dropped.ring, .capturedBytes, .wireBytes] | @csv')" \
    "$(jq -r '.[0] | [.received, .filtered, .captured, .dropped, .captured_bytes, .wire_bytes] | @csv' /tmp/shown)" || return
  dump v0 --engine kmod -d in -s 1000 -c 5000 && peer probe send v1 20000 1514 && dump_ends && expect captured "$(dumped statistics.captured)" 5000 || return
  expect captures "$(mgcap show --json)" '[]' && unload
}

dump_of_several_queues() {
  insmod /modules/stampdev.ko && echo 1 > /proc/sys/net/ipv6/conf/stamp0/disable_ipv6 && ip link set stamp0 up && load || return
  dump stamp0 --engine kmod -d in -f 'not ether proto 0x0806' && probe send stamp0 1000 64 && dump_ends 0 TERM || return
  expect queues "$(dumped 'statistics.queues | map("\(.name)=\(.captured)") | join(" ")')" 'rx0=250 rx1=250 rx2=250 rx3=250' || return
  dump stamp0 --engine kmod -d in -f 'ether proto 0x0806' && probe send stamp0 1000 64 && dump_ends 0 TERM || return
  expect queues "$(dumped 'statistics.queues | map("\(.name)=\(.filtered)") | join(" ")')" 'rx0=250 rx1=250 rx2=250 rx3=250' && summary_adds_up || return
  unload && rmmod stampdev
}

dump_drops_and_filters() {
  cable && addresses && load && ping_from_peer 1 && dump v0 --engine kmod -m drop && not ping_from_peer || return
  mgcap set dev v0 mode mirror && ping_from_peer && mgcap set dev v0 mode drop && not ping_from_peer && dump_ends 0 TERM && ping_from_peer || return
  expect file "$(dumped 'files[0].packets')" "$(dumped statistics.captured)" && summary_adds_up || return
  dump v0 --engine kmod -m drop -f 'ether proto 0x88b5' && peer probe send v1 500 64 && ping_from_peer && dump_ends 0 TERM || return
  expect captured "$(dumped statistics.captured)" 500 && [ "$(dumped statistics.filtered)" -ge 3 ] && summary_adds_up && unload
}

# A program that is killed can't say that the traffic is to go on.
dump_killed_gives_back() {
  cable && addresses && load && ping_from_peer 1 && dump v0 --engine kmod -m drop && not ping_from_peer || return
  kill -KILL $dumper
  wait $dumper
  expect captures "$(mgcap show --json)" '[]' && [ ! -e /dev/mgcap/v0 ] && ping_from_peer || return
  # One that was started to stay does.
  mgcap start dev v0 mode drop && not ping_from_peer && mgcap stop dev v0 && unload
}

dump_counts_overload() {
  cable && load && dump v0 --engine kmod -d in -s 65535 && kill -STOP $dumper && peer probe send v1 5000 64 || return
  expect received "$(shown v0 received)" 5000 && [ "$(shown v0 dropped_full)" -gt 1000 ] && dropped=$(shown v0 dropped_full) || return
  kill -CONT $dumper && wait_until fill_is 0 && dump_ends 0 TERM && summary_adds_up || return
  expect received "$(dumped statistics.received)" 5000 && expect dropped "$(dumped statistics.dropped.ring)" "$dropped" && unload
}

dump_outlives_its_interface() {
  cable && load && dump v0 --engine kmod -d in && peer probe send v1 1000 64 && ip link del v0 && dump_ends 1 || return
  expect reason "$(dumped stopReason)" interface_down && expect captured "$(dumped statistics.captured)" 1000 && ip netns del peer && unload
}

dump_is_stopped_from_outside() {
  cable && load && dump v0 --engine kmod -d in && peer probe send v1 1000 64 && mgcap stop dev v0 && dump_ends || return
  expect reason "$(dumped stopReason)" user && probe file /tmp/dump.pcapng 1000 64 && unload
}

# Records that another reader takes are not in the file, and nobody would count them.
dump_is_not_shared() {
  cable && load && dump v0 --engine kmod -d in && kill -STOP $dumper && peer probe send v1 100 64 || return
  dd if=/dev/mgcap/v0 of=/dev/null bs=128 count=10 2> /dev/null && kill -CONT $dumper && dump_ends 1 || return
  grep -q 'another program has read from the device' /tmp/dump.errors && unload
}

# Raw IP is nothing for XDP, and packet sockets can't drop.
dump_chooses_kmod() {
  ip tuntap add t0 mode tun && ip addr add 10.8.0.1/24 dev t0 && ip link set t0 up && load && dump t0 -m drop && dump_ends 0 TERM || return
  expect engine "$(dumped engine)" kmod && dumped engineReason | grep -q '^auto; xdp: ' || { dumped engineReason; return 1; }
  expect 'link type' "$(hexdump -s $(($(hexdump -s 4 -n 4 -e '1/4 "%d"' /tmp/dump.pcapng) + 8)) -n 2 -e '1/2 "%d"' /tmp/dump.pcapng)" 101 || return
  ip link del t0 && unload
}

# At the driver, from a tracepoint whose programs may read packets from 6.12 on; before that at a packet socket.
dump_by_xdp_sees_what_is_sent() {
  case $(uname -r) in 6.[0-9].* | 6.1[01].*) detail='native, sent packets at a packet socket' ;; *) detail='native, sent packets at the driver' ;; esac
  cable && dump v0 --engine xdp -f 'ether proto 0x88b5' && peer probe send v1 500 64 && probe send v0 300 64 && dump_ends 0 TERM || return
  dumped engineDetail | grep "^$detail" && summary_adds_up || return
  expect queues "$(dumped 'statistics.queues | map("\(.name)=\(.captured)") | join(" ")')" 'rx0=500 tx=300' && ip link del v0 && ip netns del peer
}

# Without type information of the kernel there is none.
dump_by_xdp_says_what_is_missing() {
  cable && says 1 'without type information (CONFIG_DEBUG_INFO_BTF)' mgcap dump v0 --engine xdp -w /tmp/dump.pcapng && ip link del v0 && ip netns del peer
}

scenarios="$scenarios mgcap_session mgcap_says_what_is_wrong dump_is_exact dump_of_several_queues dump_drops_and_filters dump_killed_gives_back
dump_counts_overload dump_outlives_its_interface dump_is_stopped_from_outside dump_is_not_shared dump_chooses_kmod"
if [ -e /sys/kernel/btf/vmlinux ]; then scenarios="$scenarios dump_by_xdp_sees_what_is_sent"; else scenarios="$scenarios dump_by_xdp_says_what_is_missing"; fi
