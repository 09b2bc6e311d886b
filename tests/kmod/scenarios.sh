# shellcheck shell=sh
# The scenarios, run by guest.sh in the kernel under test, in the order of the list at the end. A scenario fails with the
# first command that fails. Each begins without the module and ends with it unloaded, which fails if anything holds it.

# Debian's static busybox would take its own ip, which knows neither namespaces nor veth.
ip() { /bin/ip "$@"; }

load() { insmod /modules/mgcap.ko "$@"; }
unload() { rmmod mgcap; }

# Two ends of a cable: v0 here, v1 in the namespace "peer". Quiet: what is on it is what a test sends.
cable() {
  ip netns add peer && ip link add v0 type veth peer name v1 || return
  echo 1 > /proc/sys/net/ipv6/conf/v0/disable_ipv6 && peer sh -c 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6' || return
  ip link set v1 netns peer && ip link set v0 up && ip -n peer link set v1 up
}
cut_cable() {
  if [ -e /sys/class/net/v0 ]; then ip link del v0; fi
  if [ -e /run/netns/peer ]; then ip netns del peer; fi
}
addresses() { ip addr add 10.9.0.1/24 dev v0 && ip -n peer addr add 10.9.0.2/24 dev v1; }
peer() { ip netns exec peer "$@"; }
ping_from_peer() { peer ping -q -c "${1:-3}" -i 0.2 -W 1 10.9.0.1 > /dev/null; }
count() { probe control get v0 | tr ' ' '\n' | sed -n "s/^$1=//p"; }
expect() { # WHAT IS WANTED
  [ "$2" = "$3" ] || { echo "expected $1 $3, not $2"; return 1; }
}
# By one look at all counters, since more may come meanwhile; a packet that is just being received counts as nothing else yet.
expect_sum() { wait_until sum_agrees || { probe control get v0; return 1; }; }
sum_agrees() {
  probe control get v0 | tr ' ' '\n' | awk -F= '{ value[$1] = $2 }
    END { exit !value["received"] || value["received"] != value["filtered"] + value["captured"] + value["dropped"] }'
}
wait_until() { # COMMAND…
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || { echo "waited for what did not come: $*"; return 1; }
    usleep 50000
  done
}
not() { ! "$@"; }
# The kernel makes DIVISOR on its command line a variable of ours.
scaled() { # COUNT AT-LEAST
  scaled=$(($1 / ${DIVISOR:-1}))
  echo $((scaled > $2 ? scaled : $2))
}

original_session() {
  load ifname=lo && dmesg | grep -q 'mgcap: version' || return
  ping -q -c 2 127.0.0.1 > /dev/null || return
  # Two pings are four packets on lo: one record each, in slots of 128 bytes, with the length on the wire first.
  dd if=/dev/mgcap/lo of=/tmp/records bs=128 count=4 2> /dev/null || return
  expect bytes "$(wc -c < /tmp/records)" 512 || return
  expect length "$(hexdump -n 2 -e '1/2 "%d"' /tmp/records)" 98 || return
  expect stamp "$(hexdump -s 2 -n 8 -e '8/1 "%d"' /tmp/records)" 00000000 || return
  expect EtherType "$(hexdump -s 22 -n 2 -e '2/1 "%02x"' /tmp/records)" 0800 || return
  unload && [ ! -e /dev/mgcap/lo ]
}

unknown_interface() {
  not load ifname=nothing 2> /dev/null || return
  dmesg | tail -n 3 | grep -q 'ifname=nothing: mgcap: no interface has that name' && [ ! -e /sys/module/mgcap ]
}

