#!/usr/bin/env bash
# The private environment: setup.sh venv|runtime|dev PYTHON VENV. Nothing is installed outside VENV,
# except Debian's own venv module when it is missing and we are root.
set -euo pipefail
step=$1 python=$2 venv=$3

say() { printf '%s\n' "$*" >&2; }

fresh() {
  [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    say "Mingjian needs Python 3.11 or later. On Debian 12: apt-get install python3 python3-venv"
    exit 1
  }
  # A folder without an interpreter, or without pip to start from, is no environment: make it again.
  [ -x "$venv/bin/python" ] || make_venv
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 ||
    "$venv/bin/python" -m ensurepip >/dev/null 2>&1 || make_venv --clear
  say "installing uv into $venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
}

make_venv() {
  say "making $venv"
  if ! "$python" -m venv "$@" "$venv" >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "python3-venv is missing: installing it"
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
      "$python" -m venv --clear "$venv"
    else
      say "python3-venv is missing. On Debian: sudo apt-get install python3-venv, then run make again."
      exit 1
    fi
  fi
}

uv() { "$venv/bin/uv" pip "$@"; }

package() { uv install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .; }

case $step in
  venv) fresh ;;
  # Adds, never removes: a development environment stays one.
  runtime)
    say "installing what mingjian runs on"
    uv install --quiet --python "$venv/bin/python" --require-hashes -r requirements/runtime.lock
    package
    ;;
  dev)
    say "installing the development environment"
    uv sync --quiet --python "$venv/bin/python" --require-hashes requirements/dev.lock
    # The sync leaves exactly the lock, so the installer has to be put back where it removes itself.
    [ -x "$venv/bin/uv" ] || fresh
    package
    ;;
  *) say "setup.sh venv|runtime|dev PYTHON VENV"; exit 2 ;;
esac
