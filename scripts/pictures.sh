#!/usr/bin/env bash
# Renews README's pictures, docs/pictures: the console as it is, traffic as it comes, Debian's Chromium. Needs root, as capturing does.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if ((EUID != 0)); then
  echo 'pictures.sh: capturing and network namespaces are for root: sudo make pictures' >&2
  exit 1
fi
scripts/setup.sh test
dotnet build tests/MgCap.E2E.Tests -c Release -nologo -v:quiet
rm -f artifacts/screenshots/readme-*.png
dotnet test tests/MgCap.E2E.Tests/bin/Release/net10.0/MgCap.E2E.Tests.dll --nologo --filter FullyQualifiedName~PicturesTests
mkdir -p docs/pictures
for picture in running finished; do
  cp "artifacts/screenshots/readme-$picture.png" "docs/pictures/$picture.png"
done
ls -l docs/pictures