start_and_stop() {
  load && probe control start lo && [ -c /dev/mgcap/lo ] || return
  not probe control start lo > /tmp/again && grep -q 'already runs' /tmp/again || return
  probe control stop lo && [ ! -e /dev/mgcap/lo ] || return
  not probe control stop lo > /tmp/again && grep -q 'no capture runs' /tmp/again || return
  probe control start lo snaplen=200 slots=128 mode=drop || return
  probe control dump > /tmp/dump || return
  grep -q '^device=1 name=lo mode=1 snaplen=200 slots=128 slot_size=256 ' /tmp/dump || { cat /tmp/dump; return 1; }
  expect rings "$(probe control rings lo | wc -l)" "$(ls -d /sys/devices/system/cpu/cpu[0-9]* | wc -l)" || return
  probe control stop lo && expect captures "$(probe control dump | wc -l)" 0 && unload
}

requests_refused() { load && probe refused lo && unload; }

devices_refuse() { cable && load ifname=v0 && probe device /dev/mgcap/v0 && unload; }

mirror_and_drop() {
  cable && addresses && load ifname=v0 || return
  ping_from_peer || return
  probe control set v0 mode=drop && not ping_from_peer || return
  before=$(count received)
  probe control set v0 mode=mirror && ping_from_peer && [ "$(count received)" -gt "$before" ] && expect_sum && unload
}

filter_passes_the_rest() {
  cable && addresses && load && probe control start v0 mode=drop filter=88b5 || return
  ping_from_peer && expect captured "$(count captured)" 0 || return
  peer probe send v1 100 64 && expect captured "$(count captured)" 100 && [ "$(count filtered)" -gt 0 ] || return
  probe control filter v0 filter=88b6 && peer probe send v1 100 64 && expect captured "$(count captured)" 100 || return
  probe control filter v0 filter=none && not ping_from_peer && expect_sum && unload
}

exact() { # COUNT LENGTH read|mmap READERS [SETTING… tagged]
  frames=$(scaled "$1" 200) length=$2 how=$3 readers=$4 tagged=
  shift 4
  slots=slots=131072 settings=
  for setting in "$@"; do
    case $setting in
      tagged) tagged=tagged ;;
      slots=*) slots=$setting ;;
      *) settings="$settings $setting" ;;
    esac
  done
  # shellcheck disable=SC2086 # Several settings.
  probe control start v0 $slots $settings || return
  # shellcheck disable=SC2086 # Or none.
  peer probe send v1 "$frames" "$length" $tagged &
  probe read /dev/mgcap/v0 "$frames" "$length" "$how" "$readers" || return
  wait
  expect captured "$(count captured)" "$frames" && expect 'bytes on the wire' "$(count wire_bytes)" $((frames * length)) || return
  expect dropped "$(count dropped)" 0 && probe control stop v0
}
exact_by_read() {
  cable && ip link set v0 mtu 9000 && ip -n peer link set v1 mtu 9000 && load || return
  exact 100000 60 read 1 && exact 20000 105 read 1 && exact 20000 1514 read 1 && exact 5000 9000 read 1 snaplen=2000 slots=8192 && unload
}
exact_by_mmap() {
  cable && load || return
  exact 100000 60 mmap 1 && exact 20000 97 mmap 1 && exact 20000 1514 mmap 1 snaplen=262 && exact 20000 33 mmap 1 snaplen=22 && unload
}
exact_by_several_readers() { cable && load && exact 100000 64 read 3 && unload; }
tags_put_back() { cable && load && exact 20000 100 read 1 tagged && exact 20000 100 mmap 1 snaplen=27 tagged && unload; }

overload_adds_up() {
  cable && load && probe control start v0 slots=64 || return
  peer probe send v1 5000 64 || return
  expect received "$(count received)" 5000 && expect_sum && expect fill "$(count fill)" "$(count captured)" || return
  [ "$(count captured)" -ge 64 ] && [ "$(count captured)" -le 128 ] || return
  # What was in the rings first is still there: nothing was overwritten.
  captured=$(count captured)
  probe drain /dev/mgcap/v0 > /tmp/drained & reader=$!
  wait_until fill_is 0 && probe control stop v0 && wait $reader && expect drained "$(cat /tmp/drained)" "$captured" && unload
}
fill_is() { [ "$(count fill)" = "$1" ]; }

