#!/usr/bin/env bash
# Proves that scripts/setup.sh knows everything that MgCap needs: makes a bare Debian, puts a clone of HEAD there, and runs what README
# promises: `make run` until the console answers, then `make test` without the kernel module's tests, which need QEMU. The last line is "N passed, N failed[, N skipped]".
# test-fresh.sh [SUITE…]   bookworm and trixie, or those named. Root only. KEEP=1 leaves the root behind for a look.
# FILTER=… is that of make test. From this machine the bare Debian gets the .NET SDK and the NuGet packages (read-only), certificates,
# and the configuration of apt, NuGet and npm; its package sources are this machine's, for its own suite.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

suites=("$@")
((${#suites[@]})) || suites=(bookworm trixie)
readonly artifacts="$PWD/artifacts/fresh" limit="${LIMIT:-3000}"
dotnet_root="$(dirname "$(readlink -f "$(command -v dotnet)")")"
nuget_packages="${NUGET_PACKAGES:-$HOME/.nuget/packages}"
root='' child=''

fail() {
  echo "test-fresh: $*" >&2
  exit 1
}

# 1. What takes time runs as a child with a process group of its own, so that an interruption ends it. What is mounted is mounted in a
#    namespace of that child's. What runs in the bare Debian is found by its root. It has no PID namespace: tests look for threads of the kernel.

limited() { # COMMAND…
  local status=0
  timeout --kill-after=10 "$limit" "$@" </dev/null &
  child=$!
  wait "$child" || status=$?
  child=
  return "$status"
}

clean_up() {
  trap '' INT TERM
  if [[ -n $child ]]; then
    kill -TERM -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
    kill -KILL -- "-$child" 2>/dev/null || true
  fi
  end_processes
  remove_root
}

end_processes() { # those whose root is the bare Debian
  local process
  [[ -n $root ]] || return 0
  for process in /proc/[0-9]*; do
    [[ ! $process/root -ef $root ]] || kill -KILL "${process#/proc/}" 2>/dev/null || true
  done
}

remove_root() {
  [[ -z $root || -n ${KEEP:-} ]] || rm -rf --one-file-system "$root"
  root=
}

# 2. A bare Debian ------------------------------------------------------------------------------------------------------

# This machine's sources of Debian, for another suite.
sources_of() { # SUITE
  local here lines
  # shellcheck source=/dev/null
  here="$(source /etc/os-release && echo "${VERSION_CODENAME:-}")"
  # shellcheck disable=SC2016 # The variables are apt's.
  lines="$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' \
    | sed -n "s/ $here\(-security\|-updates\|\)\$/ $1\1/p" | sort -u)"
  [[ $lines == *" $1"* ]] || fail "no mirror of Debian $here is among this machine's package sources; is its apt-get update due?"
  # shellcheck disable=SC2001 # Each of its lines.
  sed 's,.*,deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] & main,' <<<"$lines"
}

# What someone has who has installed Debian, the SDK and make, and what the clients of package registries need on this machine.
make_root() { # SUITE
  local file
  sources_of "$1" >"$artifacts/$1.list"
  # How archives are reached.
  apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' >"$artifacts/apt.conf" || true
  echo "test-fresh: making a bare $1"
  limited mmdebstrap --mode=root --variant=minbase --include=make --aptopt="$artifacts/apt.conf" \
    "$1" "$root" "$artifacts/$1.list" >"$artifacts/$1.mmdebstrap" 2>&1 \
    || { tail -n 20 "$artifacts/$1.mmdebstrap" >&2; fail "mmdebstrap could not make a $1"; }
  for file in /etc/npmrc /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates /etc/resolv.conf /etc/hosts \
    "$HOME/.npmrc" "$HOME/.nuget/NuGet" "$HOME/.config/NuGet"; do
    [[ ! -e $file ]] || copy_configuration "$file"
  done
  mkdir -p "$root/src" "$root$dotnet_root"
  ln -s "$dotnet_root/dotnet" "$root/usr/bin/dotnet"
  git clone --quiet --no-local . "$root/src/mgcap"
}

copy_configuration() { # FILE: of root's home to root's home
  local target="$root${1/#$HOME//root}"
  mkdir -p "$(dirname "$target")"
  cp -rLT "$1" "$target"
}

# The variables that the clients look at: proxies, certificates, what NuGet, npm and node are set to.
client_environment() {
  local name
  for name in $(compgen -e | grep -iE '^(NUGET_CERT|NUGET_CRED|VSS_NUGET|NPM_CONFIG_|NODE_EXTRA_CA_CERTS$|SSL_CERT_|CURL_CA_BUNDLE$|(https?|ftp|no|all)_proxy$)'); do
    echo "$name=${!name}"
  done
}

# NuGet looks for packages in this machine's folder, which it can't write to, and fetches others into one of its own.
run_in_root() { # COMMAND…
  local environment
  mapfile -t environment < <(client_environment)
  # pivot_root, not chroot: in a chroot nobody may make user namespaces.
  # shellcheck disable=SC2016 # For the inner shell.
  limited unshare --mount --propagation private -- bash -euc '
    root="$1" dotnet="$2" packages="$3"; shift 3
    mount --bind "$root" "$root"
    cd "$root"
    mount -t proc proc proc
    mount --rbind /sys sys
    mount --rbind /dev dev
    mount -t tmpfs tmpfs run
    for folder in "$dotnet" "$packages"; do
      [[ -d $folder ]] || continue
      target=".$folder"
      [[ $folder == "$dotnet" ]] || target=run/nuget-packages
      mkdir -p "$target"
      mount --bind "$folder" "$target"
      mount -o remount,bind,ro "$target"
    done
    pivot_root . mnt
    cd /
    umount -l /mnt
    exec "$@"' bash "$root" "$dotnet_root" "$nuget_packages" \
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    NUGET_FALLBACK_PACKAGES=/run/nuget-packages "${environment[@]}" "FILTER=${FILTER:-}" "$@"
}

# 3. All of it ----------------------------------------------------------------------------------------------------------

test_suite() { # SUITE
  local start=$SECONDS status=0 results
  root="$artifacts/$1" results="$artifacts/$1-results"
  rm -rf --one-file-system "$root" "$results"
  mkdir -p "$root"
  make_root "$1"
  run_in_root bash /src/mgcap/scripts/test-fresh-inside.sh || status=$?
  mkdir -p "$results"
  cp -r "$root/src/mgcap/artifacts/test-results/." "$results" 2>/dev/null || true
  echo "$1: $(cat "$results/summary.txt" 2>/dev/null || echo 'no test ran'), status $status, $(((SECONDS - start + 30) / 60)) minutes"
  end_processes
  remove_root
  return "$status"
}

trap clean_up EXIT
trap 'echo interrupted >&2; exit 130' INT
trap 'echo ended >&2; exit 143' TERM
((EUID == 0)) || fail 'it makes a root to chroot into: run it as root'
command -v mmdebstrap >/dev/null || fail 'mmdebstrap is missing: apt-get install mmdebstrap'
[[ -z $(git status --porcelain) ]] || echo 'test-fresh: only what is committed is tested, and there are changes' >&2
mkdir -p "$artifacts"
passed=0 failed=0 skipped=0
for suite in "${suites[@]}"; do
  status=0
  test_suite "$suite" || status=$?
  read -r p _ f _ s _ < <(tr -d , <"$artifacts/$suite-results/summary.txt" 2>/dev/null || echo 0 passed 0 failed)
  # What ended badly without a failed test is a failure, too.
  ((status == 0 || f > 0)) || f=1
  ((passed += p, failed += f, skipped += ${s:-0})) || true
done
echo "$passed passed, $failed failed$( ((skipped == 0)) || echo ", $skipped skipped")"
((failed == 0 && passed > 0))
