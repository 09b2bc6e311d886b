#!/usr/bin/env bash
# Renews wwwroot/lib from pinned npm packages. Its result is committed, so npm is needed only to change a version.
set -euo pipefail

UPLOT=1.6.32
SIGNALR=10.0.11

lib="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/wwwroot/lib"
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

rm -rf "$lib"
mkdir -p "$lib/uplot" "$lib/signalr"

copy_script "$work/uplot/dist/uPlot.esm.js" "$lib/uplot/uPlot.esm.js"
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

printf 'uplot %s\n@microsoft/signalr %s\n' "$UPLOT" "$SIGNALR" >"$lib/VERSIONS"
echo "vendored into $lib:"
cat "$lib/VERSIONS"
