#!/usr/bin/env bash
# Chromium and a Chinese font, from Debian. Installed when we are root; otherwise said how.
# The tests that need a browser are then skipped with that reason, except under CI=true, where this fails.
set -euo pipefail

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -n 1)" ]; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if browser >/dev/null && font; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing chromium and fonts-noto-cjk" >&2
  if { apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=60 update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-noto-cjk fontconfig; } >"$log" 2>&1; then
    exit 0
  fi
  tail -n 15 "$log" >&2
fi
echo "No Chromium with a Chinese font here. On Debian: sudo apt-get install chromium fonts-noto-cjk fontconfig" >&2
if [ "${CI:-}" = true ]; then
  echo "CI=true: the browser tests may not be skipped." >&2
  exit 1
fi
echo "The browser tests will be skipped." >&2