end_of_file_on_stop() {
  cable && load ifname=v0 || return
  probe drain /dev/mgcap/v0 > /tmp/drained & reader=$!
  peer probe send v1 1000 64 && wait_until fill_is 0 && probe control stop v0 && wait $reader || return
  expect records "$(cat /tmp/drained)" 1000 && unload
}

end_of_file_on_deletion() {
  cable && load ifname=v0 || return
  probe drain /dev/mgcap/v0 > /tmp/drained & reader=$!
  peer probe send v1 10 64 && wait_until fill_is 0 && ip link del v0 && wait $reader || return
  expect records "$(cat /tmp/drained)" 10 && [ ! -e /dev/mgcap/v0 ] && unload
}

rename_keeps_readers() {
  cable && load ifname=v0 || return
  probe drain /dev/mgcap/v0 > /tmp/drained & reader=$!
  ip link set v0 down && ip link set v0 name 'o!d.~#' && ip link set 'o!d.~#' up || return
  [ -c '/dev/mgcap/o!d.~#' ] && [ ! -e /dev/mgcap/v0 ] || return
  wait_until carrier && peer probe send v1 10 64 && probe control get 'o!d.~#' | grep -q 'captured=10 ' || return
  ip link del 'o!d.~#' && wait $reader && expect records "$(cat /tmp/drained)" 10 && unload
}
carrier() { peer cat /sys/class/net/v1/carrier 2> /dev/null | grep -q 1 || ip -n peer link show v1 | grep -q LOWER_UP; }

# Its read returned 0 on a silent device; one that blocks is restarted after the signal, and the reader never looks at its flag.
original_reader_is_interrupted() {
  cable && load ifname=v0 nonblocking_reads=1 && probe device /dev/mgcap/v0 || return
  probe original /dev/mgcap/v0 > /tmp/original & reader=$!
  peer probe send v1 10 64 && wait_until fill_is 0 && kill -INT $reader && ended $reader && expect records "$(cat /tmp/original)" 10 || return
  # Without the parameter it sleeps on, and needs one more packet.
  echo 0 > /sys/module/mgcap/parameters/nonblocking_reads && expect parameter "$(cat /sys/module/mgcap/parameters/nonblocking_reads)" N || return
  probe original /dev/mgcap/v0 > /tmp/original & reader=$!
  wait_until asleep $reader && kill -INT $reader && wait_until asleep $reader && peer probe send v1 1 64 && ended $reader || return
  expect records "$(cat /tmp/original)" 1 || return
  # Setting it wakes readers that sleep already.
  probe original /dev/mgcap/v0 > /tmp/original & reader=$!
  wait_until asleep $reader && echo 1 > /sys/module/mgcap/parameters/nonblocking_reads && kill -INT $reader && ended $reader || return
  expect records "$(cat /tmp/original)" 0 && unload
}
# Waits for it, but not for ever.
ended() { wait_until not [ -d "/proc/$1" ] && wait "$1"; }
asleep() { grep -q '^State:.S' "/proc/$1/status" && grep -q mgcap "/proc/$1/wchan"; }

namespace_ends_capture() {
  cable && load ifname=v0 || return
  probe drain /dev/mgcap/v0 > /tmp/drained & reader=$!
  wait_until used && ip link set v0 netns peer && wait $reader && [ ! -e /dev/mgcap/v0 ] && unload
}
used() { [ "$(cat /sys/module/mgcap/refcnt)" != 0 ]; }

open_keeps_module() {
  cable && load ifname=v0 || return
  exec 7< /dev/mgcap/v0
  not unload 2> /tmp/refused && grep -qi 'in use\|unavailable\|busy' /tmp/refused || { cat /tmp/refused; return 1; }
  peer probe send v1 10 64 && expect captured "$(count captured)" 10 || return
  exec 7<&-
  unload
}

