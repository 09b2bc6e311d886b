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

# How DKMS builds what is in a folder, where that says so; otherwise as any module is built.
build_command() { # FOLDER HEADERS: a word a line
  if [[ -e $1/dkms.conf ]]; then
    # shellcheck source=kmod/dkms.conf disable=SC2034 # dkms.conf asks for the variable.
    (kernel_source_dir="$2" && source "$1/dkms.conf" && xargs -n 1 <<<"${MAKE[0]}")
  else
    printf '%s\n' make -C "$2" M="$1" modules
  fi
}

# What dkms.conf promises beside the command.
check_dkms() { # FOLDER
  # shellcheck source=kmod/dkms.conf disable=SC2034 # As above.
  (kernel_source_dir= && source "$1/dkms.conf" && grep -qzxa "version=$PACKAGE_VERSION" "$1/${BUILT_MODULE_NAME[0]}.ko") || {
    echo "dkms.conf's version or name is not that of the module"
    return 1
  }
}

# Builds a copy: the same sources are built for every kernel. A warning is a failure.
build_module() { # KERNEL FOLDER
  local folder environment=(with_tools) command log
  folder="$artifacts/$1/$(basename "$2")"
  rm -rf "$folder"
  cp -r "$2" "$folder"
  log="$folder/build.log"
  [[ ! -e $artifacts/$1/build-root ]] || environment=(in_root "$(<"$artifacts/$1/build-root")")
  mapfile -t command < <(build_command "$folder" "$artifacts/$1/usr/src/headers")
  "${environment[@]}" env -C "$folder" "${command[@]}" W=1 C=2 CHECK=sparse >"$log" 2>&1 || { cat "$log"; return 1; }
  if grep -E 'warning|error' "$log"; then
    echo "$2 for $1 builds with warnings"
    return 1
  fi
  if grep -q 'sparse is not available' "$log"; then
    echo "# $2 was built without sparse, which is too old for this kernel's headers"
  fi
  [[ ! -e $folder/dkms.conf ]] || check_dkms "$folder"
}
