#!/usr/bin/env bash
# Fetches from Debian's archive what the module's tests need, and unpacks it below artifacts/kmod. Nothing is installed.
# fetch.sh tools    qemu, busybox and sparse, with those of their libraries that this machine lacks, into tools/
# fetch.sh VERSION  the cloud kernel of that version (6.1.0-56) and its headers, ready to build against, into VERSION/
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

what="${1:?usage: fetch.sh tools|VERSION}"
target="$PWD/artifacts/kmod/$what"
[[ ! -e $target/.complete ]] || exit 0

packages=()
if [[ $what == tools ]]; then
  # What an installation would bring tells which libraries are missing here.
  mapfile -t packages < <(LC_ALL=C apt-get install -s --no-install-recommends qemu-system-x86 busybox-static sparse \
    | awk '$1 == "Inst" { print $2 }')
  for tool in qemu-system-x86 busybox-static sparse; do
    [[ " ${packages[*]} " == *" $tool "* ]] || packages+=("$tool")
  done
else
  packages=("linux-image-$what-cloud-amd64" "linux-headers-$what-cloud-amd64" "linux-headers-$what-common"
    "linux-kbuild-${what%.*}")
fi

rm -rf "$target"
mkdir -p "$target/debs"
(cd "$target/debs" && apt-get -qq download "${packages[@]}") 2>&1 | grep -v 'unsandboxed as root' >&2 || true
for deb in "$target"/debs/*.deb; do
  dpkg-deb -x "$deb" "$target"
done
fetched=("$target"/debs/*.deb)
((${#fetched[@]} == ${#packages[@]})) || { echo "fetch.sh: could not fetch all of: ${packages[*]}" >&2; exit 1; }
rm -rf "$target/debs"

if [[ $what != tools ]]; then
  # The headers lean on each other by absolute paths, as if they were installed.
  headers="$target/usr/src/linux-headers-$what-cloud-amd64"
  grep -rlI '/usr/src\|/usr/lib/linux-kbuild' --include=Makefile --include='*.mk' --include=.kernelvariables "$headers" \
    | xargs -r sed -i "s,/usr/src/,$target/usr/src/,g; s,/usr/lib/linux-kbuild,$target/usr/lib/linux-kbuild,g"
  for name in scripts tools; do
    for place in "$headers" "$target/usr/src/linux-headers-$what-common"; do
      [[ ! -L $place/$name ]] || ln -sfn "$target/usr/lib/linux-kbuild-${what%.*}/$name" "$place/$name"
    done
  done
fi
touch "$target/.complete"
