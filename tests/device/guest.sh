# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of "certenv keys" in a guest: a watch that runs all the time there, and what it and a look say.
# shellcheck shell=bash source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# beside_keys OPTION... : beside_guest with the program.
beside_keys() {
  [ -x "$bin/certenv" ] || skip "$bin/certenv is not built"
  beside_guest --file "$bin/certenv" --file "$device/guest/keys-say" "$@"
  inside 'mv certenv keys-say /usr/local/bin'
}

# Before a command in the guest: who runs certenv. Root is nobody: access is not judged.
as=

# The watch's newest line is the last of watch.log in the guest.
start_watch() {
  inside "setsid $as certenv keys --watch --json >watch.log 2>watch.err </dev/null & echo \$! >watch.pid"
}
stop_watch() { inside 'kill "$(cat watch.pid)"'; }

# told KEY REASON : both the watch, whose newest line it must be, and a look say it; see guest/keys-say.
told() {
  inside "as='$as' keys-say watch 60 '$1' $2 && as='$as' keys-say look 20 '$1' $2" || fail "not told: $1 $2"
}

# keys QUERY : what a look says, through the expression QUERY in Python, in which "report" and its "keys" are known.
keys() {
  inside "$as certenv keys --json || [ \$? -eq 11 ]" | python3 -c "import json, sys
report = json.load(sys.stdin)
keys = report['keys']
print($1)"
}

is() { [ "$1" = "$2" ] || fail "not '$2' but '$1'"; }

# The watch's memory in KiB, and that it still runs.
watch_memory() { inside 'sed -n "s/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$(cat watch.pid)/status"'; }

# lap NAME : says how long it took since the last one.
lap() {
  echo "$1: $((SECONDS - ${lap_s:-0})) s"
  lap_s=$SECONDS
}
