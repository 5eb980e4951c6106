#!/usr/bin/env bash
# Signs Fermata.app, a .dmg or a .pkg, has Apple notarize it and staples the ticket to it.
#
#   notarize.sh target/macos/Fermata.app
#
# The environment names what lies in the keychain of the machine, and holds no secret itself:
#   FERMATA_SIGN_APPLICATION   identity for programs and disk images: "Developer ID Application: ..."
#   FERMATA_SIGN_INSTALLER     identity for packages: "Developer ID Installer: ..."
#   FERMATA_NOTARY_PROFILE     profile made once with `xcrun notarytool store-credentials`
set -euo pipefail
# shellcheck source=installers/macos/names.sh
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"

what="${1:?say what to sign: Fermata.app, a .dmg or a .pkg}"
profile="${FERMATA_NOTARY_PROFILE:?name the keychain profile of notarytool}"

sign() {
    codesign --force --timestamp --sign "${FERMATA_SIGN_APPLICATION:?name the identity for programs}" "$@"
}

submitted="$what"
case "$what" in
*.app)
    # From the inside out: a signature covers what is signed before.
    sign --options runtime --identifier app.fermata.desktop.fermatactl "$what/Contents/MacOS/fermatactl"
    sign --options runtime --entitlements "$installers/entitlements.plist" "$what"
    codesign --verify --strict --deep --verbose=2 "$what"
    # notarytool takes no folders.
    submitted="${what%.app}.zip"
    ditto -c -k --keepParent "$what" "$submitted"
    ;;
*.dmg)
    sign "$what"
    ;;
*.pkg)
    productsign --timestamp --sign "${FERMATA_SIGN_INSTALLER:?name the identity for packages}" "$what" "$what.signed"
    mv "$what.signed" "$what"
    pkgutil --check-signature "$what"
    ;;
*)
    echo "$what is neither an .app nor a .dmg nor a .pkg" >&2
    exit 2
    ;;
esac

# Ends with an error if Apple refuses it; `xcrun notarytool log` then says why.
xcrun notarytool submit "$submitted" --keychain-profile "$profile" --wait
xcrun stapler staple "$what"
case "$what" in
*.app)
    rm "$submitted"
    spctl --assess --type execute --verbose "$what"
    ;;
*.dmg) spctl --assess --type open --context context:primary-signature --verbose "$what" ;;
*.pkg) spctl --assess --type install --verbose "$what" ;;
esac
