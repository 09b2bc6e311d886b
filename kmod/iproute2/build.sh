#!/usr/bin/env bash
# Builds iproute2's ip with the sub-command mgcap: artifacts/iproute2/ip. Nothing is installed.
# build.sh          from Debian's source package, as the mirrors and releases have it that this machine is set up with
# build.sh FOLDER   from iproute2's sources in FOLDER, of another version (6.1 to 7.1 are known to do); a copy is built
# What ip can do beside that depends on the libraries whose headers are here, as always: apt-get build-dep iproute2 brings them all.
set -euo pipefail
(($# == 0)) || set -- "$(realpath "$1")"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=kmod/iproute2/fetch.sh
source kmod/iproute2/fetch.sh

artifacts="$PWD/artifacts/iproute2"
tree="$artifacts/${1:+other-}source"

fail() {
  echo "build.sh: $*" >&2
  exit 1
}

fetch_source() {
  local dsc
  rm -rf "$tree"
  fetch_iproute2 "$artifacts/apt" || fail "iproute2's sources could not be fetched"
  # apt has compared what came with the signed lists; the maintainer's own signature would need keys that few machines have.
  dsc=("$artifacts/apt/package"/iproute2_*.dsc)
  dpkg-source --no-check --no-copy --extract "${dsc[0]}" "$tree" >"$artifacts/build.log" || fail "can't unpack ${dsc[0]}, see $artifacts/build.log"
}

# What is added to iproute2's own files, at places that its versions have in common.
before() { # FILE PATTERN LINE: where one line matches
  (($(grep -cE "$2" "$1") == 1)) || fail "$1 is not as expected: exactly one line should be like '$2'"
  awk -v pattern="$2" -v line="$3" '$0 ~ pattern { print line } { print }' "$1" >"$1.new"
  mv "$1.new" "$1"
}
add_command() {
  before "$tree/ip/ip.c" '^[[:space:]]+[{] "help",' '\t{ "mgcap",\tdo_ipmgcap },'
  before "$tree/ip/ip_common.h" '^int do_netns' 'int do_ipmgcap(int argc, char **argv);'
  before "$tree/ip/Makefile" '^RTMONOBJ *=' 'IPOBJ += ipmgcap.o\n'
  sed -i 's/ | maddress | monitor/ | maddress | mgcap | monitor/' "$tree/ip/ip.c"
}

for tool in gcc make pkg-config dpkg-source; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install gcc make pkg-config dpkg-dev libmnl-dev"
done
pkg-config --exists libmnl || fail 'libmnl is missing, by which ip tells what the kernel says of an error: apt-get install libmnl-dev'

mkdir -p "$artifacts"
if (($#)); then
  [[ -e $1/ip/ip.c ]] || fail "$1 does not hold iproute2's sources: there is no ip/ip.c"
  rm -rf "$tree"
  cp -r "$1" "$tree"
  add_command
elif [[ ! -e $artifacts/.complete ]]; then
  fetch_source
  add_command
  touch "$artifacts/.complete"
fi

cp kmod/iproute2/ipmgcap.c "$tree/ip/"
cp kmod/uapi/mgcap.h "$tree/include/uapi/linux/"
rm -f "$tree/ip/ipmgcap.o" # Its makefile does not know of headers.
make -C "$tree" -j "$(nproc)" SUBDIRS='lib ip' >"$artifacts/build.log" 2>&1 \
  || { tail -n 20 "$artifacts/build.log" >&2; fail "see $artifacts/build.log"; }
if grep -A 3 'ipmgcap.*warning:' "$artifacts/build.log" >&2; then fail 'ipmgcap.c builds with warnings'; fi
cp "$tree/ip/ip" "$artifacts/ip"
