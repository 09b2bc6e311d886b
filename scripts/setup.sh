#!/usr/bin/env bash
# Installs what MgCap needs and this machine lacks, by Debian's package manager: setup.sh run|test|bench, each with what comes before it.
# A machine that lacks nothing is left alone, without a word.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What wants it, whether it can do without, the package (or its names, by release), what it is for.
readonly needs='
run  needed  ca-certificates                     lets NuGet know whom it downloads from
run  needed  libssl3|libssl3t64                  encrypts those downloads
run  needed  libpcap0.8|libpcap0.8t64            compiles capture filters
run  wanted  netbase                             knows the names of ports and protocols in capture filters
run  wanted  libbpf1                             loads the programs of the xdp engine, sends fast, counts what filters leave out
run  wanted  wireshark-common                    dissects packets for the console (sharkd)
run  wanted  tzdata                              knows time zones, which display filters may be written in
run  wanted  tshark                              runs display filters for the console
run  needed  clang                               compiles the programs of the xdp engine
run  needed  libbpf-dev                          holds the headers for them, and of libbpf
run  needed  linux-libc-dev                      holds the headers of the kernel
test needed  gcc                                 compares structures with the C headers
test needed  libc6-dev                           holds the C headers
test needed  iproute2                            makes network namespaces and veth pairs
test needed  ethtool                             sets up the interfaces of the tests
test needed  iputils-ping                        sends packets to capture
test needed  procps                              looks for processes left behind
test needed  util-linux                          runs tests as other users and in namespaces
test needed  mount                               makes file systems that run full
test needed  e2fsprogs                           makes disks that run full
test needed  strace                              makes system calls of the tests fail as disks do
test needed  util-linux-extra                    tells how much of a file is in memory (fincore)
test needed  make                                builds the kernel module and ip mgcap
test needed  dpkg-dev                            unpacks the sources of iproute2, of which ip mgcap is made
test needed  pkg-config|pkgconf                  tells that build which libraries there are
test needed  libpcap0.8-dev|libpcap-dev          holds the headers that structures and numbers are compared with
test needed  xmlstarlet                          reads the results of the tests
test needed  libmnl-dev                          lets ip mgcap tell what the kernel says of an error
test needed  jq                                  reads the JSON of ip mgcap
test needed  tshark                              judges the files written
test needed  tcpdump                             judges the files written, and runs beside MgCap at overload
test needed  zstd                                judges compressed files
test needed  curl                                speaks to the console as the documents show
test needed  chromium                            opens the dashboard
test needed  fonts-dejavu-core|fonts-liberation  gives that browser letters
test needed  nodejs                              runs the unit tests of the dashboard
test wanted  nginx                               stands before the console, below a path
test wanted  npm                                 fetches what judges the scripts of the dashboard
bench wanted netsniff-ng                         captures beside MgCap
'

fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# Debian's nodejs is one of many; any whose test runner writes JUnit's results will do.
have_node() {
  node -e 'process.exit(require("node:test/reporters").junit ? 0 : 1)' 2>/dev/null
}

