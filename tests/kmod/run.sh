#!/usr/bin/env bash
# Tests mgcap.ko in real kernels: builds it for each, boots them in QEMU's software emulation, as many at once as there are
# processors, and runs scenarios.sh there.
# run.sh [KERNEL…]      of the kernels 6.1, 6.12, trixie and trixie-backports, or those named, as fetch.sh names them; the last
#                       line is "N passed, N failed". Status 77: it can't be run here, and standard error says why.
# run.sh fetch [KERNEL…] only fetches what they need, and builds ip, which running them does, too.
# ONLY=NAME,NAME runs only these scenarios; FUZZ_SECONDS=300 makes that one longer than its 10 s; DIVISOR=100 makes large counts
# smaller, and PATIENCE=10 the limit of 15 minutes longer, for slow kernels. The console of a kernel with failures is kept in artifacts/kmod/KERNEL.log.
# RESULTS=FILE also gets them as JUnit writes results.
# MgCap's own console, with the runtime it needs, is taken along into 6.12 only, or into the kernels that CONSOLE names: emulated processors
# are slow to start it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/kmod/build.sh
source tests/kmod/build.sh
# shellcheck source=scripts/junit.sh
source scripts/junit.sh

fetch_only=
if [[ ${1:-} == fetch ]]; then
  fetch_only=1
  shift
