# shellcheck shell=sh
# The scenarios of the console, as its users run it, in a guest that was given it (run.sh): what it says of a capture is what the
# module, both command lines and the file say.

api=http://127.0.0.1:5080/api
# Prints what a request that succeeds is answered by.
request() { # METHOD PATH [BODY]
  curl -sS --fail-with-body -X "$1" ${3:+-H 'Content-Type: application/json' -d "$3"} "$api/$2"
}

# An emulated processor takes its time to start it, and is not to be kept busy by asking.
open_console() {
  mkdir -p /tmp/data
  rm -f /tmp/console.log
  /console/MgCap.Web --MgCap:DataDirectory=/tmp/data --MgCap:Retention:MinFreeBytes=0 > /tmp/console.log 2>&1 & console=$!
  tries=0
  until grep -qs 'Application started' /tmp/console.log; do
    tries=$((tries + 1))
    [ -d /proc/$console ] && [ $tries -lt 1200 ] || { cat /tmp/console.log; return 1; }
    usleep 500000
  done
}
close_console() {
  kill -TERM $console
  wait $console
  expect 'code of the console' $? 0 && rm -r /tmp/data
}

# Prints the capture's id.
capture() { # BODY
  request POST captures "$1" > /tmp/answer && jq -r .id /tmp/answer || { cat /tmp/answer; return 1; }
}
figures='[.received, .filtered, .captured, .dropped.ring, .capturedBytes, .wireBytes] | @csv'
module_figures='.[0] | [.received, .filtered, .captured, .dropped, .captured_bytes, .wire_bytes] | @csv'
console_figures() { request GET "captures/$1" | jq -r ".statistics | $figures"; }
console_says() { [ "$(console_figures "$1")" = "$2" ]; }

console_agrees() {
  cable && load && open_console || return
  id=$(capture '{"interface":"v0","engine":"kmod","direction":"in","snaplen":65535,"filter":"ether[14] & 1 = 0"}') || { echo "$id"; return 1; }
  # Every other frame is left out; while the console is stopped, its rings run full.
  peer probe send v1 4000 200 && wait_until fill_is 0 && kill -STOP $console && peer probe send v1 5000 64 && kill -CONT $console && wait_until fill_is 0 || return
  figures_of_module=$(mgcap show dev v0 --json | jq -r "$module_figures") && expect 'figures of ip' "$(ip -j mgcap show dev v0 | jq -r "$module_figures")" "$figures_of_module" || return
  wait_until console_says "$id" "$figures_of_module" || { console_figures "$id"; echo "$figures_of_module"; return 1; }
  IFS=, read -r received filtered captured dropped _ <<EOF
$figures_of_module
EOF
  expect 'received, filtered' "$received, $filtered" '9000, 4500' && expect 'captured and dropped' $((captured + dropped)) 4500 && [ "$dropped" -gt 1000 ] || return
  request POST "captures/$id/stop" > /tmp/answer && expect 'figures when it was stopped' "$(jq -r ".statistics | $figures" /tmp/answer)" "$figures_of_module" || return
  expect 'lost by the writer' "$(jq .statistics.dropped.writer /tmp/answer)" 0 && request GET "captures/$id/pcapng" > /tmp/file.pcapng || return
  expect statistics "$(probe statistics /tmp/file.pcapng)" "received=9000 accepted=4500 dropped=$dropped delivered=$captured packets=$captured" || return
  close_console && unload
}

stamping_is() { # true|false Y|N
  expect 'stamping, by the console' "$(request GET interfaces/stamp0/hwtstamp | jq .enabled)" "$1" && is_stamping "$2"
}
console_switches_stamping() {
  stamp_device && load && open_console && stamping_is false N || return
  expect answer "$(request PUT interfaces/stamp0/hwtstamp '{"enabled":true}' | jq -c '[.supported, .enabled, .rxFilter]')" '[true,true,"all"]' && stamping_is true Y || return
  expect answer "$(request PUT interfaces/stamp0/hwtstamp '{"enabled":false}' | jq .enabled)" false && stamping_is false N || return
  # A capture switches it on for as long as it runs.
  id=$(capture '{"interface":"stamp0","engine":"kmod","direction":"in","hwtstamp":true}') && stamping_is true Y || { echo "$id"; return 1; }
  expect refusal "$(request PUT interfaces/stamp0/hwtstamp '{"enabled":false}' 2> /dev/null | jq -r .code)" interface_busy && probe send stamp0 500 64 || return
  request POST "captures/$id/stop" > /tmp/answer && stamping_is false N || return
  expect figures "$(jq -c '[.timestampSource, .statistics.captured, .statistics.softwareStamped]' /tmp/answer)" '["hardware",500,100]' && close_console && unload && rmmod stampdev
}

scenarios="$scenarios console_agrees console_switches_stamping"