has_candidate() {
  [[ $(LC_ALL=C apt-cache policy "$1" 2>/dev/null) == *'  Candidate: '[^\(]* ]]
}

# Sets missing and missing_wanted: lines of "NAMES REASON".
find_missing() { # PURPOSE
  local purpose need names reason name found
  local -A installed=()
  # shellcheck disable=SC2016 # ${…} is for dpkg-query.
  while read -r name; do
    installed[$name]=1
  done < <(awk '{ gsub(/\|/, "\n", $3); print $3 }' <<<"$needs" \
    | xargs dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p')

  missing=()
  missing_wanted=()
  while read -r purpose need names reason; do
    [[ -n $purpose && ($purpose == run || $purpose == "$1" || $1 == bench) ]] || continue
    found=
    for name in ${names//|/ }; do
      [[ -z ${installed[$name]:-} ]] || found=1
    done
    [[ $names != nodejs ]] || ! have_node || found=1
    [[ $names != npm ]] || ! command -v npm >/dev/null || found=1
    [[ -z $found ]] || continue
    if [[ $need == needed ]]; then
      missing+=("$names $reason")
    else
      missing_wanted+=("$names $reason")
    fi
  done <<<"$needs"
}

# The name that this release gives the package.
package_of() { # "NAMES REASON"
  local names="${1%% *}" name
  for name in ${names//|/ }; do
    if has_candidate "$name"; then
      echo "$name"
      return
    fi
  done
  echo "${names%%|*}"
}

packages_of() { # "NAMES REASON"…
  local line
  for line; do
    package_of "$line"
  done
}

become_root() {
  as_root=()
  ((EUID != 0)) || return 0
  command -v sudo >/dev/null || return 1
  as_root=(sudo)
  if [[ ! -t 0 ]]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
}

apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" \
    </dev/null >"$log" 2>&1
}

install() { # "NAMES REASON"…
  local line packages=()
  for line; do
    packages+=("$(package_of "$line")")
    echo "installing ${packages[-1]}: ${line#* }"
  done
  # wireshark-common, which tshark brings too, would ask whether ordinary users may capture. Nothing here needs such a right.
  if [[ " ${packages[*]} " == *' tshark '* || " ${packages[*]} " == *' wireshark-common '* ]] && ! dpkg-query -W wireshark-common >/dev/null 2>&1; then
    echo 'wireshark-common wireshark-common/install-setuid boolean false' | "${as_root[@]}" debconf-set-selections
  fi
  if [[ " ${packages[*]} " == *' nginx '* ]]; then
    install_without_service nginx "${packages[@]}"
  else
    apt_get install -y --no-install-recommends "${packages[@]}"
  fi
}

# Debian starts what it installs, now and at every start of the machine; a test starts its own. See policy-rc.d in invoke-rc.d(8).
install_without_service() { # SERVICE PACKAGE…
  local service="$1" policy=/usr/sbin/policy-rc.d made='' status=0
  shift
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    made=1
  fi
  trap '' INT TERM
  apt_get install -y --no-install-recommends "$@" || status=$?
  [[ -z $made ]] || "${as_root[@]}" rm -f "$policy"
  trap - INT TERM
  ((status)) || "${as_root[@]}" update-rc.d "$service" disable >/dev/null 2>&1 || true
  return "$status"
}

case "${1:-}" in
  run | test | bench) ;;
  *)
    echo "usage: $0 run|test|bench" >&2
    exit 2
    ;;
esac

[[ $sdk == 10.* ]] || fail "the .NET SDK here is $sdk; MgCap is built by 10.0"
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "setup: this is no Debian, so nothing is installed; scripts/setup.sh lists what MgCap needs" >&2
  exit 0
fi

find_missing "$1"
((${#missing[@]} + ${#missing_wanted[@]} > 0)) || exit 0

if ! become_root; then
  mapfile -t packages < <(packages_of "${missing[@]}" "${missing_wanted[@]}")
  command="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
  if ((${#missing[@]} == 0)); then
    echo "setup: doing without ${missing_wanted[*]/ /, which }; root can add it: $command" >&2
    exit 0
  fi
  for line in "${missing[@]}" "${missing_wanted[@]}"; do
    echo "missing ${line%%[| ]*}: ${line#* }" >&2
  done
  fail 'packages can be installed by root only, and sudo does not help here. Run this as root, then try again:' "  $command"
fi

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
echo 'reading the package lists'
apt_get update || {
  tail -n 5 "$log" >&2
  echo 'setup: apt-get update failed; trying with the package lists that are here' >&2
}
if ((${#missing[@]} > 0)) && ! install "${missing[@]}"; then
  tail -n 20 "$log" >&2
  fail 'apt-get could not install these packages; what it said is above'
fi
find_missing "$1" # The packages above may have brought the others.
if ((${#missing_wanted[@]} > 0)) && ! install "${missing_wanted[@]}"; then
  echo "setup: doing without ${missing_wanted[*]/ /, which }" >&2
fi
