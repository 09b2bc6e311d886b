# shellcheck shell=bash
# What is written as JUnit results is read back, and what is no result is a failure.
# shellcheck disable=SC2154 # run.sh gives each test its folder, in $work.
source scripts/junit.sh

read_back() { # [CONSOLE]
  scripts/read-junit.sh "$work/results.xml" "$@" 2>"$work/report"
}

test_outcomes_and_reasons_are_read_back() {
  junit_begin "$work/results.xml" suite
  junit_case passed 'one' 0.5
  junit_case failed 'two' 1 'expected <1> & "2"'
  junit_case skipped 'three' 0 'needs root'
  junit_end
  equal "$(read_back)" $'passed\tone\t\nfailed\ttwo\texpected <1> & "2"\nskipped\tthree\tneeds root'
}

test_bytes_that_xml_cannot_hold_are_left_out() {
  junit_begin "$work/results.xml" 'a & b'
  junit_case failed $'name\twith\x01 \x1b[31mcolour' 0 $'line 1\nline 2 \xff end'
  junit_end
  equal "$(read_back)" $'failed\tname with [31mcolour\tline 1 line 2 end'
}

test_results_that_were_cut_short_are_a_failure() {
  junit_begin "$work/results.xml" suite
  junit_case passed one 0
  fails read_back
  contains "$(<"$work/report")" 'results.xml is not whole'
}

test_results_without_a_test_are_a_failure() {
  junit_begin "$work/results.xml" suite
  junit_end
  fails read_back
  contains "$(<"$work/report")" 'has no test in it'
}

test_missing_and_empty_results_are_a_failure() {
  fails read_back
  contains "$(<"$work/report")" 'there is no results.xml'
  : >"$work/results.xml"
  fails read_back
}

test_unknown_outcome_is_a_failure() {
  junit_begin "$work/results.xml" suite
  junit_case odd one 0
  junit_end
  equal "$(read_back)" $'failed\tone\tthe outcome is odd'
}

# As the logger of .NET writes them: without reasons of skips, which only the console has.
test_results_of_dotnet_get_the_reasons_of_skips_from_the_console() {
  cat >"$work/results.xml" <<'XML'
<testsuites><testsuite name="A.dll" tests="4" skipped="2" failures="1" errors="0">
  <testcase classname="A.B" name="Passes(text: &quot;a b&quot;)" time="0.1" />
  <testcase classname="A.B" name="Fails" time="0.1"><failure type="failure" message="Assert.Equal() Failure&#xA;Expected: 1">at A.B</failure></testcase>
  <testcase classname="A.B" name="IsSkipped(x: 1)" time="0.001"><skipped /></testcase>
  <testcase classname="A.B" name="HasNoReason" time="0.001"><skipped /></testcase>
  <system-out>[xUnit.net 00:00:01.77] of tests</system-out>
</testsuite></testsuites>
XML
  cat >"$work/console.txt" <<'TEXT'
[xUnit.net 00:00:01.67]   Starting:    A
[xUnit.net 00:00:01.77]     A.B.IsSkipped(x: 1) [SKIP]
[xUnit.net 00:00:01.77]       needs root: it makes network namespaces
TEXT
  equal "$(read_back "$work/console.txt")" "$(printf '%s\n' $'passed\tA.B.Passes(text: "a b")\t' $'failed\tA.B.Fails\tAssert.Equal() Failure Expected: 1' \
    $'skipped\tA.B.IsSkipped(x: 1)\tneeds root: it makes network namespaces' $'skipped\tA.B.HasNoReason\t')"
}

# As node's reporter writes them: suites in suites, and a class that says nothing.
test_results_of_node_are_read_in_depth() {
  cat >"$work/results.xml" <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<testsuites>
  <testsuite name="age"><testsuite name="inner"><testcase name="of 0 s" time="0.1" classname="test"/></testsuite>
    <testcase name="is later" classname="test"><skipped type="todo" message="later"/></testcase>
    <testcase name="breaks" classname="test" failure="boom"><failure type="testCodeFailure" message="boom">Error: boom</failure></testcase></testsuite>
  <!-- tests 3 -->
</testsuites>
XML
  equal "$(read_back)" $'passed\tof 0 s\t\nskipped\tis later\tlater\nfailed\tbreaks\tboom'
}
