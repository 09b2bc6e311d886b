# shellcheck shell=bash
# Which of Debian's kernels fetch.sh takes. The archive gets a kernel's packages one after the other: for days there may be headers
# without an image, as images are signed first.

# The releases (6.1.0-57) of cloud kernels of which a list of packages has headers or an image, newest first; of a series (6.1) or of all.
kernel_releases() { # [SERIES] <PACKAGES
  sed -n 's/^Package: linux-\(headers\|image\)-\([0-9]\+\.[0-9]\+\.[0-9].*\)-cloud-amd64\(-unsigned\)\?$/\2/p' \
    | awk -v series="${1:-}" 'series == "" || index($0, series ".") == 1' | sort -ruV
}

# Prints the newest release of which the list has everything that is built against and booted, and then, a line each, its packages as
# NAME=VERSION. Standard error gets a line for each newer release, with what the list lacks of it. Status 1: none is whole.
# The list is in the form of `apt-cache dumpavail`.
choose_kernel() { # [SERIES] <PACKAGES
  local packages releases
  packages="$(cat)"
  mapfile -t releases < <(kernel_releases "${1:-}" <<<"$packages")
  if ((${#releases[@]} == 0)); then
    echo "the archive has no cloud kernel${1:+ of the series $1}" >&2
    return 1
  fi
  awk -v releases="${releases[*]}" -f tests/kmod/whole-kernel.awk <<<"$packages"
}
