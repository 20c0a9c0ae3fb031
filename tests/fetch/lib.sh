# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of downloads: a file to fetch, the scripted server, and what a fetch must say.
# shellcheck shell=bash disable=SC2034
# shellcheck source=../flow/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../flow/lib.sh"
unset http_proxy https_proxy all_proxy no_proxy HTTPS_PROXY ALL_PROXY NO_PROXY SSL_CERT_FILE

fetch=$bin/fetch-get
started=()
stop_started() {
  local status=$? pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
  exit "$status"
}
trap stop_started EXIT

size=5000000
head -c "$size" /dev/urandom >"$work/f"
digest=$(sha256sum "$work/f" | cut -d ' ' -f 1)

# start_server USER:PASSWORD [CERTIFICATE KEY] : sets port and log; the proxy asks for them unless they are ''.
start_server() {
  log=$work/log.${#started[@]}
  : >"$log"
  : >"$work/port"
  python3 "$top/tests/fakes/http-server.py" "$work/f" "$log" "$@" >"$work/port" &
  started+=($!)
  for _ in $(seq 100); do
    port=$(cat "$work/port")
    [ -z "$port" ] || return 0
    sleep 0.1
  done
  fail "the scripted server does not start"
}

# whole COMMAND... : it fetches the whole file, once.
whole() {
  expect 0 "$@"
  says "CE-OK bytes=$size sha256=$digest"
}
