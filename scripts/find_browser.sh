#!/bin/sh
# find_browser.sh PYTHON: print the path of a Chromium that runs, for the browser tests; everything else goes to stderr.
# One that is there already; else Debian's package when we are root; else Playwright's own download.
set -eu

python=$1

runs() {
    [ -n "$1" ] && "$1" --version >/dev/null 2>&1
}

playwrights_own() {
    "$python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null || true
}

find_one() {
    for name in "${TIDELINE_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        path=$(command -v "$name" 2>/dev/null || true)
        if runs "$path"; then echo "$path"; return; fi
    done
    path=$(playwrights_own)
    if runs "$path"; then echo "$path"; return; fi
    return 1
}

find_one && exit 0

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null; then
    echo "No Chromium here: installing Debian's." >&2
    export DEBIAN_FRONTEND=noninteractive
    if apt-get -qq update >&2 && apt-get -qq install -y --no-install-recommends chromium >&2; then
        find_one && exit 0
    fi
fi

echo "No Chromium here: downloading Playwright's." >&2
"$python" -m playwright install chromium >&2 || true
find_one && exit 0

echo "The browser tests need a Chromium, and none could be found or fetched." >&2
echo "Install Chromium or Chrome, or name one: TIDELINE_CHROMIUM=/path/to/chromium make test" >&2
exit 1
