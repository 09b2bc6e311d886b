#!/usr/bin/env bash
# Prints a line for each test in JUnit results: passed, failed or skipped, the test's name, and why; tabs between them.
# read-junit.sh FILE [CONSOLE]   Reasons of skips that FILE lacks are taken from the console output of dotnet test in CONSOLE: the
#                                logger of JUnit results for .NET leaves them out.
# Status 1: the file is missing, is not whole, or has no test in it; standard error has the reason.
set -euo pipefail

file="${1:?usage: read-junit.sh FILE [CONSOLE]}" console="${2:-}"
[[ -s $file ]] || { echo "there is no $(basename "$file")" >&2; exit 1; }

lines="$(xmlstarlet sel --text --template --match '//testcase' \
  --if 'failure or error' --output failed --elif 'skipped' --output skipped --else --output passed --break --output $'\t' \
  --if '@classname and @classname != "test"' --value-of 'normalize-space(@classname)' --output . --break \
  --value-of 'normalize-space(@name)' --output $'\t' \
  --value-of 'normalize-space(concat(failure/@message, error/@message, skipped/@message))' --nl "$file" 2>&1)" || {
  # xmlstarlet has no own status for "nothing matched" and "not XML".
  xmlstarlet --quiet val --well-formed "$file" >/dev/null 2>&1 || { echo "$(basename "$file") is not whole: the tests ended before their results did" >&2; exit 1; }
  lines=
}
[[ -n $lines ]] || { echo "$(basename "$file") has no test in it" >&2; exit 1; }

# xUnit writes to the console "… NAME [SKIP]", and the reason on the next line.
awk -F '\t' -v OFS='\t' '
  FILENAME != "-" {
    sub(/^\[xUnit\.net [0-9:.]+\] +/, "")
    if (name != "") { reasons[name] = $0; name = "" }
    if (sub(/ \[SKIP\]$/, "")) name = $0
    next
  }
  $1 == "skipped" && $3 == "" && $2 in reasons { $3 = reasons[$2] }
  { print }
' "${console:-/dev/null}" - <<<"$lines"
