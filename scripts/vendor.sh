#!/usr/bin/env bash
# Renews wwwroot/lib, and what the browser tests take from npm, from pinned packages. Its result is committed, so npm is needed only to change a version.
set -euo pipefail

UPLOT=1.6.32
SIGNALR=10.0.11
AXE=4.13.0

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
lib="$root/wwwroot/lib"
tests_lib="$root/tests/MgCap.E2E.Tests/lib"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

unpack() { # PACKAGE VERSION DIRECTORY
  local tarball
  tarball="$(cd "$work" && npm pack --silent --ignore-scripts "$1@$2")"
  mkdir -p "$work/$3"
  tar -xzf "$work/$tarball" -C "$work/$3" --strip-components=1
}

# Without its map beside it the comment would only earn a 404 in every developer console.
copy_script() { # FROM TO
  sed -e '/^\/\/[#@] sourceMappingURL=/d' "$1" >"$2"
  tail -c1 "$2" | grep -q . && echo >>"$2" || true
}

unpack uplot "$UPLOT" uplot
unpack @microsoft/signalr "$SIGNALR" signalr
unpack axe-core "$AXE" axe

rm -rf "$lib" "$tests_lib"
mkdir -p "$lib/uplot" "$lib/signalr" "$tests_lib/axe"

# Its module is not minified, and its minified script is no module: this makes one of it, a third as long.
{ cat "$work/uplot/dist/uPlot.iife.min.js" && echo 'export default uPlot;'; } >"$lib/uplot/uPlot.esm.js"
cp "$work/uplot/dist/uPlot.min.css" "$lib/uplot/uPlot.min.css"
cp "$work/uplot/LICENSE" "$lib/uplot/LICENSE"

copy_script "$work/signalr/dist/browser/signalr.min.js" "$lib/signalr/signalr.min.js"
# The package names its licence in package.json only; MIT asks for the text beside every copy.
grep -q '"license": "MIT"' "$work/signalr/package.json"
cat >"$lib/signalr/LICENSE" <<'TEXT'
The MIT License (MIT)

Copyright (c) .NET Foundation and Contributors

All rights reserved.

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
TEXT

cp "$work/axe/axe.min.js" "$work/axe/LICENSE" "$tests_lib/axe/"

printf 'uplot %s\n@microsoft/signalr %s\n' "$UPLOT" "$SIGNALR" >"$lib/VERSIONS"
printf 'axe-core %s\n' "$AXE" >"$tests_lib/VERSIONS"
echo "vendored into $lib and $tests_lib:"
cat "$lib/VERSIONS" "$tests_lib/VERSIONS"
