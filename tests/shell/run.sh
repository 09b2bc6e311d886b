#!/usr/bin/env bash
# Runs the tests of the scripts: every function test_… in tests/shell/*.test.sh, each in a process of its own.
# run.sh [RESULTS]   writes results as JUnit does, and prints what failed. Status 1: a test failed, or there is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/junit.sh
source scripts/junit.sh

# What the tests use. `work` is a folder of each test's own.
equal() { # ACTUAL WANTED
  [[ $1 == "$2" ]] || { printf 'expected: %s\nbut was:  %s\n' "$2" "$1"; return 1; }
}
contains() { # TEXT PART
  [[ $1 == *"$2"* ]] || { printf 'expected in it: %s\nbut was:        %s\n' "$2" "$1"; return 1; }
}
fails() { # COMMAND…
  if "$@"; then
    echo "did not fail: $*"
    return 1
  fi
}
export -f equal contains fails

results="${1:-/dev/null}" failed=0 passed=0
junit_begin "$results" scripts
for file in tests/shell/*.test.sh; do
  while read -r test; do
    work="$(mktemp -d)"
    start="${EPOCHREALTIME/[.,]/}"
    # A shell of its own: in an `if` or after `||` set -e would have no effect.
    status=0
    work="$work" bash -euo pipefail -c 'source "$1"; "$2"' bash "$file" "$test" >"$work/.output" 2>&1 || status=$?
    seconds="$(((${EPOCHREALTIME/[.,]/} - start) / 1000))"
    seconds="$((seconds / 1000)).$(printf %03d $((seconds % 1000)))"
    name="$(basename "$file" .test.sh): ${test#test_}"
    name="${name//_/ }"
    if ((status == 0)); then
      ((++passed))
      junit_case passed "$name" "$seconds"
    else
      ((++failed))
      printf 'not ok %s\n' "$name"
      sed 's/^/    /' "$work/.output"
      junit_case failed "$name" "$seconds" "$(tail -n 3 "$work/.output")"
    fi
    rm -rf "$work"
  done < <(sed -n 's/^\(test_[a-z0-9_]*\)() {.*/\1/p' "$file")
done
junit_end
echo "scripts: $passed passed, $failed failed"
((failed == 0 && passed > 0))
