# shellcheck shell=bash
# Which kernel is fetched, by made-up lists of what the archive has.
# shellcheck disable=SC2154 # run.sh gives each test its folder, in $work.
source tests/kmod/kernels.sh

package() { # NAME VERSION [DEPENDS]
  printf 'Package: %s\nVersion: %s\nArchitecture: amd64\n%s\n' "$1" "$2" "${3:+Depends: $3$'\n'}"
}

# The packages of a kernel of the series 6.1, without those that are named.
kernel() { # RELEASE VERSION [WITHOUT]…
  local release="$1" version="$2" name
  shift 2
  for name in "headers-$release-cloud-amd64" "headers-$release-common" "image-$release-cloud-amd64" "image-$release-cloud-amd64-unsigned"; do
    [[ " $* " != *" $name "* ]] || continue
    case "$name" in
      headers-*-cloud-amd64)
        package "linux-$name" "$version" \
          "linux-headers-$release-common (= $version), linux-kbuild-6.1 (>= $version), linux-compiler-gcc-12-x86, make"
        ;;
      image-*) package "linux-$name" "$version" 'kmod, linux-base (>= 4.3~), initramfs-tools (>= 0.120) | linux-initramfs-tool' ;;
      *) package "linux-$name" "$version" ;;
    esac
  done
}
tools() { # VERSION
  package linux-kbuild-6.1 "$1" 'libc6 (>= 2.34)'
  package linux-compiler-gcc-12-x86 "$1" gcc-12
}

choose() { # [SERIES] <LIST: what choose_kernel prints, and what it reports to standard error
  choose_kernel "${1:-}" >"$work/chosen" 2>"$work/report"
}
chosen() { head -n 1 "$work/chosen"; }

test_newest_that_is_whole_is_taken() {
  { kernel 6.1.0-9 6.1.27-1; kernel 6.1.0-56 6.1.192-2; tools 6.1.192-2; } | choose 6.1
  equal "$(chosen)" 6.1.0-56
  equal "$(tail -n +2 "$work/chosen" | sort | paste -sd' ')" "linux-compiler-gcc-12-x86=6.1.192-2 linux-headers-6.1.0-56-cloud-amd64=6.1.192-2 \
linux-headers-6.1.0-56-common=6.1.192-2 linux-image-6.1.0-56-cloud-amd64=6.1.192-2 linux-kbuild-6.1=6.1.192-2"
  equal "$(<"$work/report")" ''
}

test_headers_before_their_image_are_passed_over_with_the_reason() {
  { kernel 6.1.0-56 6.1.192-2; kernel 6.1.0-57 6.1.192-3 image-6.1.0-57-cloud-amd64; tools 6.1.192-3; } | choose 6.1
  equal "$(chosen)" 6.1.0-56
  contains "$(<"$work/report")" '6.1.0-57 is not whole, the archive lacks linux-image-6.1.0-57-cloud-amd64 (there is only linux-image-6.1.0-57-cloud-amd64-unsigned)'
}

test_image_before_its_headers_is_passed_over() {
  { kernel 6.1.0-56 6.1.192-2; kernel 6.1.0-57 6.1.192-3 headers-6.1.0-57-cloud-amd64; tools 6.1.192-3; } | choose 6.1
  equal "$(chosen)" 6.1.0-56
  contains "$(<"$work/report")" 'lacks linux-headers-6.1.0-57-cloud-amd64'
}

test_common_headers_are_needed() {
  { kernel 6.1.0-56 6.1.192-2; kernel 6.1.0-57 6.1.192-3 headers-6.1.0-57-common; tools 6.1.192-3; } | choose 6.1
  equal "$(chosen)" 6.1.0-56
  contains "$(<"$work/report")" 'lacks linux-headers-6.1.0-57-common'
}

test_tools_older_than_the_headers_do_not_fit() {
  { kernel 6.1.0-56 6.1.192-2; kernel 6.1.0-57 6.1.192-3; tools 6.1.192-2; } | choose 6.1
  equal "$(chosen)" 6.1.0-56
  contains "$(<"$work/report")" 'linux-kbuild-6.1 (>= 6.1.192-3, which linux-headers-6.1.0-57-cloud-amd64 needs; the archive has 6.1.192-2)'
}

test_missing_compiler_package_is_named() {
  { kernel 6.1.0-57 6.1.192-3; package linux-kbuild-6.1 6.1.192-3; } | fails choose 6.1
  contains "$(<"$work/report")" 'lacks linux-compiler-gcc-12-x86'
  contains "$(<"$work/report")" 'no kernel is whole in the archive'
}

test_image_of_another_upload_does_not_fit() {
  { kernel 6.1.0-57 6.1.192-3 image-6.1.0-57-cloud-amd64; package linux-image-6.1.0-57-cloud-amd64 6.1.192-2; kernel 6.1.0-56 6.1.192-2; tools 6.1.192-3; } | choose 6.1
  equal "$(chosen)" 6.1.0-56
  contains "$(<"$work/report")" 'linux-image-6.1.0-57-cloud-amd64 (= 6.1.192-3'
}

test_image_in_parts_needs_each_of_them() {
  split 7.2.1+deb13 7.2.1-1 >"$work/list"
  split 7.3.4+deb13 7.3.4-1 modules >>"$work/list"
  choose <"$work/list"
  equal "$(chosen)" 7.2.1+deb13
  contains "$(<"$work/report")" '7.3.4+deb13 is not whole, the archive lacks linux-modules-7.3.4+deb13-cloud-amd64'
  equal "$(grep -c -e '^linux-binary-7.2.1' -e '^linux-modules-7.2.1' -e '^linux-base-7.2.1' "$work/chosen")" 3
}
# As kernels have been split since 7.2.
split() { # RELEASE VERSION [WITHOUT]
  package "linux-headers-$1-cloud-amd64" "$2" "gcc-14-for-host, linux-base (>= 4.12~), linux-base-$1-cloud-amd64 (= $2), linux-headers-$1-common (= $2), linux-kbuild-$1"
  package "linux-headers-$1-common" "$2"
  package "linux-kbuild-$1" "$2"
  package "linux-base-$1-cloud-amd64" "$2"
  package "linux-image-$1-cloud-amd64" "$2" "dracut | linux-initramfs-tool, linux-base-$1-cloud-amd64 (= $2), linux-binary-$1-cloud-amd64 (= $2), linux-modules-$1-cloud-amd64 (= $2)"
  package "linux-binary-$1-cloud-amd64" "$2"
  [[ ${3:-} == modules ]] || package "linux-modules-$1-cloud-amd64" "$2"
}

test_versions_are_compared_as_numbers() {
  { kernel 6.1.0-100 6.1.300-1; kernel 6.1.0-99 6.1.299-1; tools 6.1.300-1; } | choose 6.1
  equal "$(chosen)" 6.1.0-100
}

test_series_is_not_a_prefix() {
  { kernel 6.1.0-56 6.1.192-2; tools 6.1.192-2; split 6.12.118+deb13 6.12.118-1; } | choose 6.1
  equal "$(chosen)" 6.1.0-56
}

test_names_without_a_release_are_no_kernels() {
  { package linux-headers-6.12-cloud-amd64 6.12.118-1; package linux-image-cloud-amd64 6.12.118-1; } | fails choose
  contains "$(<"$work/report")" 'the archive has no cloud kernel'
}

test_empty_list_is_a_failure() {
  fails choose 6.1 </dev/null
  contains "$(<"$work/report")" 'the archive has no cloud kernel of the series 6.1'
}
