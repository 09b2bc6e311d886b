# shellcheck shell=bash
# Sourced by scripts that have results: writes them as JUnit does. A file that junit_end has not finished is no XML, so that a run that
# was cut short is not taken for a whole one.

junit_begin() { # FILE SUITE
  junit_file="$1"
  printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites><testsuite name="%s">\n' "$(junit_text "$2")" >"$junit_file"
}

junit_case() { # passed|failed|skipped NAME SECONDS [REASON]
  local reason
  printf '<testcase name="%s" time="%s">' "$(junit_text "$2")" "$3"
  reason="$(junit_text "${4:-}")"
  case "$1" in
    passed) ;;
    failed) printf '<failure message="%s"/>' "$reason" ;;
    skipped) printf '<skipped message="%s"/>' "$reason" ;;
    *) printf '<error message="the outcome is %s"/>' "$(junit_text "$1")" ;;
  esac
  printf '</testcase>\n'
} >>"$junit_file"

junit_end() {
  echo '</testsuite></testsuites>' >>"$junit_file"
}

# Without the bytes that XML 1.0 can't hold. Since glibc 2.41 iconv fails where it leaves bytes out, as it was told to.
junit_text() { # TEXT
  { iconv -f UTF-8 -t UTF-8 -c <<<"$1" || true; } | tr -d '\000-\010\013\014\016-\037' | tr '\n\t\r' '   ' \
    | sed -e 's/ *$//' -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' -e 's/"/\&quot;/g'
}
