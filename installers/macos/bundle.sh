#!/usr/bin/env bash
# Builds Fermata.app for both kinds of Mac. Needs Xcode's command line tools, Node, and Rust with
# the targets aarch64-apple-darwin and x86_64-apple-darwin.
set -euo pipefail
# shellcheck source=installers/macos/names.sh
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"

export MACOSX_DEPLOYMENT_TARGET=11.0
targets=(aarch64-apple-darwin x86_64-apple-darwin)

npm --prefix "$root/ui" ci --no-fund --no-audit
npm --prefix "$root/ui" run build
for target in "${targets[@]}"; do
    (cd "$root" && cargo build --locked --release --target "$target" --package fermata --package ctl)
done

rm -rf "$app"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"
for program in fermata fermatactl; do
    lipo -create -output "$app/Contents/MacOS/$program" \
        "$built/${targets[0]}/release/$program" "$built/${targets[1]}/release/$program"
done
cp "$root/icons/icon.icns" "$app/Contents/Resources/"
cp "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$app/Contents/Resources/"
# What is inside, and the licenses of others in full.
(
    cd "$root"
    cargo xtask sbom --into "$app/Contents/Resources" --target "${targets[0]}" --target "${targets[1]}"
)
cp "$installers/Info.plist" "$app/Contents/Info.plist"
for key in CFBundleShortVersionString CFBundleVersion; do
    plutil -replace "$key" -string "$version" "$app/Contents/Info.plist"
done
plutil -lint "$app/Contents/Info.plist"
echo "$app"
