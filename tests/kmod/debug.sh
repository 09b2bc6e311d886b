#!/usr/bin/env bash
# Runs the scenarios in a kernel that looks for faults (debug.config), with small counts, and asks it for lost memory in the end.
# It also has the kernel's own checkpatch.pl read the module, for which it fetched the kernel's source.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tests/kmod/debug-kernel.sh
status=0
tests/kmod/checkpatch.sh || status=1
DIVISOR="${DIVISOR:-100}" PATIENCE="${PATIENCE:-4}" tests/kmod/run.sh debug || status=1
exit "$status"
