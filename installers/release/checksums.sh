#!/usr/bin/env bash
# Writes SHA256SUMS for all files in a folder, and its signature SHA256SUMS.asc, and verifies both.
#
# RELEASE_KEY         an OpenPGP secret key, armored
# RELEASE_KEY_PASSPHRASE
set -euo pipefail
cd "${1:?"say which folder: checksums.sh packages"}"
: "${RELEASE_KEY:?is not set: nothing unsigned is released}"
: "${RELEASE_KEY_PASSPHRASE:?is not set: nothing unsigned is released}"

rm -f SHA256SUMS SHA256SUMS.asc
sums=$(find . -maxdepth 1 -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum --binary)
[ -n "$sums" ] || { echo "there is nothing in $PWD to release" >&2; exit 1; }
printf '%s\n' "$sums" > SHA256SUMS

# A keyring of its own, which goes when this ends.
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
trap 'gpgconf --kill gpg-agent; rm -rf "$GNUPGHOME"' EXIT
gpg --batch --quiet --pinentry-mode loopback --passphrase-fd 3 --import \
    <<< "$RELEASE_KEY" 3<<< "$RELEASE_KEY_PASSPHRASE"
gpg --batch --quiet --pinentry-mode loopback --passphrase-fd 3 \
    --armor --detach-sign SHA256SUMS 3<<< "$RELEASE_KEY_PASSPHRASE"

sha256sum --check --strict --quiet SHA256SUMS
gpg --batch --verify SHA256SUMS.asc SHA256SUMS
