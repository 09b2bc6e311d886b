#!/usr/bin/env bash
# install.sh install|uninstall: puts the command line and the console below DESTDIR/PREFIX, or takes them away again.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

prefix="${PREFIX:-/usr/local}"
[[ $prefix == /* ]] || { echo "install: PREFIX must begin with /, and is '$prefix'" >&2; exit 2; }
lib="${DESTDIR:-}$prefix/lib/mgcap"
bin="${DESTDIR:-}$prefix/bin"

publish() { # PROJECT FOLDER
  dotnet publish "src/$1" -c Release --no-self-contained -o "artifacts/publish/$2" -nologo -v quiet --tl:off
}

case "${1:-}" in
  install)
    rm -rf artifacts/publish
    publish MgCap.Cli cli
    publish MgCap.Web console
    rm -rf "$lib"
    mkdir -p "$lib" "$bin"
    cp -R artifacts/publish/. "$lib"
    cp LICENSE "$lib"
    # The others are the same program: it looks at the name it was started by.
    ln -sfn ../lib/mgcap/cli/mgcap "$bin/mgcap"
    ln -sfn mgcap "$bin/mgdump"
    ln -sfn mgcap "$bin/mgcap_hwtstamp_config"
    echo "installed $bin/mgcap, $bin/mgdump, $bin/mgcap_hwtstamp_config and the console, $lib/console/MgCap.Web"
    ;;
  uninstall)
    rm -f "$bin/mgcap" "$bin/mgdump" "$bin/mgcap_hwtstamp_config"
    rm -rf "$lib"
    echo "removed $bin/mgcap, $bin/mgdump, $bin/mgcap_hwtstamp_config and $lib; captures are left where they are"
    ;;
  *)
    echo "usage: $0 install|uninstall" >&2
    exit 2
    ;;
esac
