# SPDX-License-Identifier: Apache-2.0
# Sourced by tests that need pkexec: a system bus and the real polkitd, in a mount namespace of one's own with an empty /run/dbus
# and an /etc that may be written to. A rule answers for everybody.
# shellcheck shell=bash

# Where the daemon is; nothing where there is none.
find_polkitd() {
  local place
  for place in /usr/lib/polkit-1 /usr/libexec /usr/libexec/polkit-1; do
    [ ! -x "$place/polkitd" ] || { echo "$place/polkitd"; return; }
  done
}

within_20_s() { timeout 20 sh -c 'until "$@" >/dev/null 2>&1; do sleep 0.02; done' sh "$@"; }

# polkit_process NAME COMMAND... : in the background, nobody's child, so that any process may end it.
polkit_process() { ("${@:2}" >"/run/dbus/$1.log" 2>&1 & echo $! >"/run/dbus/$1.pid"); }

# start_polkit ANSWER : the bus, and a polkitd that answers so.
start_polkit() {
  mkdir -p /run/dbus
  polkit_process bus dbus-daemon --system --nofork --nopidfile --address=unix:path=/run/dbus/system_bus_socket
  within_20_s test -S /run/dbus/system_bus_socket || { cat /run/dbus/bus.log >&2; return 1; }
  polkit_answers "$1"
}

# polkit_answers ANSWER : yes, no, auth_admin (a password is asked for), or none (polkit's own answer). From now on.
polkit_answers() {
  local rules=/etc/polkit-1/rules.d
  stop_polkitd
  mkdir -p "$rules"
  chmod 755 "$rules"
  rm -f "$rules/00-test.rules"
  [ "$1" = none ] || cat >"$rules/00-test.rules" <<END
polkit.addRule(function(action, subject) {
  polkit.log("asked " + action.id + " for " + action.lookup("program"));
  return polkit.Result.${1^^};
});
END
  polkit_process polkitd "$(find_polkitd)"
  within_20_s dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
    string:org.freedesktop.PolicyKit1 || { cat /run/dbus/polkitd.log >&2; return 1; }
}

# Nobody answers any more.
stop_polkitd() { end_polkit_process polkitd; }
stop_polkit() {
  stop_polkitd
  end_polkit_process bus
}
end_polkit_process() {
  local file=/run/dbus/$1.pid
  [ -e "$file" ] || return 0
  kill -KILL "$(cat "$file")" 2>/dev/null || true
  rm "$file"
}
