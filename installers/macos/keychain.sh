#!/usr/bin/env bash
# Gives this Mac what notarize.sh signs with, in a keychain of its own. It changes which keychain
# is the usual one: it is for a Mac that is thrown away, such as a runner of the public CI.
#
# APPLE_CERTIFICATE             a PKCS#12 file in base64 with both Developer IDs, for the
#                               application and for the installer
# APPLE_CERTIFICATE_PASSWORD
# APPLE_NOTARY_KEY              a key for App Store Connect (.p8), in base64
# APPLE_NOTARY_KEY_ID
# APPLE_NOTARY_ISSUER
# FERMATA_NOTARY_PROFILE        the name that notarize.sh will know the key by
set -euo pipefail
for name in APPLE_CERTIFICATE APPLE_CERTIFICATE_PASSWORD \
    APPLE_NOTARY_KEY APPLE_NOTARY_KEY_ID APPLE_NOTARY_ISSUER FERMATA_NOTARY_PROFILE; do
    : "${!name:?"$name is not set: nothing unsigned is released"}"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
base64 --decode <<< "$APPLE_CERTIFICATE" > "$work/certificate.p12"
base64 --decode <<< "$APPLE_NOTARY_KEY" > "$work/notary.p8"

keychain=fermata-release.keychain-db
password=$(openssl rand -hex 16)
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 7200 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security list-keychains -d user -s "$keychain" login.keychain-db
security default-keychain -d user -s "$keychain"
# It takes the password as an argument alone.
security import "$work/certificate.p12" -k "$keychain" -P "$APPLE_CERTIFICATE_PASSWORD" \
    -T /usr/bin/codesign -T /usr/bin/productsign
# Without it the first signature would wait for somebody to click.
security set-key-partition-list -S apple-tool:,apple:,codesign: -s -k "$password" "$keychain" > /dev/null

xcrun notarytool store-credentials "$FERMATA_NOTARY_PROFILE" \
    --key "$work/notary.p8" --key-id "$APPLE_NOTARY_KEY_ID" --issuer "$APPLE_NOTARY_ISSUER"