fi
kernels=("$@")
((${#kernels[@]})) || kernels=(6.1 6.12 trixie trixie-backports)
seconds=$((900 * ${PATIENCE:-1} + ${FUZZ_SECONDS:-0}))

[[ $(uname -m) == x86_64 ]] || { echo "run.sh: the kernels are for x86-64, this machine is not" >&2; exit 77; }
command -v apt-get dpkg-deb >/dev/null || { echo "run.sh: the kernels come from Debian's archive, and this machine has no apt" >&2; exit 77; }

# Copies a program and the libraries it is linked with.
copy_program() { # PROGRAM ROOT
  cp "$(command -v "$1")" "$2/bin/"
  copy_libraries "$(command -v "$1")" "$2"
}
copy_libraries() { # FILE ROOT
  local file
  while read -r file; do
    # What stands beside the file itself comes with it.
    [[ $file != "$artifacts"/* ]] || continue
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

# Whether the guest is given the console, and runs scenarios-console.sh.
has_console() { # KERNEL
  [[ -z ${RATES:-} && " ${CONSOLE-6.12} " == *" $1 "* ]]
}

# The console as it is installed, with its runtime, compiled ahead of time as far as may be, and what it is spoken to by: an archive
# to be put before a guest's own, not packed, which an emulated processor would take long to undo.
make_console() {
  local root="$artifacts/guest/console-root" library
  (source scripts/common.sh && dotnet publish src/MgCap.Web -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true -p:DebugType=none -nologo \
    --artifacts-path "$artifacts/guest/build-console" -o "$artifacts/guest/console") >"$artifacts/guest/publish-console.log" 2>&1 \
    || { cat "$artifacts/guest/publish-console.log"; return 1; }
  rm -rf "$root"
  mkdir -p "$root"/{bin,lib64}
  cp -r "$artifacts/guest/console" "$root/"
  copy_program curl "$root"
  for library in "$root"/console/*.so; do copy_libraries "$library" "$root"; done
  cp tests/kmod/scenarios-console.sh "$root/"
  (cd "$root" && "$tools/bin/busybox" find . | "$tools/bin/busybox" cpio -o -H newc 2>/dev/null) >"$artifacts/guest/console.cpio"
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

make_initramfs() { # KERNEL
  local root="$artifacts/$1/root" module file modules=(veth tun llc stp bridge mrp garp 8021q tls bonding macvlan)
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
  cp tests/kmod/scenarios{,-mgcap,-hwtstamp}.sh "$root/"
  if [[ -n ${RATES:-} ]]; then
    cp tests/kmod/rates.sh "$root/"
    copy_program tcpdump "$root"
    modules+=(pktgen)
  fi
  install -m 755 tests/kmod/guest.sh "$root/init"
  # As DKMS installs them: without what debuggers want, which is most of a module.
  for module in kmod/mgcap.ko stampdev/stampdev.ko; do
    strip --strip-debug -o "$root/modules/${module##*/}" "$artifacts/$1/$module"
  done
  # Unpacked kernels have no modules.dep: each after what it needs. The debug kernel has none but ours.
  : >"$root/modules/order"
  for module in "${modules[@]}"; do
    file="$(find "$artifacts/$1"/{,usr/}lib/modules -name "$module.ko*" -print -quit 2>/dev/null || true)"
    [[ -n $file ]] || continue
    cp "$file" "$root/modules/"
    if [[ $file == *.xz ]]; then xz -d "$root/modules/$module.ko.xz"; fi
    echo "$module.ko" >>"$root/modules/order"
  done
  if has_console "$1"; then cat "$artifacts/guest/console.cpio"; fi >"$artifacts/$1/initramfs"
  (cd "$root" && "$root/bin/busybox" find . | "$root/bin/busybox" cpio -o -H newc 2>/dev/null | gzip -1) >>"$artifacts/$1/initramfs"
}

boot() { # KERNEL
  with_tools timeout --foreground --kill-after=10 "$((seconds + ($(has_console "$1" && echo 1800 || echo 0))))" "$tools/usr/bin/qemu-system-x86_64" \
    -machine q35 ${EMULATION:--accel tcg,thread=multi} -cpu "${PROCESSOR:-max}" -smp "${PROCESSORS:-2}" -m "${MEMORY:-1024}" -nodefaults -display none -no-reboot -serial stdio \
    -L "$tools/usr/share/qemu" -L "$tools/usr/share/seabios" \
    -kernel "$(find "$artifacts/$1" -name 'vmlinuz*' -print -quit)" -initrd "$artifacts/$1/initramfs" \
    -append "console=ttyS0 quiet panic=-1 no_timer_check maxcpus=1${ONLY:+ only=$ONLY}${FUZZ_SECONDS:+ FUZZ_SECONDS=$FUZZ_SECONDS}${DIVISOR:+ DIVISOR=$DIVISOR}${RATES:+ $RATES}" </dev/null
}

# Prints a line for each scenario, and what failed ones said; all that the console said is in the log.
test_kernel() { # KERNEL
  local log="$artifacts/$1.log" version
  version="$(<"$artifacts/$1/version")"
  if build_module "$1" kmod && build_module "$1" tests/kmod/stampdev && make_initramfs "$1"; then
    echo 'ok build' | tee -a "$log"
    boot "$1" 2>&1 | stdbuf -oL tr -d '\r' | tee -a "$log" | grep --line-buffered -E '^(ok|not ok|#|    )' || true
    grep -q '^guest done' "$log" || echo "not ok boot: it did not come to its end, see $log" | tee -a "$log"
  else
    echo 'not ok build' | tee -a "$log"
  fi | sed -u "s/^/$version: /"
}

tests/kmod/fetch.sh tools
kmod/iproute2/build.sh
if [[ -n $fetch_only ]]; then
  for kernel in "${kernels[@]}"; do tests/kmod/fetch.sh "$kernel"; done
  exit
fi
command -v jq >/dev/null || { echo 'run.sh: jq is missing, by which the scenarios read JSON: apt-get install jq' >&2; exit 1; }
mkdir -p "$artifacts/guest"
publish_mgcap
for kernel in "${kernels[@]}"; do
  if has_console "$kernel"; then
    make_console
    break
  fi
done
gcc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -Ikmod/uapi -o "$artifacts/guest/probe" tests/kmod/*.c

for kernel in "${kernels[@]}"; do
  : >"$artifacts/$kernel.log"
  fetched=0
  reason="$(tests/kmod/fetch.sh "$kernel" 2>&1)" || fetched=$?
  # shellcheck disable=SC2001 # Each of its lines.
  [[ -z $reason ]] || sed "s/^/$kernel: # /" <<<"$reason"
  ((fetched == 0)) || echo "not ok fetch: $(tail -n 1 <<<"$reason")" | tee "$artifacts/$kernel.log" | sed "s/^/$kernel: /"
done
trap 'trap - TERM; kill 0' INT TERM
for kernel in "${kernels[@]}"; do
  [[ ! -s $artifacts/$kernel.log ]] || continue
  while (($(jobs -pr | wc -l) >= $(nproc))); do wait -n || true; done
  test_kernel "$kernel" &
done
wait

# The matrix of docs/kmod.md.
print_matrix() {
  local kernel versions=()
  for kernel in "${kernels[@]}"; do versions+=("$(cat "$artifacts/$kernel/version" 2>/dev/null || echo "$kernel")"); done
  printf '| scenario '
  printf '| %s ' "${versions[@]}"
  printf '|\n|---'
  printf '|---%.0s' "${versions[@]}"
  printf '|\n'
  awk '
    FNR == 1 { kernels++ }
    { said = "ok"; name = $2 }
    /^not ok / { said = "FAILED"; name = $3 }
    /^(not )?ok / {
      sub(/:$/, "", name)
      if (!(name in known)) { known[name]; order[++scenarios] = name }
      result[name, kernels] = said
    }
    END {
      for (s = 1; s <= scenarios; s++) {
        line = order[s]
        gsub(/_/, " ", line)
        for (k = 1; k <= kernels; k++) line = line " | " ((order[s], k) in result ? result[order[s], k] : "-")
        print "| " line " |"
      }
    }' "${kernels[@]/%/.log}"
}
(cd "$artifacts" && print_matrix)

# A scenario's line is "ok NAME (SECONDS s)" or "not ok NAME[: REASON]"; what failed scenarios printed stands before it.
write_results() { # FILE
  local kernel version line name seconds reason
  junit_begin "$1" kmod
  for kernel in "${kernels[@]}"; do
    version="$(cat "$artifacts/$kernel/version" 2>/dev/null || echo "$kernel")"
    while read -r line; do
      name="${line#not }" name="${name#ok }" seconds=0
      [[ ! $name =~ ^(.*)" ("([0-9]+)" s)"$ ]] || name="${BASH_REMATCH[1]}" seconds="${BASH_REMATCH[2]}"
      if [[ $line == ok* ]]; then
        junit_case passed "$version: ${name//_/ }" "$seconds"
      else
        reason="$(printed_before "$line" "$artifacts/$kernel.log")"
        [[ $name != *:* ]] || reason="${name#*: }" name="${name%%:*}"
        junit_case failed "$version: ${name//_/ }" "$seconds" "$reason"
      fi
    done < <(grep -E '^(ok|not ok) ' "$artifacts/$kernel.log" || true)
  done
  junit_end
}
printed_before() { # LINE LOG
  awk -v line="$1" '$0 == line { print text; exit } /^    / { text = text " " $0; next } { text = "" }' "$2" | tr -s ' '
}
[[ -z ${RESULTS:-} ]] || write_results "$RESULTS"

passed=0 failed=0
for kernel in "${kernels[@]}"; do
  log="$artifacts/$kernel.log"
  ok=$(grep -c '^ok ' "$log" || true)
  not_ok=$(grep -c '^not ok ' "$log" || true)
  ((passed += ok, failed += not_ok)) || true
  if ((not_ok == 0)); then rm -f "$log"; fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
