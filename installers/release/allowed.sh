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
    FERMATA_UPDATE_KEY UPDATE_SIGNING_KEY UPDATE_SIGNING_KEY_PASSWORD \
    RELEASE_KEY RELEASE_KEY_PASSPHRASE DEBEMAIL; do
    [ -n "${!name:-}" ] || missing+=("$name")
done
if [ "${#missing[@]}" -gt 0 ]; then
    echo "nothing unsigned is released; missing: ${missing[*]} (docs/release.md)" >&2
    exit 1
fi
# A program with another one would say on each desk that its key is wrong.
if [[ ! $FERMATA_UPDATE_KEY =~ ^RW[A-Za-z0-9+/]{54}$ ]]; then
    echo "FERMATA_UPDATE_KEY is not the public key as minisign prints it: one line of base64, RW..." >&2
    exit 1
fi
