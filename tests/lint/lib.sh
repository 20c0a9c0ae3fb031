# SPDX-License-Identifier: Apache-2.0
# Sourced by the lints: the tree's files by kind, and a skip for a tool that is not there.
# shellcheck shell=bash disable=SC2119,SC2120
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

need() {
  command -v "$1" >/dev/null || { echo "skipped: $1 is not installed"; exit 77; }
}

tracked() { git ls-files --cached --others --exclude-standard -- "$@"; }

# Scripts of a shell, by ending or by their first line.
shell_scripts() {
  tracked | while read -r file; do
    case "$file" in
    *.sh) echo "$file" ;;
    *.*) ;;
    *) [ -f "$file" ] && head -n 1 "$file" | grep -qE '^#!.*\b(ba)?sh\b' && echo "$file" ;;
    esac
  done
  true
}
