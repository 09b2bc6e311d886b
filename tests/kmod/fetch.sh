#!/usr/bin/env bash
# Fetches from Debian's archive what the module's tests need, and unpacks it below artifacts/kmod. Nothing is installed.
# fetch.sh tools          QEMU, busybox, sparse and pahole, with those of their libraries that this machine lacks, into tools/
# fetch.sh KERNEL         a cloud kernel and its headers, ready to build against, into KERNEL/. A number is a series of bookworm's
#                         (6.1) and means its newest; a word is a suite (trixie, trixie-backports) and means the newest in it. The
#                         newest is the newest of which the archive has every package; standard error names newer ones and what they lack.
# fetch.sh root-RELEASE   a root to chroot into, with that release's compiler and what a kernel is built by: headers of another
#                         release than this machine's hold programs for its libraries. KERNEL/build-root names what a kernel needs.
# fetch.sh source         the source of trixie's kernel
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/kmod/kernels.sh
source tests/kmod/kernels.sh

what="${1:?usage: fetch.sh tools|KERNEL|root-RELEASE|source}"
artifacts="$PWD/artifacts/kmod"
target="$artifacts/$what"
[[ ! -e $target/.complete ]] || exit 0
# shellcheck source=/dev/null
here="$(source /etc/os-release && echo "${VERSION_CODENAME:-}")"

fail() {
  echo "fetch.sh: $*" >&2
  exit 1
}

# Sets apt up for a release, or a release with its backports. The lists of packages are our own: which suites this machine
# installs from is not ours to change. The mirrors are those that it is set up with.
prepare_apt() { # RELEASE|RELEASE-backports
  local apt="$artifacts/apt/$1" release="${1%-backports}" sources
  apt_options=(-o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "Dir::Etc::SourceList=$apt/sources.list"
    -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root -o Acquire::Retries=5
    -o APT::Update::Error-Mode=any)
  # Of another release nothing is installed here.
  [[ $release == "$here" ]] || apt_options+=(-o "Dir::State::status=$apt/status")
  # Old lists name files that mirrors no longer have.
  [[ -z $(find "$apt/.complete" -mmin -60 2>/dev/null) ]] || return 0

  # shellcheck disable=SC2016 # The variables are apt's.
  sources="$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' \
    | sed -n "s/ $here\(-security\|-updates\|\)\$/ $release\1/p" | sort -u)"
  [[ $sources == *" $release"* ]] || fail "no mirror of Debian $here is among this machine's sources; is its apt-get update due?"
  if [[ $1 == *-backports ]]; then
    sources+=$'\n'"$(sed -n "s/ $release\$/ $1/p" <<<"$sources")"
  fi
  rm -rf "$apt"
  mkdir -p "$apt"/{lists,cache/archives}/partial
  touch "$apt/status"
  # shellcheck disable=SC2001 # Each of its lines.
  sed 's,.*,deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] & main,' <<<"$sources" >"$apt/sources.list"
  apt-get "${apt_options[@]}" -qq update || fail "apt-get could not read the package lists of $1; its reason is above"
  touch "$apt/.complete"
}

# What an installation would bring, which leaves out what is here.
dependencies() { # PACKAGE[=VERSION]…
  local plan
  plan="$(LC_ALL=C apt-get "${apt_options[@]}" install -s --no-install-recommends "$@" 2>&1)" || {
    grep -E '^E: |Depends: ' <<<"$plan" >&2 || true
    return 1
  }
  awk '$1 == "Inst" { print $2 }' <<<"$plan"
}

