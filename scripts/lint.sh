#!/usr/bin/env bash
# Judges the dashboard's scripts and their tests with Biome, by the rules in biome.json. Ends with 0 where it finds nothing, with 1
# where it does, and with 3, saying why, where Biome is unavailable.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly tools=tests/wwwroot
readonly biome="$tools/node_modules/.bin/biome" installed="$tools/node_modules/.package-lock.json"

if [[ ! -x $biome || $tools/package.json -nt $installed ]]; then
  if ! command -v npm >/dev/null; then
    echo 'there is no npm, which would fetch Biome'
    exit 3
  fi
  # package.json names the one version. A lock file would have to name every platform's, and not every registry has them all.
  if ! npm install --prefix "$tools" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error; then
    echo 'npm could not fetch Biome'
    exit 3
  fi
  touch "$installed"
fi
# Only there: below artifacts others may be at work, and what they have half unpacked it warns of.
"$biome" lint --error-on-warnings --max-diagnostics=50 --colors=off wwwroot/js tests/wwwroot || exit 1
