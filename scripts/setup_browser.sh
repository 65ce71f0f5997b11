#!/usr/bin/env bash
# Chromium and Chinese fonts, from Debian. Installed when we are root; otherwise said how.
# The tests that open a browser or draw posters are then skipped with that reason, except under CI=true, where this
# fails.
set -euo pipefail

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
packages="chromium fontconfig fonts-noto-cjk fonts-noto-cjk-extra fonts-noto-color-emoji fonts-wqy-zenhei fonts-wqy-microhei
  fonts-arphic-ukai fonts-arphic-uming"
fonts() {
  command -v fc-list >/dev/null || return 1
  for family in "Noto Sans CJK SC:style=Black" "Noto Color Emoji" "WenQuanYi Zen Hei" "WenQuanYi Micro Hei" "AR PL UKai CN" "AR PL UMing CN"; do
    [ -n "$(fc-list "$family" 2>/dev/null | head -n 1)" ] || return 1
  done
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if browser >/dev/null && fonts; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing chromium and Chinese fonts" >&2
  if { apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=60 update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    $packages; } >"$log" 2>&1; then
    exit 0
  fi
  tail -n 15 "$log" >&2
fi
echo "Chromium or a Chinese font is missing here. On Debian: sudo apt-get install" $packages >&2
if [ "${CI:-}" = true ]; then
  echo "CI=true: these tests may not be skipped." >&2
  exit 1
fi
echo "The tests that need them will be skipped." >&2
