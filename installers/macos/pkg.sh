#!/usr/bin/env bash
# Makes a package from Fermata.app for all users of a Mac, with the LaunchAgent that starts it.
set -euo pipefail
# shellcheck source=installers/macos/names.sh
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"

[ -d "$app" ] || { echo "there is no $app; run bundle.sh first" >&2; exit 1; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
staged="$work/staged"
mkdir -p "$staged/Applications" "$staged/Library/LaunchAgents" "$staged/usr/local/bin"
ditto "$app" "$staged/Applications/Fermata.app"
install -m 644 "$installers/app.fermata.desktop.plist" "$staged/Library/LaunchAgents/"
ln -s /Applications/Fermata.app/Contents/MacOS/fermatactl "$staged/usr/local/bin/fermatactl"

mkdir -p "$packages"
pkgbuild --root "$staged" --install-location / --ownership recommended \
    --component-plist "$installers/components.plist" --scripts "$installers/scripts" \
    --identifier app.fermata.desktop.pkg --version "$version" "$work/fermata-component.pkg"
productbuild --distribution "$installers/distribution.xml" --package-path "$work" \
    --identifier app.fermata.desktop.installer --version "$version" "$pkg"
echo "$pkg"
