# SPDX-License-Identifier: Apache-2.0
# Sourced by shell tests: how they fail, how they say that this machine cannot run them, and what a command is expected to do.
# $work is the test's directory.
# shellcheck shell=bash disable=SC2034,SC2154

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# 77 is what CTest counts as skipped.
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

# Before what is expected: nothing, or what limits its time.
expect_through=()

# expect STATUS COMMAND... : runs it, keeps what it says in $work/out (both streams), and checks the exit status.
expect() {
  local wanted=$1 status=0
  shift
  "${expect_through[@]}" "$@" >"$work/out" 2>&1 </dev/null || status=$?
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
