# shellcheck shell=bash
# Sourced by the other scripts: goes to the project's root, finds the .NET SDK, and keeps .NET from leaving servers behind.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
export DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# English for the scripts that read it, and no need for ICU: an SDK from an archive comes without.
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

if ! command -v dotnet >/dev/null; then
  for folder in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
    if [[ -n $folder && -x $folder/dotnet ]]; then
      export PATH="$folder:$PATH"
      break
    fi
  done
fi

# Asked from the project's folder, so that global.json has its say.
if ! sdk="$(dotnet --version 2>/dev/null)"; then
  cat >&2 <<'TEXT'
MgCap is built by the .NET SDK 10.0, and there is none on this machine's PATH. Install it, then run this again:
https://learn.microsoft.com/dotnet/core/install/linux-debian says how.
TEXT
  exit 1
fi
# shellcheck disable=SC2034 # setup.sh looks at it.
readonly sdk
