#!/bin/sh
# Debian's Chromium and the fonts that cards need, where there is none and we may install it.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing Chromium for the browser tests (once)…"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-lato fonts-noto-cjk fonts-noto-color-emoji >/dev/null && exit 0
fi
echo "==> NO BROWSER: the playground's browser tests cannot run here; install the package chromium." >&2
[ "$CI" != true ]
