# shellcheck shell=sh
# The scenarios of hardware time stamps, by the device of stampdev.c: its clock is 37 s ahead, too fast by 20 ppm, and it stamps
# four of five frames while it is told to.

stamp_device() {
  loaded=$(seconds_up)
  insmod /modules/stampdev.ko "$@" && echo 1 > /proc/sys/net/ipv6/conf/stamp0/disable_ipv6 && ip link set stamp0 up
}
seconds_up() { cut -d. -f1 /proc/uptime; }
is_stamping() { expect stamping "$(cat /sys/module/stampdev/parameters/stamping)" "$1"; }
clock_number() { grep -l '^stampdev$' /sys/class/ptp/*/clock_name | sed 's,.*/ptp\([0-9]*\)/.*,\1,'; }
# Several times, so that the clock is measured in between.
send_stamped() { # COUNT TIMES
  times=$2
  while probe send stamp0 "$1" 64 && [ $((times -= 1)) -gt 0 ]; do sleep 1; done
  [ "$times" = 0 ]
}

hwtstamp_is_switched() {
  stamp_device || return
  wanted='"rxFilters":["none","all"],"txTypes":["off"]}'
  expect state "$(mgcap hwtstamp stamp0 --json)" "{\"supported\":true,\"enabled\":false,\"rxFilter\":\"none\",\"txType\":\"off\",\"phcIndex\":$(clock_number),$wanted" || return
  mgcap hwtstamp stamp0 1 | grep -q '^stamp0: hardware time stamps on$' && is_stamping Y || return
  expect 'rx filter' "$(mgcap hwtstamp stamp0 --json | jq -r .rxFilter)" all || return
  ln -s /bin/mgcap /tmp/mgcap_hwtstamp_config
  /tmp/mgcap_hwtstamp_config stamp0 0 | grep -q '^stamp0: hardware time stamps off$' && is_stamping N || return
  says 1 'needs the capability CAP_NET_ADMIN' unshare -U /bin/mgcap hwtstamp stamp0 1 && is_stamping N || return
  says 1 "its device can't stamp every received packet" mgcap hwtstamp lo 1 && rmmod stampdev
}

dump_is_stamped_by_the_device() {
  stamp_device && is_stamped_by_the_device packet && rmmod stampdev
}
dump_by_kmod_is_stamped_by_the_device() {
  stamp_device && load && is_stamped_by_the_device kmod && unload && rmmod stampdev
}
dump_by_xdp_is_stamped_by_the_device() {
  stamp_device && is_stamped_by_the_device xdp && rmmod stampdev
}
is_stamped_by_the_device() { # ENGINE
  dump stamp0 --engine "$1" -d in --hwtstamp -c 1000 && is_stamping Y && send_stamped 250 4 && dump_ends || return
  is_stamping N && probe stamped /tmp/dump.pcapng 1000 1000 | tee /tmp/stamped && grep -q '^stamped=800 unstamped=200$' /tmp/stamped || return
  expect figures "$(dumped '| [.engine, .timestampSource, .statistics.captured, .statistics.softwareStamped, (.statistics.queues | map(.softwareStamped) | add)] | @csv')" \
    "\"$1\",\"hardware\",1000,200,200" || return
  expect clock "$(dumped 'clock | [.device, .looksLikeTai, .taiOffsetSeconds, .steps, .error, .measurements >= 4] | @csv')" \
    "\"ptp$(clock_number)\",true,37,0,,true" || return
  # What it was set to, and what it has drifted since it was loaded.
  expect offset "$(dumped "clock | .offsetNanoseconds - 37000000000 | . > -100000 and . < $((($(seconds_up) - loaded + 1) * 20000 + 100000))")" true || {
    dumped clock; return 1; }
  expect drift "$(dumped 'clock | .driftPartsPerBillion | . > 15000 and . < 25000')" true || { dumped clock; return 1; }
  # An interface for each of the four queues says so at its beginning and at its end; packet and kmod have one for packets of no known queue.
  expect comments "$(grep -aoE "hardware time stamps, clock ptp$(clock_number) (36\.9999|37\.0)" /tmp/dump.pcapng | wc -l)" "$([ "$1" = xdp ] && echo 8 || echo 10)"
}

dump_stamps_what_was_sent_itself() {
  stamp_device && dump stamp0 --engine packet --hwtstamp -c 200 && probe send stamp0 100 64 && dump_ends || return
  expect queues "$(dumped 'statistics | [.captured, .softwareStamped, (.queues[] | select(.name == "tx") | .softwareStamped)] | @csv')" 200,120,100 || return
  # People are told, too.
  mgcap dump stamp0 --engine packet --hwtstamp -a seconds:1 -w /tmp/dump.pcapng 2> /tmp/said
  grep -q '^Packets stamped by the device/by the kernel: 0/0$' /tmp/said || { cat /tmp/said; return 1; }
  grep -q "^Time stamps: clock ptp$(clock_number) 37\.0.* as TAI is, drifting by .* corrected to UTC$" /tmp/said && rmmod stampdev || { cat /tmp/said; return 1; }
}

dump_leaves_stamping_as_it_was() {
  stamp_device stamping=1 && dump stamp0 --engine packet --hwtstamp && dump_ends 0 TERM && is_stamping Y || return
  # Who switches it off meanwhile has a reason to.
  dump stamp0 --engine packet -d in --hwtstamp && mgcap hwtstamp stamp0 0 > /dev/null && probe send stamp0 10 64 && dump_ends 0 TERM && is_stamping N || return
  expect softwareStamped "$(dumped statistics.softwareStamped)" 10 && rmmod stampdev
}

# Both clocks are set, one after the other. Nothing tells from outside when it has been seen; it is looked for every second.
dump_follows_clocks_that_are_set() {
  stamp_device && dump stamp0 --engine packet -d in --hwtstamp -c 300 && send_stamped 50 2 || return
  echo 0 > /sys/module/stampdev/parameters/ahead && sleep 3 && send_stamped 50 2 || return
  date -s "@$(($(date +%s) + 3600))" > /dev/null && sleep 3 && send_stamped 50 2 && dump_ends || return
  probe stamped /tmp/dump.pcapng 300 1000 set && expect steps "$(dumped clock.steps)" 2 && expect TAI "$(dumped clock.looksLikeTai)" false && rmmod stampdev
}

scenarios="$scenarios hwtstamp_is_switched dump_is_stamped_by_the_device dump_by_kmod_is_stamped_by_the_device dump_stamps_what_was_sent_itself
dump_leaves_stamping_as_it_was dump_follows_clocks_that_are_set"
# Before 6.7 a kernel does not say which drivers tell XDP programs their stamps.
[ ! -e /sys/kernel/btf/vmlinux ] || case $(uname -r) in 6.[1-6].*) ;; *) scenarios="$scenarios dump_by_xdp_is_stamped_by_the_device" ;; esac
