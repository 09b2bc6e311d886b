# shellcheck shell=bash
# Which sources of iproute2 are fetched, from made-up archives.
# shellcheck disable=SC2154 # run.sh gives each test its folder, in $work.
source kmod/iproute2/fetch.sh

# An archive of $work/listed, lines of RELEASE VERSION, that has the versions of $work/whole.
apt-get() {
  local last="${*: -1}"
  case " $* " in
    *' indextargets '*) cat "$work/mirrors" ;;
    *' update '*) ;;
    *' source '*)
      if grep -qFx "${last#*=}" "$work/whole"; then
        touch "iproute2_${last#*=}.dsc"
      else
        echo "E: Failed to fetch iproute2_${last#*=}.dsc  404  Not Found" >&2
        return 100
      fi
      ;;
  esac
}
apt-cache() {
  local release version
  while read -r release version; do
    ! grep -q " $release main$" "$work/fetched/sources.list" || echo "Version: $version"
  done <"$work/listed"
}

archive() { # MIRRORS LISTED WHOLE
  printf '%s\n' "$1" >"$work/mirrors"
  printf '%s\n' "$2" >"$work/listed"
  printf '%s\n' "$3" >"$work/whole"
}
fetched() { (cd "$work/fetched/package" && echo *); }

test_newest_is_taken() {
  archive 'http://a/debian trixie' $'trixie 6.15.0-1\ntrixie 6.9.0-1' $'6.15.0-1\n6.9.0-1'
  fetch_iproute2 "$work/fetched"
  equal "$(fetched)" iproute2_6.15.0-1.dsc
}

test_one_that_is_not_whole_is_named_and_the_next_taken() {
  archive 'http://a/debian trixie' $'trixie 6.9.0-1\ntrixie 6.15.0-1' 6.9.0-1
  fetch_iproute2 "$work/fetched" 2>"$work/report"
  equal "$(fetched)" iproute2_6.9.0-1.dsc
  equal "$(<"$work/report")" 'iproute2 6.15.0-1 is listed, but not whole: E: Failed to fetch iproute2_6.15.0-1.dsc  404  Not Found'
}

test_another_release_where_none_is_whole() {
  archive $'http://a/debian trixie\nhttp://a/debian trixie-updates\nhttp://a/security trixie-security' \
    $'trixie 6.15.0-1\nbookworm 6.1.0-3' 6.1.0-3
  fetch_iproute2 "$work/fetched" 2>/dev/null
  equal "$(fetched)" iproute2_6.1.0-3.dsc
  equal "$(sed 's/.*gpg] //' "$work/fetched/sources.list")" 'http://a/debian bookworm main'
}

test_own_release_comes_first() {
  archive 'http://a/debian bookworm' $'trixie 6.15.0-1\nbookworm 6.1.0-3' $'6.15.0-1\n6.1.0-3'
  fetch_iproute2 "$work/fetched"
  equal "$(fetched)" iproute2_6.1.0-3.dsc
}

test_nothing_whole_is_said() {
  archive 'http://a/debian trixie' $'trixie 6.15.0-1\nbookworm 6.1.0-3' ''
  fails fetch_iproute2 "$work/fetched" 2>"$work/report"
  contains "$(<"$work/report")" "no version of iproute2's sources is whole"
}

test_no_mirror_is_said() {
  : >"$work/mirrors"
  fails fetch_iproute2 "$work/fetched" 2>"$work/report"
  contains "$(<"$work/report")" 'no mirror of Debian'
}
