#!/usr/bin/env bash
# PostgreSQL, from Debian, for the tests that run every store on the real thing. Installed when we are root;
# otherwise said how. Without it those tests are skipped with that reason, except under CI=true, where this fails.
set -euo pipefail

server() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if server >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing PostgreSQL" >&2
  if { apt-get -o Acquire::Retries=1 -o Acquire::http::Timeout=60 update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends postgresql; } >"$log" 2>&1; then
    exit 0
  fi
  tail -n 15 "$log" >&2
fi
echo "PostgreSQL is missing here. On Debian: sudo apt-get install postgresql" >&2
if [ "${CI:-}" = true ]; then
  echo "CI=true: these tests may not be skipped." >&2
  exit 1
fi
echo "The tests that need it will be skipped." >&2
