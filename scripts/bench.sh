#!/usr/bin/env bash
# Sets up, builds and runs the benchmark; what is given here is given to it: bench.sh --rounds 5 --lengths 128
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if ((EUID != 0)); then
  echo 'bench: it makes network namespaces and loads programs into the kernel: run it as root' >&2
  exit 1
fi
scripts/setup.sh bench
dotnet msbuild tests/MgCap.Bench/MgCap.Bench.csproj -restore -p:Configuration=Release -nologo -v:quiet -tl:off
exec dotnet tests/MgCap.Bench/bin/Release/net10.0/MgCap.Bench.dll "$@"
