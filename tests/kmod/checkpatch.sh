#!/usr/bin/env bash
# Has the kernel's checkpatch.pl read the module's sources, with these exceptions: file, kind of complaint, why it stays.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly exceptions='
kmod/compat.h                   LINUX_VERSION_CODE              telling kernels apart is what it is for
kmod/compat.h                   CONSTANT_COMPARISON             it takes LINUX_VERSION_CODE >= …, the usual order, for a constant on the left
kmod/uapi/mgcap.h               PREFER_DEFINED_ATTRIBUTE_MACRO  programs include it, which have no __packed
tests/kmod/stampdev/stampdev.c  LINUX_VERSION_CODE              it has too few such places for a header
tests/kmod/stampdev/stampdev.c  CONSTANT_COMPARISON             as in compat.h
'

tests/kmod/fetch.sh source
checkpatch="$PWD/artifacts/kmod/source/linux/scripts/checkpatch.pl"
passed=0 failed=0
for file in kmod/*.[ch] kmod/uapi/*.h tests/kmod/stampdev/*.c; do
  ignored="$(awk -v file="$file" '$1 == file { print $2 }' <<<"$exceptions" | paste -sd,)"
  if perl "$checkpatch" --no-tree --strict --terse --show-types --quiet --no-summary ${ignored:+--ignore "$ignored"} --file "$file"; then
    ((++passed))
  else
    ((++failed))
  fi
done
echo "checkpatch: $passed files clean, $failed not"
((failed == 0))