events_are_told() {
  cable && load || return
  listen 4 && probe control start v0 && probe control set v0 mode=drop && probe control filter v0 filter=none || return
  probe control stop v0 && wait $listener || { cat /tmp/events; return 1; }
  expect events "$(sed -n 's/^event=\([0-9]*\) .*/\1/p' /tmp/events | tr '\n' ' ')" '1 3 4 2 ' && unload
}
# Starts to listen in the background, and waits until an event would be heard; an earlier listener has said the same.
listen() { # EVENTS
  rm -f /tmp/events
  probe control events "$1" > /tmp/events & listener=$!
  wait_until grep -qs listening /tmp/events
}

# Who may not ask for a capture may not listen to its events: not in a user namespace, and not by having joined the group's number
# before the module was there.
events_need_the_capability() {
  cable || return
  probe unprivileged eavesdrop > /tmp/heard & eavesdropper=$!
  wait_until grep -qs listening /tmp/heard && load || return
  for who in 'probe unprivileged' 'unshare -U /bin/probe' 'unshare -U -r /bin/probe'; do
    # shellcheck disable=SC2086 # Several words.
    not $who control events 1 > /tmp/refused && grep -q "can't join the group: Operation not permitted" /tmp/refused || { echo "$who:"; cat /tmp/refused; return 1; }
  done
  listen 2 && probe control start v0 && probe control stop v0 && wait $listener || { cat /tmp/events; return 1; }
  kill -INT $eavesdropper && wait $eavesdropper && expect 'heard without the capability' "$(sed -n 's/^heard //p' /tmp/heard)" 0 && unload
}

overflow_is_told() {
  cable && load || return
  listen 3 && probe control start v0 slots=64 && peer probe send v1 "$(scaled 1000 300)" 64 || return
  wait_until told_of 6 && probe control stop v0 && wait $listener || { cat /tmp/events; return 1; }
  # Hundreds of drops in less than a second, and one event.
  expect events "$(sed -n 's/^event=\([0-9]*\) .*/\1/p' /tmp/events | tr '\n' ' ')" '1 6 2 ' && unload
}
told_of() { grep -q "^event=$1 " /tmp/events; }

mode_switched_under_load() {
  cable && load && probe control start v0 slots=262144 || return
  frames=$(scaled 200000 2000)
  peer probe send v1 "$frames" 64 & sender=$!
  probe control switch v0 "$(scaled 1000 10)" || return
  # All of them while frames came.
  [ -d /proc/$sender ] && wait $sender || { echo 'the frames had ended before'; return 1; }
  expect captured "$(count captured)" "$frames" && expect dropped "$(count dropped)" 0 && expect mode "$(count mode)" 2 || return
  probe read /dev/mgcap/v0 "$frames" 64 read && unload
}

loads_and_unloads() {
  cable || return
  i=0 rounds=$(scaled 200 20)
  while [ $i -lt "$rounds" ]; do
    load ifname=v0 && peer probe send v1 5 64 && unload || return
    i=$((i + 1))
  done
}

bridge_port() {
  cable && ip link add br0 type bridge && ip link set v0 master br0 && ip link set br0 up || return
  load ifname=v0 && probe control start br0 && wait_until forwarding || return
  peer probe send v1 100 64 && expect 'captured at the port' "$(count captured)" 100 || return
  probe control get br0 | grep -q ' captured=100 ' || { probe control get br0; return 1; }
  unload && ip link del br0
}
forwarding() { [ "$(cat /sys/class/net/v0/brport/state)" = 3 ]; }

# Bond and macvlan take the one rx_handler that a device has.
bond_port() {
  cable && ip link add bond0 type bond mode active-backup miimon 10 && ip link set v0 down && ip link set v0 master bond0 || return
  ip link set bond0 up && load ifname=v0 && probe control start bond0 && wait_until bonded || return
  peer probe send v1 100 64 && [ "$(count captured)" -ge 100 ] || return
  [ "$(probe control get bond0 | tr ' ' '\n' | sed -n 's/^captured=//p')" -ge 100 ] || { probe control get bond0; return 1; }
  unload && ip link del bond0
}
bonded() { grep -q v0 /sys/class/net/bond0/bonding/active_slave; }