# NAME=VERSION of the newest version whose dependencies the archive has, too; standard error says why it was no newer one.
newest_installable() { # PACKAGE
  local versions version
  mapfile -t versions < <(apt-cache "${apt_options[@]}" madison "$1" | awk '{ print $3 }' | uniq)
  ((${#versions[@]} > 0)) || { echo "fetch.sh: the archive has no $1" >&2; return 1; }
  for version in "${versions[@]}"; do
    if dependencies "$1=$version" >/dev/null; then
      echo "$1=$version"
      return
    fi
    echo "fetch.sh: $1 $version can't be installed as the archive is; the reason is above" >&2
  done
  return 1
}

unpack() { # PACKAGE…
  local fetched deb
  rm -rf "$target"
  mkdir -p "$target/debs"
  (cd "$target/debs" && apt-get "${apt_options[@]}" -qq download "$@") || fail "could not fetch all of: $*; apt-get's reason is above"
  fetched=("$target"/debs/*.deb)
  ((${#fetched[@]} == $#)) || fail "could not fetch all of: $*"
  # In a root, the one that makes links of /bin and /lib has to come before those that unpack into them.
  for deb in "$target"/debs/base-files_*.deb "${fetched[@]}"; do
    [[ ! -e $deb ]] || dpkg-deb -x "$deb" "$target"
  done
  rm -rf "$target/debs"
}

fetch_tools() {
  local tool plan wanted=() packages
  if [[ $here == bookworm ]]; then
    # Its own QEMU crashes in most boots of a 6.12 kernel.
    prepare_apt bookworm-backports
    apt_options+=(-o APT::Default-Release=bookworm-backports)
  else
    prepare_apt "$here"
  fi
  for tool in qemu-system-x86 busybox-static sparse dwarves; do
    wanted+=("$(newest_installable "$tool")") || fail "no version of $tool can be fetched; the reasons are above"
  done
  plan="$(dependencies "${wanted[@]}")" || fail "can't be installed together: ${wanted[*]}; apt-get's reason is above"
  # What is here already is fetched, too, if it is one of the tools; and these in the versions that were chosen.
  mapfile -t packages < <(printf '%s\n' "${wanted[@]}" "$plan" | awk -F= 'NF && !seen[$1]++')
  unpack "${packages[@]}"
}

fetch_root() { # RELEASE
  local plan packages
  prepare_apt "$1"
  plan="$(dependencies base-files dash bash coreutils diffutils findutils gawk grep perl-base sed make gcc \
    sparse dwarves bison flex bc gzip libc6-dev libelf-dev)" || fail "the archive lacks packages for the root of $1; apt-get's reason is above"
  mapfile -t packages <<<"$plan"
  unpack "${packages[@]}"
  ln -s gawk "$target/usr/bin/awk" # An installation would have chosen one.
}

fetch_kernel() {
  local suite="$what" series="" chosen version kbuild="" name place sources packages
  if [[ $what == [0-9]* ]]; then
    suite=bookworm-backports series="$what"
  fi
  prepare_apt "$suite"
  chosen="$(apt-cache "${apt_options[@]}" dumpavail | choose_kernel "$series")" || fail "no kernel $what can be fetched; the reason is above"
  mapfile -t packages <<<"$chosen"
  version="${packages[0]}"
  packages=("${packages[@]:1}")
  for name in "${packages[@]%%=*}"; do
    [[ $name != linux-kbuild-* ]] || kbuild="$name"
  done
  [[ -n $kbuild ]] || fail "linux-headers-$version-cloud-amd64 depends on no linux-kbuild, which has the tools that build modules"
  unpack "${packages[@]}"
  [[ -n $(find "$target" -name 'vmlinuz*' -print -quit) ]] || fail "there is no vmlinuz in ${packages[*]}"

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
  if [[ ${suite%-backports} != "$here" ]]; then
    echo "root-${suite%-backports}" >"$target/build-root"
    tests/kmod/fetch.sh "root-${suite%-backports}"
  fi
}

fetch_source() {
  local package
  prepare_apt trixie
  package="$(apt-cache "${apt_options[@]}" pkgnames linux-source- | grep -x 'linux-source-[0-9.]*' | sort -V | tail -n 1)" || true
  [[ -n $package ]] || fail "the archive has no linux-source-N of trixie"
  unpack "$package"
  mkdir "$target/linux"
  tar -xf "$target/usr/src/$package.tar.xz" -C "$target/linux" --strip-components=1
  rm -rf "${target:?}/usr"
}

case "$what" in
  tools) fetch_tools ;;
  source) fetch_source ;;
  root-*) fetch_root "${what#root-}" ;;
  *) fetch_kernel ;;
esac
touch "$target/.complete"
