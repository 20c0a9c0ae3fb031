# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts beside it: where things are, and how a script speaks.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dist=$top/build/dist
demo_keys=$top/build/demo-keys
arch=$(uname -m)
version=$(sed -n 's/^project(certenv VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")

say() { printf '%s: %s\n' "${0##*/}" "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The text between "# Usage" and the first line that is no comment, when --help is asked for.
help_if_asked() {
  case "${1-}" in
  -h | --help)
    sed -n '/^# Usage/,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
    exit 0
    ;;
  esac
}

# Runs a command as root: directly, or through sudo where the caller is somebody else.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    die "this needs root and there is no sudo: run as root: $*"
  fi
}