below_macvlan() {
  cable && ip link add link v0 name m0 type macvlan mode bridge && ip link set m0 up && load ifname=v0 && probe control start m0 || return
  peer probe send v1 100 64 && [ "$(count captured)" -ge 100 ] || return
  [ "$(probe control get m0 | tr ' ' '\n' | sed -n 's/^captured=//p')" -ge 100 ] || { probe control get m0; return 1; }
  unload && ip link del m0
}

vlan_interface() {
  cable && ip link add link v0 name v0.291 type vlan id 291 && ip link set v0.291 up && load ifname=v0.291 || return
  peer probe send v1 100 64 tagged && probe control get v0.291 | grep -q ' captured=100 .*wire_bytes=6000' || {
    probe control get v0.291; return 1; }
  unload && ip link del v0.291
}

tun_without_mac() {
  ip tuntap add t0 mode tun && ip addr add 10.8.0.1/24 dev t0 && ip link set t0 up && load ifname=t0 || return
  probe tun t0 /dev/mgcap/t0 && unload && ip link del t0
}

hardware_stamps() {
  insmod /modules/stampdev.ko stamping=1 && echo 1 > /proc/sys/net/ipv6/conf/stamp0/disable_ipv6 && ip link set stamp0 up || return
  load ifname=stamp0 && probe send stamp0 1000 64 && probe stamps /dev/mgcap/stamp0 1000 && unload && rmmod stampdev
}

# One line a queue: NUMBER RECEIVED FILTERED CAPTURED DROPPED_FULL DROPPED_UNREADABLE CAPTURED_BYTES WIRE_BYTES, the unknown one last.
queues_are() { # IF LINE…
  probe control queues "$1" | sed 's/.*queue=4294967295 /queue=unknown /; s/.*\(queue=\)/\1/; s/dropped=[0-9]* //; s/[a-z_]*=//g; s/ $//' > /tmp/queues
  shift
  printf '%s\n' "$@" | cmp -s - /tmp/queues || { echo 'expected' "$@" 'not'; cat /tmp/queues; return 1; }
}
summed() { probe control "$1" "$2" | tr ' ' '\n' | awk -F= -v name="$3" '$1 == name { sum += $2 } END { print sum + 0 }'; }
sums_agree() { # IF
  for counter in received filtered captured dropped dropped_full dropped_unreadable captured_bytes wire_bytes; do
    expect "$counter of the queues" "$(summed queues "$1" $counter)" "$(summed get "$1" $counter)" &&
      expect "$counter of the rings" "$(summed rings "$1" $counter)" "$(summed get "$1" $counter)" || return
  done
}
queues_counted() {
  insmod /modules/stampdev.ko && echo 1 > /proc/sys/net/ipv6/conf/stamp0/disable_ipv6 && ip link set stamp0 up && load || return
  # Queue n % 4, and a filter that leaves all out.
  probe control start stamp0 && probe send stamp0 1000 64 && probe control filter stamp0 filter=0806 && probe send stamp0 400 64 || return
  q='350 100 250 0 0 16000 16000'
  queues_are stamp0 "0 $q" "1 $q" "2 $q" "3 $q" 'unknown 0 0 0 0 0 0 0' && sums_agree stamp0 && probe control stop stamp0 || return
  # Every tenth frame is torn: those of the odd queues in turn.
  echo 10 > /sys/module/stampdev/parameters/torn && probe control start stamp0 && probe send stamp0 1000 64 || return
  even='250 0 250 0 0 16000 16000' odd='250 0 200 0 50 12800 12800'
  queues_are stamp0 "0 $even" "1 $odd" "2 $even" "3 $odd" 'unknown 0 0 0 0 0 0 0' && sums_agree stamp0 || return
  expect dropped "$(summed get stamp0 dropped)" 100 && probe control stop stamp0 || return
  # The rings are full after 64 or 128 packets, depending on the processors that these came to.
  echo 0 > /sys/module/stampdev/parameters/torn && probe control start stamp0 slots=64 && probe send stamp0 1000 64 || return
  expect 'received by queues' "$(probe control queues stamp0 | sed -n 's/.* received=\([0-9]*\) .*/\1/p' | tr '\n' ' ')" '250 250 250 250 0 ' || return
  expect 'dropped, the ring being full' "$(summed queues stamp0 dropped_full)" $((1000 - $(summed get stamp0 captured))) || return
  expect 'dropped unreadable' "$(summed queues stamp0 dropped_unreadable)" 0 && sums_agree stamp0 && probe control stop stamp0 || return
  # An interface above has fewer queues than the device has numbers for; lo tells none.
  ip link add link stamp0 name stamp0.291 type vlan id 291 && ip link set stamp0.291 up && probe control start stamp0.291 || return
  probe send stamp0 1000 64 tagged && queues_are stamp0.291 '0 250 0 250 0 0 15000 15000' 'unknown 750 0 750 0 0 45000 45000' || return
  probe control start lo && ping -q -c 2 127.0.0.1 > /dev/null && queues_are lo '0 0 0 0 0 0 0 0' 'unknown 4 0 4 0 0 384 392' || return
  # Without an interface all are told, 2 queues of each.
  expect queues "$(probe control queues | wc -l)" 4 && unload && ip link del stamp0.291 && rmmod stampdev
}

