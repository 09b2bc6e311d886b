#!/usr/bin/env bash
# Sets up, builds everything, runs every test, and ends with the line "N passed, N failed[, N skipped]".
# The kernel module's are in KERNELS, by default the oldest and the newest of those that tests/kmod/run.sh knows, in none if that is empty.
# With FILTER=… only the .NET tests that `dotnet test --filter` finds. Results: artifacts/test-results/.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly results="$PWD/artifacts/test-results" filter="${FILTER:-}"
# The console that tests start.
readonly published="$PWD/artifacts/test-console"
export MGCAP_CONSOLE="$published/MgCap.Web"
read -ra kernels <<<"${KERNELS-6.1 trixie-backports}"
# Seconds. A test that makes no progress for so long is named and ended; a project, and the whole, end in any case.
readonly test_limit=240 project_limit=1800 module_limit=1200 total_limit=4800
passed=0 failed=0 skipped=0
table=() failures=() skips=() warnings=()
group='' current='' fetching=''

# 1. Bookkeeping --------------------------------------------------------------------------------------------------------

count() { # NAME PASSED FAILED SKIPPED SECONDS
  ((passed += $2, failed += $3, skipped += $4)) || true
  table+=("$(printf '%-24s passed %4d   failed %3d   skipped %3d   %4d s' "$1" "$2" "$3" "$4" "$5")")
}

heading() {
  current="$1"
  printf '\n== %s\n' "$1"
}

