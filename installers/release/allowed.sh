#!/usr/bin/env bash
# Fails unless a release may be made: the tag names the version in Cargo.toml, and all that is
# signed with is there. Names what is missing; shows no value.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tag=${1:?"say which tag: allowed.sh v1.2.3"}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
if [ "$tag" != "v$version" ]; then
    echo "the tag is $tag, and Cargo.toml says $version" >&2
    exit 1
fi

missing=()
for name in \
    WINDOWS_CERTIFICATE WINDOWS_CERTIFICATE_PASSWORD \
    APPLE_CERTIFICATE APPLE_CERTIFICATE_PASSWORD \
    APPLE_NOTARY_KEY APPLE_NOTARY_KEY_ID APPLE_NOTARY_ISSUER \
    RELEASE_KEY RELEASE_KEY_PASSPHRASE DEBEMAIL; do
    [ -n "${!name:-}" ] || missing+=("$name")
done
if [ "${#missing[@]}" -gt 0 ]; then
    echo "nothing unsigned is released; missing: ${missing[*]} (docs/release.md)" >&2
    exit 1
fi
