#!/usr/bin/env bash
# Removes Fermata from this Mac, for all users; run it with sudo. What belongs to a user stays:
# settings, logs, and the sign-in in the keychain.
set -euo pipefail

agent=app.fermata.desktop
if [ "$(id -u)" -ne 0 ]; then
    echo "run it as root: sudo $0" >&2
    exit 1
fi

user="$(stat -f %Su /dev/console)"
if [ "$user" != root ]; then
    # It fails where the agent is not loaded, which is what is wanted.
    launchctl bootout "gui/$(id -u "$user")/$agent" 2>/dev/null || true
fi
rm -f "/Library/LaunchAgents/$agent.plist" /usr/local/bin/fermatactl
rm -rf /Applications/Fermata.app
# It fails where only the disk image had been used.
pkgutil --forget "$agent.pkg" 2>/dev/null || true
