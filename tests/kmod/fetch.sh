#!/usr/bin/env bash
# Fetches from Debian's archive what the module's tests need, and unpacks it below artifacts/kmod. Nothing is installed.
# fetch.sh tools    QEMU, busybox, sparse and pahole, with those of their libraries that this machine lacks, into tools/
# fetch.sh SERIES   the newest cloud kernel of that series (6.1) and its headers, ready to build against, into SERIES/
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

what="${1:?usage: fetch.sh tools|SERIES}"
artifacts="$PWD/artifacts/kmod"
target="$artifacts/$what"
[[ ! -e $target/.complete ]] || exit 0

fail() {
  echo "fetch.sh: $*" >&2
  exit 1
}

# Bookworm's own QEMU crashes in most boots of a 6.12 kernel, so that one from its backports is taken. The lists of packages are
# our own: which suites this machine installs from is not ours to change. The mirror is the one that it is set up with.
prepare_apt() {
  local apt="$artifacts/apt" mirror
  apt_options=(-o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "Dir::Etc::SourceList=$apt/sources.list"
    -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root -o Acquire::Retries=3)
  mirror="$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' \
    | grep 'bookworm$' | sort -u | head -n 1)"
  if [[ -z $mirror ]]; then
    apt_options=(-o APT::Sandbox::User=root)
    suite=()
    return
  fi
  suite=(-t bookworm-backports)
  [[ ! -e $apt/.complete ]] || return 0
  rm -rf "$apt"
  mkdir -p "$apt"/{lists,cache/archives}/partial
  {
    apt-get indextargets --format 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(RELEASE) main' \
      'Created-By: Packages' 'Origin: Debian' | sort -u
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror% *} bookworm-backports main"
  } | sort -u >"$apt/sources.list"
  apt-get "${apt_options[@]}" -qq update
  touch "$apt/.complete"
}

prepare_apt
packages=()
if [[ $what == tools ]]; then
  # What an installation would bring tells which libraries are missing here.
  mapfile -t packages < <(LC_ALL=C apt-get "${apt_options[@]}" install -s --no-install-recommends "${suite[@]}" \
    qemu-system-x86 busybox-static sparse dwarves | awk '$1 == "Inst" { print $2 }')
  for tool in qemu-system-x86 busybox-static sparse dwarves; do
    [[ " ${packages[*]} " == *" $tool "* ]] || packages+=("$tool")
  done
else
  version="$(apt-cache "${apt_options[@]}" pkgnames "linux-headers-$what." \
    | sed -n "s/^linux-headers-\(${what//./\\.}\.[0-9].*\)-cloud-amd64\$/\1/p" | sort -V | tail -n 1)"
  [[ -n $version ]] || fail "the archive has no cloud kernel $what"
  kbuild="$(apt-cache "${apt_options[@]}" depends "linux-headers-$version-cloud-amd64" | grep -o 'linux-kbuild-.*')"
  packages=("linux-image-$version-cloud-amd64" "linux-headers-$version-cloud-amd64" "linux-headers-$version-common" "$kbuild")
fi

rm -rf "$target"
mkdir -p "$target/debs"
(cd "$target/debs" && apt-get "${apt_options[@]}" -qq "${suite[@]}" download "${packages[@]}")
fetched=("$target"/debs/*.deb)
((${#fetched[@]} == ${#packages[@]})) || fail "could not fetch all of: ${packages[*]}"
for deb in "${fetched[@]}"; do
  dpkg-deb -x "$deb" "$target"
done
rm -rf "$target/debs"

if [[ $what != tools ]]; then
  # The headers lean on each other by absolute paths, as if they were installed.
  sources="$target/usr/src"
  ln -sfn "linux-headers-$version-cloud-amd64" "$sources/headers"
  sed -i "s,/usr/src/,$sources/,g" "$sources/headers/Makefile"
  for name in scripts tools; do
    for place in "$sources/headers" "$sources/linux-headers-$version-common"; do
      [[ ! -L $place/$name ]] || ln -sfn "$target/usr/lib/$kbuild/$name" "$place/$name"
    done
  done
  echo "$version" >"$target/version"
fi
touch "$target/.complete"
