#!/usr/bin/env bash
# Writes fermata.json, the notice that this version is released, and its signature
# fermata.json.minisig into a folder, and verifies it as the programs do (docs/operations.md).
#
#   notice.sh FOLDER NOTES [LAST-DAY]
#
# NOTES is the address of a page that says what is new. The notice is believed until LAST-DAY, in
# half a year where none is named; make it anew by then.
#
# FERMATA_UPDATE_KEY            the public key that the programs are built with
# UPDATE_SIGNING_KEY            the secret one: the file that `minisign -G` writes
# UPDATE_SIGNING_KEY_PASSWORD
set -euo pipefail
folder=${1:?"say which folder: notice.sh packages https://example.com/notes"}
notes=${2:?"say where it is written what is new"}
until=${3:-$(date -u --date='180 days' +%F)}
: "${FERMATA_UPDATE_KEY:?is not set: the programs would believe nothing}"
: "${UPDATE_SIGNING_KEY:?is not set: nothing unsigned is released}"
: "${UPDATE_SIGNING_KEY_PASSWORD:?is not set: nothing unsigned is released}"
[[ $notes =~ ^https://[^[:space:]\"\\]+$ ]] || { echo "$notes is no address of a page" >&2; exit 1; }
[[ $until =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] || { echo "$until is no day like 2027-03-31" >&2; exit 1; }
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$(dirname "${BASH_SOURCE[0]}")/../../Cargo.toml" | head -n 1)

notice=$folder/fermata.json
rm -f "$notice" "$notice.minisig"
printf '{"version": "%s", "notes": "%s", "until": "%s"}\n' "$version" "$notes" "$until" > "$notice"

# Neither key nor password is ever an argument, which other programs could read.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s\n' "$UPDATE_SIGNING_KEY" > "$work/key"
minisign -S -H -s "$work/key" -t "Fermata $version, believed until $until" -m "$notice" \
    <<< "$UPDATE_SIGNING_KEY_PASSWORD"
minisign -V -H -P "$FERMATA_UPDATE_KEY" -m "$notice"
