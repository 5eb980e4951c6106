#!/usr/bin/env bash
# Signs programs, libraries and packages for Windows in place (Authenticode, with a time stamp),
# and verifies each signature. Runs on Debian with osslsigncode 2.5 or newer.
#
# WINDOWS_CERTIFICATE           a PKCS#12 file with certificate and key, in base64
# WINDOWS_CERTIFICATE_PASSWORD
# WINDOWS_TIMESTAMP_URL         who stamps the time; "none" for a trial without a network
set -euo pipefail
: "${WINDOWS_CERTIFICATE:?is not set: nothing unsigned is released}"
: "${WINDOWS_CERTIFICATE_PASSWORD:?is not set: nothing unsigned is released}"
[ "$#" -gt 0 ] || { echo "say which files: sign.sh FILE..." >&2; exit 1; }

stamp=(-ts "${WINDOWS_TIMESTAMP_URL:-http://timestamp.digicert.com}")
[ "${WINDOWS_TIMESTAMP_URL:-}" != none ] || stamp=()

# Neither key nor password is ever an argument, which other programs could read.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
base64 --decode <<< "$WINDOWS_CERTIFICATE" > "$work/key.p12"
printf '%s' "$WINDOWS_CERTIFICATE_PASSWORD" > "$work/password"
# What is verified against is the certificate that was signed with: whether Windows trusts it is
# for Windows to say (verify.ps1).
openssl pkcs12 -in "$work/key.p12" -passin "file:$work/password" -nokeys -out "$work/chain.pem"

for file in "$@"; do
    osslsigncode sign -pkcs12 "$work/key.p12" -readpass "$work/password" -h sha256 \
        -n Fermata "${stamp[@]}" -in "$file" -out "$work/signed"
    osslsigncode verify -CAfile "$work/chain.pem" -TSA-CAfile /etc/ssl/certs/ca-certificates.crt \
        -in "$work/signed"
    cp "$work/signed" "$file"
    rm "$work/signed"
done