merged_packets() {
  cable && addresses && load ifname=v0 || return
  before=$(cat /sys/class/net/v0/statistics/rx_bytes)
  probe merged /dev/mgcap/v0 & reader=$!
  # Busybox's nc ends with its input, so that it gets one without an end.
  sleep 60 | nc -l -p 5000 > /dev/null & server=$!
  usleep 300000
  dd if=/dev/zero bs=1M count=8 2> /dev/null | timeout 20 /bin/ip netns exec peer nc 10.9.0.1 5000 & sender=$!
  wait $reader || return
  kill $server
  wait $sender
  # The device counts what the kernel makes of it, with Ethernet headers.
  expect 'bytes on the wire' "$(count wire_bytes)" $(($(cat /sys/class/net/v0/statistics/rx_bytes) - before)) && unload
}

# ip is the one that kmod/iproute2 builds, in every scenario.
ip_session() {
  load && ip mgcap start dev lo && [ -c /dev/mgcap/lo ] && ping -q -c 2 127.0.0.1 > /dev/null || return
  dd if=/dev/mgcap/lo of=/tmp/records bs=128 count=4 2> /dev/null && expect bytes "$(wc -c < /tmp/records)" 512 || return
  ip mgcap set dev lo mode drop && not ping -q -c 1 -W 1 127.0.0.1 > /dev/null && probe control get lo | grep -q 'mode=1 ' || return
  ip mgcap set dev lo mode mirror && ping -q -c 1 127.0.0.1 > /dev/null && ip mgcap stop dev lo && [ ! -e /dev/mgcap/lo ] || return
  ip mgcap start dev lo mode drop snaplen 200 slots 128 || return
  expect settings "$(ip mgcap show dev lo | head -n 1)" '1: lo: mode drop snaplen 200 slots 128 slot_size 256 rings 2 filter_length 0 fill 0' || return
  echo 'mgcap stop dev lo' | ip -batch - && expect captures "$(ip -j mgcap show | jq length)" 0 && unload
}

