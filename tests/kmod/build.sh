# shellcheck shell=bash
# How the module is built for a kernel that fetch.sh unpacked; for scripts that run in the project's folder.
artifacts="$PWD/artifacts/kmod"
tools="$artifacts/tools"

# Tools that were unpacked, not installed, need their libraries pointed out.
with_tools() {
  LD_LIBRARY_PATH="$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu" PATH="$PATH:$tools/usr/bin" "$@"
}

# Runs a command in the root of another release, where this folder is at the same place.
in_root() { # ROOT COMMAND…
  local root="$artifacts/$1"
  shift
  mkdir -p "$root$PWD"
  # shellcheck disable=SC2016 # For the inner shell.
  unshare --mount $( ((EUID == 0)) || echo --map-root-user) -- sh -euc 'root="$1"; shift
    for place in dev proc; do mount --rbind "/$place" "$root/$place"; done
    mount --bind "$PWD" "$root$PWD"
    exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/usr/sbin "$@"' sh "$root" "$@"
}

# Builds a copy: the same sources are built for every kernel. A warning is a failure.
build_module() { # KERNEL FOLDER
  local folder environment=(with_tools)
  folder="$artifacts/$1/$(basename "$2")"
  rm -rf "$folder"
  cp -r "$2" "$folder"
  [[ ! -e $artifacts/$1/build-root ]] || environment=(in_root "$(<"$artifacts/$1/build-root")")
  "${environment[@]}" make -C "$artifacts/$1/usr/src/headers" M="$folder" W=1 C=2 CHECK=sparse modules >"$folder/build.log" 2>&1 \
    || { cat "$folder/build.log"; return 1; }
  if grep -E 'warning|error' "$folder/build.log"; then
    echo "run.sh: $2 for $1 builds with warnings"
    return 1
  fi
}
