#!/bin/sh
# Starts $CHROMIUM with what Playwright says, but without the pages of its own address bar.
#
# Each window loads two of them, headless as well, and no test sees them: they took more of the processor
# than the pages under test. Of two switches of one name Chromium takes the last, so Playwright's is made
# longer.
set -eu

for word; do
    shift
    case $word in
        --disable-features=*) word=$word,WebUIOmniboxPopup,WebUIOmniboxAimPopup ;;
    esac
    set -- "$@" "$word"
done
exec "$CHROMIUM" "$@"