# NAME=VALUE of the probe beside the fields of ip, which say the same by names of their own.
agrees_with_ip() { # IF
  probe control get "$1" | tr ' ' '\n' | sed 's/^device=/ifindex=/; s/^name=/ifname=/; s/^filter=/filter_length=/; s/^mode=1/mode=drop/; s/^mode=2/mode=mirror/; /^$/d' | sort > /tmp/wanted
  ip -j mgcap show dev "$1" | jq -r '.[0] | to_entries[] | "\(.key)=\(.value)"' | grep -v '^filter_length=0' | sort > /tmp/got
  [ -s /tmp/wanted ] && cmp -s /tmp/wanted /tmp/got || { cat /tmp/wanted; echo 'but ip says'; cat /tmp/got; return 1; }
  for part in rings queues; do
    probe control $part "$1" | sed 's/.*\(ring\|queue\)=/\1=/; s/queue=4294967295/queue=null/; s/ $//' > /tmp/wanted
    field=$part
    [ $part = queues ] || field=rings_stats
    ip -s -j mgcap show | jq -r ".[] | select(.ifname == \"$1\") | .$field[] | to_entries | map(\"\\(.key)=\\(.value)\") | join(\" \")" > /tmp/got
    [ -s /tmp/wanted ] && cmp -s /tmp/wanted /tmp/got || { cat /tmp/wanted; echo 'but ip says'; cat /tmp/got; return 1; }
  done
}
ip_shows_the_figures() {
  insmod /modules/stampdev.ko torn=10 && echo 1 > /proc/sys/net/ipv6/conf/stamp0/disable_ipv6 && ip link set stamp0 up && cable && load || return
  ip mgcap start dev stamp0 slots 256 && ip mgcap start dev v0 && ip mgcap start dev lo mode drop && agrees_with_ip stamp0 || return
  probe send stamp0 2000 64 && probe control filter stamp0 filter=0806 && probe send stamp0 400 64 && peer probe send v1 100 64 || return
  expect captures "$(ip -j mgcap show | jq -c 'map(.ifname)')" '["stamp0","v0","lo"]' && expect captured "$(ip -j mgcap show dev v0 | jq '.[0].captured')" 100 || return
  expect 'the sum' "$(ip -j mgcap show dev stamp0 | jq -c '.[0] | [.received, .filtered, .captured + .dropped, .dropped == .dropped_full + .dropped_unreadable, .filter_length > 0]')" '[2400,400,2000,true,true]' || return
  [ "$(ip -j mgcap show dev stamp0 | jq '.[0] | [.dropped_full, .dropped_unreadable] | min')" -gt 0 ] && agrees_with_ip stamp0 && agrees_with_ip v0 || return
  # Text says the same, in the same order.
  ip -s mgcap show dev stamp0 > /tmp/text && expect lines "$(wc -l < /tmp/text)" 9 && expect 'line of -o' "$(ip -o mgcap show | wc -l)" 3 || { cat /tmp/text; return 1; }
  expect 'numbers of the text' "$(sed '1d; s/queue unknown/queue null/' /tmp/text | tr -d ':\n' | tr -s ' ')" \
    "$(ip -s -j mgcap show dev stamp0 | jq -j '.[0] | (del(.ifindex, .ifname, .mode, .snaplen, .slots, .slot_size, .rings, .filter_length, .fill, .rings_stats, .queues) | to_entries[] | " \(.key) \(.value)"), (.rings_stats[], .queues[] | to_entries[] | " \(.key) \(.value)")')" || return
  unload && rmmod stampdev
}

