#!/usr/bin/env bash
# Tests mgcap.ko in real kernels: builds it for each, boots them in QEMU's software emulation and runs scenarios.sh there.
# run.sh [SERIES…]      of the kernels 6.1 and 6.12, or those named; the last line is "N passed, N failed"
# ONLY=NAME,NAME runs only these scenarios; FUZZ_SECONDS=300 makes that one longer than its 10 s. The console of a kernel with failures is kept in artifacts/kmod/SERIES.log.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

kernels=("$@")
((${#kernels[@]})) || kernels=(6.1 6.12)
artifacts="$PWD/artifacts/kmod"
tools="$artifacts/tools"
seconds=900

# Tools that were unpacked, not installed, need their libraries pointed out.
with_tools() {
  LD_LIBRARY_PATH="$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu" PATH="$PATH:$tools/usr/bin" "$@"
}

# Builds a copy: the same sources are built for every kernel. A warning is a failure.
build_module() { # SERIES FOLDER
  local folder
  folder="$artifacts/$1/$(basename "$2")"
  rm -rf "$folder"
  cp -r "$2" "$folder"
  with_tools make -C "$artifacts/$1/usr/src/headers" M="$folder" W=1 C=2 CHECK=sparse modules >"$folder/build.log" 2>&1 \
    || { cat "$folder/build.log"; return 1; }
  if grep -E 'warning|error' "$folder/build.log"; then
    echo "run.sh: $2 for $1 builds with warnings"
    return 1
  fi
}

# Copies a program and the libraries it is linked with.
copy_program() { # PROGRAM ROOT
  cp "$(command -v "$1")" "$2/bin/"
  copy_libraries "$(command -v "$1")" "$2"
}
copy_libraries() { # FILE ROOT
  local file
  while read -r file; do
    mkdir -p "$2$(dirname "$file")"
    cp -L "$file" "$2$file"
  done < <(ldd "$1" | grep -o '/[^ ]*')
}

# The program that users have, but compiled ahead of time: the guest has no .NET.
publish_mgcap() {
  (source scripts/common.sh && dotnet publish src/MgCap.Cli -c Release -r linux-x64 -p:PublishAot=true -p:DebugType=none -nologo \
    --artifacts-path "$artifacts/guest/build" -o "$artifacts/guest/mgcap") >"$artifacts/guest/publish.log" 2>&1 \
    || { cat "$artifacts/guest/publish.log"; return 1; }
}

# It opens its libraries by name, so that it is not linked with them.
copy_mgcap() { # ROOT
  local library
  copy_program "$artifacts/guest/mgcap/mgcap" "$1"
  for library in libpcap.so.0.8 libbpf.so.1; do
    library="$(ldconfig -p | awk -v name="$library" '$1 == name && /x86-64/ { print $NF; exit }')"
    mkdir -p "$1$(dirname "$library")"
    cp -L "$library" "$1$library"
    copy_libraries "$library" "$1"
  done
}

make_initramfs() { # SERIES
  local root="$artifacts/$1/root" module file
  rm -rf "$root"
  mkdir -p "$root"/{bin,modules,proc,sys,dev,tmp,run,lib64}
  cp "$tools/bin/busybox" "$root/bin/"
  for applet in $("$root/bin/busybox" --list); do
    [[ $applet == busybox || $applet == ip ]] || ln -s busybox "$root/bin/$applet"
  done
  copy_program "$PWD/artifacts/iproute2/ip" "$root"
  copy_program jq "$root"
  cp "$artifacts/guest/probe" "$root/bin/"
  copy_mgcap "$root"
  cp tests/kmod/scenarios*.sh "$root/"
  install -m 755 tests/kmod/guest.sh "$root/init"
  cp "$artifacts/$1/kmod/mgcap.ko" "$artifacts/$1/stampdev/stampdev.ko" "$root/modules/"
  # Unpacked kernels have no modules.dep: each after what it needs.
  for module in veth tun llc stp bridge mrp garp 8021q tls bonding macvlan; do
    file="$(find "$artifacts/$1/lib/modules" -name "$module.ko*" -print -quit)"
    [[ -n $file ]] || continue
    cp "$file" "$root/modules/"
    if [[ $file == *.xz ]]; then xz -d "$root/modules/$module.ko.xz"; fi
    echo "$module.ko" >>"$root/modules/order"
  done
  (cd "$root" && "$root/bin/busybox" find . | "$root/bin/busybox" cpio -o -H newc 2>/dev/null | gzip -1) >"$artifacts/$1/initramfs"
}

boot() { # SERIES
  with_tools timeout --kill-after=10 "$seconds" "$tools/usr/bin/qemu-system-x86_64" \
    -machine q35 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -nodefaults -display none -no-reboot -serial stdio \
    -L "$tools/usr/share/qemu" -L "$tools/usr/share/seabios" \
    -kernel "$artifacts/$1"/boot/vmlinuz-* -initrd "$artifacts/$1/initramfs" \
    -append "console=ttyS0 quiet panic=-1 no_timer_check${ONLY:+ only=$ONLY}${FUZZ_SECONDS:+ FUZZ_SECONDS=$FUZZ_SECONDS}" </dev/null
}

tests/kmod/fetch.sh tools
kmod/iproute2/build.sh
command -v jq >/dev/null || { echo 'run.sh: jq is missing, by which the scenarios read JSON: apt-get install jq' >&2; exit 1; }
mkdir -p "$artifacts/guest"
publish_mgcap
gcc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -Ikmod/uapi -o "$artifacts/guest/probe" tests/kmod/*.c

passed=0 failed=0
for kernel in "${kernels[@]}"; do
  tests/kmod/fetch.sh "$kernel"
  log="$artifacts/$kernel.log"
  : >"$log"
  if build_module "$kernel" kmod && build_module "$kernel" tests/kmod/stampdev && make_initramfs "$kernel"; then
    boot "$kernel" 2>&1 | tr -d '\r' | tee "$log" | grep --line-buffered -E '^(ok|not ok|#|    )' | sed -u "s/^/$(<"$artifacts/$kernel/version"): /" || true
  fi
  ok=$(grep -c '^ok ' "$log" || true)
  not_ok=$(grep -c '^not ok ' "$log" || true)
  if ! grep -q '^guest done' "$log"; then
    echo "$kernel: not ok boot: it did not come to its end, see $log"
    not_ok=$((not_ok + 1))
  fi
  passed=$((passed + ok)) failed=$((failed + not_ok))
  if ((not_ok == 0)); then rm -f "$log"; fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
