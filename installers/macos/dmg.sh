#!/usr/bin/env bash
# Makes a disk image from Fermata.app, for whoever installs it by hand: it starts nothing by
# itself. Fleets take the package that pkg.sh makes.
set -euo pipefail
# shellcheck source=installers/macos/names.sh
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"

[ -d "$app" ] || { echo "there is no $app; run bundle.sh first" >&2; exit 1; }
staged="$(mktemp -d)"
trap 'rm -rf "$staged"' EXIT
ditto "$app" "$staged/Fermata.app"
ln -s /Applications "$staged/Applications"
mkdir -p "$packages"
hdiutil create -volname Fermata -srcfolder "$staged" -format UDZO -ov "$dmg"
echo "$dmg"
