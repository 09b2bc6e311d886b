#!/usr/bin/env bash
# Builds trixie's kernel from its source with debug.config, below artifacts/kmod/debug, where run.sh finds it as the kernel
# "debug". It takes some ten minutes of two processors.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/kmod/build.sh
source tests/kmod/build.sh

target="$artifacts/debug" wanted=tests/kmod/debug.config
if [[ -e $target/.complete ]] && cmp -s "$wanted" "$target/debug.config"; then
  exit 0
fi
tests/kmod/fetch.sh root-trixie
tests/kmod/fetch.sh source
linux="$artifacts/source/linux"
rm -rf "$target"
mkdir -p "$target"/{boot,usr/src}
log="$target/build.log"

kernel_make() {
  in_root root-trixie make -C "$linux" -j"$(nproc)" "$@" >>"$log" 2>&1 || {
    tail -n 30 "$log"
    echo "debug-kernel.sh: make $* failed, see $log" >&2
    exit 1
  }
}

kernel_make KCONFIG_ALLCONFIG="$PWD/$wanted" allnoconfig
while read -r setting; do
  grep -qx "$setting" "$linux/.config" || {
    echo "debug-kernel.sh: the kernel's configuration does not take $setting" >&2
    exit 1
  }
done < <(grep '^CONFIG_' "$wanted")
kernel_make bzImage modules

ln -s "$linux" "$target/usr/src/headers"
cp "$linux/arch/x86/boot/bzImage" "$target/boot/vmlinuz"
echo "$(in_root root-trixie make -s -C "$linux" kernelrelease)-debug" >"$target/version"
echo root-trixie >"$target/build-root"
cp "$wanted" "$target/debug.config"
touch "$target/.complete"