ip_refused() { # CODE TEXT COMMAND…
  code=$1 text=$2
  shift 2
  "$@" > /tmp/refused 2>&1
  expect "code of $*" $? "$code" && grep -qF "$text" /tmp/refused || { cat /tmp/refused; return 1; }
}
ip_says_what_is_wrong() {
  ip_refused 1 'module mgcap is not loaded' ip mgcap show && ip_refused 1 'module mgcap is not loaded' ip mgcap start dev lo && load || return
  ip_refused 255 'usage:  ip mgcap { start | stop } [ dev DEVICE ]' ip mgcap && ip_refused 255 'mode { mirror | drop } }' ip mgcap help || return
  ip_refused 1 'Cannot find device "nothing"' ip mgcap start dev nothing && ip_refused 1 'Cannot find device "nothing"' ip mgcap show dev nothing || return
  for command in 'stop dev lo' 'set dev lo mode drop' 'show dev lo'; do
    # shellcheck disable=SC2086 # Several words.
    ip_refused 2 'Error: mgcap: no capture runs on the interface.' ip mgcap $command || return
  done
  ip mgcap start dev lo && ip_refused 2 'Error: mgcap: a capture already runs on the interface.' ip mgcap start dev lo && ip mgcap stop dev lo || return
  ip_refused 255 '"both" is wrong: the mode is "mirror" or "drop"' ip mgcap set dev lo mode both && ip_refused 255 'argument "mode" is required' ip mgcap set dev lo || return
  ip_refused 255 'argument "dev" is required' ip mgcap stop && ip_refused 255 '"13" is wrong: a number from 14 to 262144' ip mgcap start dev lo snaplen 13 || return
  ip_refused 2 'mgcap: the number of slots is not a power of two' ip mgcap start dev lo slots 100 && ip_refused 255 'duplicate "slots"' ip mgcap start dev lo slots 64 slots 64 || return
  ip_refused 255 'Command "dump" is unknown' ip mgcap dump && ip_refused 255 '"filter" is wrong: unknown' ip mgcap start dev lo filter tcp || return
  ip netns add peer && ip_refused 1 'not the initial network namespace' ip -n peer mgcap show && ip netns del peer || return
  ip_refused 2 'Operation not permitted' unshare -U /bin/ip mgcap start dev lo && [ ! -e /dev/mgcap/lo ] && unload
}

# The capture on lo is there so that the first and the last hook on a kernel are not ours: for those the kernel rewrites its own receive
# path, and QEMU's emulation sometimes runs what it has translated before, an int3 that is no longer there ("Oops: int3").
start_and_stop_under_load() {
  cable && load ifname=lo || return
  peer probe send v1 "$(scaled 200000 10000)" 64 & sender=$!
  rounds=0
  while [ -d /proc/$sender ]; do
    probe control start v0 slots=64 || return
    probe drain /dev/mgcap/v0 > /dev/null & reader=$!
    probe control filter v0 filter=88b5 && probe control switch v0 3 && probe control filter v0 filter=none || return
    probe control stop v0 || return
    # The device may have gone before the reader opened it, but nobody may wait for ever.
    wait $reader
    rounds=$((rounds + 1))
  done
  wait $sender && [ $rounds -ge "$(scaled 10 2)" ] && unload
}

# The kernel makes FUZZ_SECONDS on its command line a variable of ours.
fuzzed() {
  cable && load ifname=lo || return
  peer probe send v1 1000000000 64 &
  probe fuzz v0 "${FUZZ_SECONDS:-10}" & one=$!
  probe fuzz v0 "${FUZZ_SECONDS:-10}" && wait $one || return
  killall probe
  # Whatever state that left, a capture can be had in order.
  probe control stop v0 > /dev/null
  probe control start v0 && wait_until silent && before=$(count captured) && peer probe send v1 100 64 || return
  expect captured "$(count captured)" $((before + 100)) && expect_sum && unload
}
silent() { before=$(count received) && usleep 100000 && [ "$(count received)" = "$before" ]; }

scenarios='original_session unknown_interface start_and_stop requests_refused devices_refuse mirror_and_drop
filter_passes_the_rest exact_by_read exact_by_mmap exact_by_several_readers tags_put_back overload_adds_up end_of_file_on_stop
end_of_file_on_deletion rename_keeps_readers original_reader_is_interrupted namespace_ends_capture open_keeps_module events_are_told events_need_the_capability overflow_is_told mode_switched_under_load
loads_and_unloads bridge_port bond_port below_macvlan vlan_interface tun_without_mac hardware_stamps queues_counted
ip_session ip_shows_the_figures ip_says_what_is_wrong
merged_packets start_and_stop_under_load fuzzed'