finish() {
  local line
  heading summary
  printf '%s\n' "${table[@]}"
  ((${#skips[@]} == 0)) || printf 'skipped  %s\n' "${skips[@]}"
  ((${#warnings[@]} == 0)) || printf 'warning  %s\n' "${warnings[@]}"
  ((${#failures[@]} == 0)) || printf 'FAILED   %s\n' "${failures[@]}"
  ((passed + failed > 0)) || echo 'FAILED   no test ran'
  line="$passed passed, $failed failed"
  ((skipped == 0)) || line+=", $skipped skipped"
  echo "$line" | tee "$results/summary.txt"
  ((failed == 0 && passed > 0))
}

# 2. Running a command that may hang or leave processes behind ------------------------------------------------------------

stop_group() { # a process group, all of which is to end
  "${as_root[@]}" kill -TERM -- "-$1" 2>/dev/null || return 0
  sleep 1
  "${as_root[@]}" kill -KILL -- "-$1" 2>/dev/null || true
}

interrupted() {
  trap - INT TERM
  [[ -z $group ]] || stop_group "$group"
  echo 'interrupted' >&2
  exit 130
}

limited() { # SECONDS COMMAND…: status 124 or 137 when it did not end in time
  local status=0 _
  # Job control gives the command a process group of its own without making it deaf to SIGINT, which tests send to programs.
  set -m
  "${as_root[@]}" timeout --kill-after=15 "$@" </dev/null &
  group=$!
  set +m
  wait "$group" || status=$?
  for _ in {1..20}; do
    kill -0 -- "-$group" 2>/dev/null || break
    sleep 0.1
  done
  if kill -0 -- "-$group" 2>/dev/null; then
    warnings+=("$current left processes behind: $(pgrep -g "$group" -l | paste -sd, || true)")
    stop_group "$group"
  fi
  group=
  return "$status"
}

# The time that is left for something that may take SECONDS.
time_for() { # SECONDS
  local left=$((total_limit - SECONDS))
  echo $((left < 1 ? 1 : left < $1 ? left : $1))
}

# 3. The kinds of test ------------------------------------------------------------------------------------------------

build() {
  local start=$SECONDS
  heading build
  rm -rf "$published"
  if ! limited "$(time_for 900)" dotnet msbuild MgCap.Web.sln -restore -p:Configuration=Release -nologo -v:quiet -tl:off \
    || ! limited "$(time_for 300)" dotnet publish src/MgCap.Web -c Release --no-self-contained -o "$published" -nologo -v quiet --tl:off; then
    failures+=('build: see its errors above; no test was run')
    count build 0 1 0 $((SECONDS - start))
    finish || exit
  fi
}

code_style() {
  local start=$SECONDS places
  heading 'code style'
  if limited "$(time_for 300)" dotnet format MgCap.Web.sln --verify-no-changes --no-restore >"$results/code-style.txt" 2>&1; then
    count 'code style' 1 0 0 $((SECONDS - start))
  else
    places="$(sort -u "$results/code-style.txt")"
    head -n 40 <<<"$places"
    failures+=("code style: $(grep -c ': error ' <<<"$places" || true) places; 'make format' corrects what can be corrected automatically")
    count 'code style' 0 1 0 $((SECONDS - start))
  fi
}

script_style() {
  local start=$SECONDS status=0
  heading 'script style'
  limited "$(time_for 300)" scripts/lint.sh >"$results/script-style.txt" 2>&1 || status=$?
  case "$status" in
    0) count 'script style' 1 0 0 $((SECONDS - start)) ;;
    3)
      skips+=("script style: $(tail -n 1 "$results/script-style.txt")")
      count 'script style' 0 0 1 $((SECONDS - start))
      ;;
    *)
      tail -n 60 "$results/script-style.txt"
      failures+=("script style: $(tail -n 1 "$results/script-style.txt"); scripts/lint.sh says where")
      count 'script style' 0 1 0 $((SECONDS - start))
      ;;
  esac
}

# Counts a project's results and names what failed or was skipped. Status 1: the results are no results.
# Sets p, f, s and problem of its caller.
read_results() { # NAME [CONSOLE]
  local outcome test reason
  scripts/read-junit.sh "$results/$1.xml" "${@:2}" >"$results/.read" 2>"$results/.problem" || {
    problem="$(tail -n 1 "$results/.problem")"
    return 1
  }
  while IFS=$'\t' read -r outcome test reason; do
    case "$outcome" in
      passed) ((++p)) ;;
      skipped) ((++s)) && skips+=("$1: $test (${reason:-no reason given})") ;;
      *) ((++f)) && failures+=("$1: $test${reason:+ (${reason:0:600})}") ;;
    esac
  done <"$results/.read"
}

# The tests that were under way when the process ended, by the file that --blame leaves.
unfinished() {
  local sequence
  sequence="$(find "$results" -name 'Sequence_*.xml' -newer "$results/.before" -print -quit)"
  [[ -n $sequence ]] || { echo unknown && return; }
  sed -n 's/.*<Test Name="\([^"]*\)".* Completed="False".*/\1/p' "$sequence" | paste -sd, | sed 's/,/, /g'
}

dotnet_tests() { # PROJECT FOLDER
  local name start=$SECONDS status=0 limit p=0 f=0 s=0 library console problem=''
  name="$(basename "$1")"
  heading "$name"
  console="$results/$name.txt"
  limit="$(time_for $project_limit)"
  library="$(find "$1"/bin/Release -path "*/net*/$name.dll" -not -path '*/ref/*' -print -quit 2>/dev/null || true)"
  if [[ -z $library ]]; then
    failures+=("$name: it was not built; is it in MgCap.Web.sln?")
    count "$name" 0 1 0 0
    return
  fi

  touch "$results/.before"
  # The library, not the project: MSBuild has done its work, and need not run as root.
  limited "$limit" "$(command -v dotnet)" test "$library" --nologo ${filter:+--filter "$filter"} \
    --logger "junit;LogFilePath=$results/$name.xml" --logger 'console;verbosity=normal' --results-directory "$results" \
    "--Blame:CollectHangDump;TestTimeout=${test_limit}000;HangDumpType=none" > >(tee "$console" | grep -v '^  Passed ') 2>&1 || status=$?

  # What crashed or hung has results, too: those of the tests that had run.
  if read_results "$name" "$console"; then
    if ((status == 124 || status == 137)); then
      problem="it did not end within $limit s"
    elif grep -qiE 'test run was aborted|test run aborted|process crashed' "$console"; then
      problem="its process crashed or hung before all of its tests had run (under way: $(unfinished))"
    elif ((status != 0 && f == 0)); then
      problem="dotnet test ended with $status, though no test failed"
    fi
  elif ((status == 124 || status == 137)); then
    problem="no results: it did not end within $limit s"
  elif ((status == 0)) && grep -qE 'No test (matches|is available)' "$console"; then
    problem=
    if [[ -z $filter ]]; then
      if grep -rqE --include='*.cs' '^\s*\[[A-Za-z]*(Fact|Theory)\b' "$1"; then
        problem='none of its tests was found'
      else
        warnings+=("$name has no tests yet")
      fi
    fi
  else
    problem="no results: dotnet test ended with $status; $problem"
  fi
  if [[ -n $problem ]]; then
    ((++f))
    failures+=("$name: $problem")
  fi
  count "$name" "$p" "$f" "$s" $((SECONDS - start))
}

dashboard_tests() {
  local start=$SECONDS status=0 p=0 f=0 s=0 problem=''
  heading wwwroot
  limited "$(time_for 180)" node --test --test-reporter=junit --test-reporter-destination="$results/wwwroot.xml" \
    --test-reporter=spec --test-reporter-destination="$results/wwwroot.txt" tests/wwwroot/*.test.mjs || status=$?
  if read_results wwwroot; then
    ((status == 0 || f > 0)) || problem="node ended with $status, though no test failed"
  else
    problem="no results: node ended with $status; $problem"
  fi
  if ((status != 0)); then sed -n '/failing tests:/,$p' "$results/wwwroot.txt" 2>/dev/null || true; fi
  if [[ -n $problem ]]; then
    ((++f))
    failures+=("wwwroot: $problem")
  fi
  count wwwroot "$p" "$f" "$s" $((SECONDS - start))
}

script_tests() {
  local start=$SECONDS status=0 p=0 f=0 s=0 problem=''
  heading scripts
  limited "$(time_for 120)" tests/shell/run.sh "$results/scripts.xml" || status=$?
  if read_results scripts; then
    ((status == 0 || f > 0)) || problem="tests/shell/run.sh ended with $status, though no test failed"
  fi
  if [[ -n $problem ]]; then
    ((++f))
    failures+=("scripts: $problem")
  fi
  count scripts "$p" "$f" "$s" $((SECONDS - start))
}

# Begins while the rest is built: it is the network's work, and some unpacking. What it could not fetch run.sh tries again, and its
# failure has the reason.
fetch_kernels() {
  set -m
  timeout --kill-after=15 "$module_limit" nice -n 19 tests/kmod/run.sh fetch "${kernels[@]}" </dev/null >"$results/kmod-fetch.txt" 2>&1 &
  fetching=$!
  set +m
}

module_tests() {
  local start=$SECONDS status=0 p=0 f=0 s=0 log="$results/kmod.txt" limit problem=''
  heading kmod
  wait "$fetching" || true
  fetching=
  # What is newer in the archive and not whole yet, by name.
  grep 'is not whole' "$results/kmod-fetch.txt" || true
  limit="$(time_for $module_limit)"
  RESULTS="$results/kmod.xml" limited "$limit" tests/kmod/run.sh "${kernels[@]}" > >(tee "$log") 2>&1 || status=$?
  if ((status == 77)); then
    skips+=("kmod: $(tail -n 1 "$log")")
    count kmod 0 0 1 $((SECONDS - start))
    return
  fi
  if read_results kmod; then
    ((status == 0 || f > 0)) || problem="tests/kmod/run.sh ended with $status, though no scenario failed"
  elif ((status == 124 || status == 137)); then
    problem="it did not end within $limit s"
  else
    problem="no results: tests/kmod/run.sh ended with $status ($(grep -v '^[|#]' "$log" | tail -n 1))"
  fi
  if [[ -n $problem ]]; then
    ((++f))
    failures+=("kmod: $problem")
  fi
  count kmod "$p" "$f" "$s" $((SECONDS - start))
}

# 4. All of them ------------------------------------------------------------------------------------------------------

trap interrupted INT TERM
trap '[[ -z $fetching ]] || stop_group "$fetching"' EXIT
as_root=()
rm -rf "$results"
mkdir -p "$results"
scripts/setup.sh test
SECONDS=0
[[ -n $filter ]] || ((${#kernels[@]} == 0)) || fetch_kernels
build
if [[ -z $filter ]]; then
  code_style
  script_style
  script_tests
fi

# Capturing and making network namespaces is for root. Without it those tests are skipped, and say so.
if ((EUID != 0)); then
  if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }; }; then
    as_root=(sudo -n env HOME=/root "PATH=$PATH")
    for variable in CI MGCAP_CONSOLE "${!DOTNET_@}"; do
      as_root+=("$variable=${!variable:-}")
    done
  else
    warnings+=('not root: tests that capture or make network namespaces were skipped')
  fi
fi
for project in tests/*.Tests; do
  dotnet_tests "$project"
done
if ((${#as_root[@]} > 0)); then
  sudo -n chown -R "$(id -u):$(id -g)" artifacts
  as_root=()
fi

if [[ -z $filter ]]; then
  dashboard_tests
  ((${#kernels[@]} == 0)) || module_tests
else
  warnings+=("only the .NET tests that match '$filter' were run")
fi
finish
