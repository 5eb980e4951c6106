# shellcheck shell=bash
# What the other scripts agree on. To be sourced.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
installers="$root/installers/macos"
version="$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)"
built="${CARGO_TARGET_DIR:-$root/target}"
packages="$built/packages"
app="$built/macos/Fermata.app"
dmg="$packages/fermata-$version.dmg"
pkg="$packages/fermata-$version.pkg"
# Not every script needs each.
export root installers version built packages app dmg pkg
