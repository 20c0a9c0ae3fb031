# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of this tier: the bed, OpenSC's tools, and checks that say what they saw.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
device=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$device/../.." && pwd)
bin=${PROGRAM_DIR:-$top/build/release/bin}
export LC_ALL=C.UTF-8

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

skip() {
  echo "skipped: $*"
  exit 77
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
  done
}

# in_bed OPTION... : goes on inside a bed with these options; the script starts again there.
in_bed() {
  [ -n "${CERTENV_BED-}" ] || exec "$device/bed" run "$@" -- "$0"
  work=$(mktemp -d /run/bed/test.XXXXXX)
}

ctl() { "$device/bed" ctl "$@"; }

# expect STATUS COMMAND... : runs it, keeps what it says in $work/out (both streams), and checks the exit status.
expect() {
  local wanted=$1 status=0
  shift
  timeout 60 "$@" >"$work/out" 2>&1 </dev/null || status=$?
  if [ "$status" -ne "$wanted" ]; then
    cat "$work/out" >&2
    fail "exit status $status, not $wanted: $*"
  fi
}

# says TEXT... : the last command said all of these.
says() {
  local text
  for text in "$@"; do
    grep -qF -- "$text" "$work/out" || { cat "$work/out" >&2; fail "it did not say: $text"; }
  done
}

# beside_guest OPTION... : goes on beside a guest with these options; the script starts again there.
beside_guest() {
  [ -n "${CERTENV_BED-}" ] || exec "$device/bed" guest "$@" -- "$0"
  work=$(mktemp -d "${TMPDIR:-/tmp}/certenv-device.XXXXXX")
  trap 'status=$?; rm -rf "$work"; exit $status' EXIT
}

# inside SCRIPT... : runs bash in the guest.
inside() { "$device/bed" exec --limit 300 "$@"; }

# comes_true SCRIPT : the script in the guest succeeds, within two minutes (the machine is an emulated one).
comes_true() {
  inside "for _ in \$(seq 600); do { $1; } >/dev/null 2>&1 && exit; sleep 0.2; done; $1; exit 1" || fail "never true: $1"
}
