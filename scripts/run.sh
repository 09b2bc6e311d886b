#!/usr/bin/env bash
# Sets up, builds and starts the console; what is given here is given to it: run.sh --urls http://127.0.0.1:6000
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh run
echo 'building the console'
dotnet msbuild src/MgCap.Web/MgCap.Web.csproj -restore -p:Configuration=Release -nologo -v:quiet -tl:off
# In this process's place, so that Ctrl-C and SIGTERM reach the console itself.
exec dotnet src/MgCap.Web/bin/Release/net10.0/MgCap.Web.dll "$@"
