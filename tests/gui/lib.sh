# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of this tier: a session, the installer in it, pictures, and checks that say what they saw.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
gui=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$gui/../.." && pwd)
# shellcheck source=../verdict.sh
. "$top/tests/verdict.sh"
# shellcheck source=../flow/polkit.sh
. "$gui/../flow/polkit.sh"
export LC_ALL=C.UTF-8
receipt=/var/lib/certenv/receipt.json

# in_session OPTION... : goes on in a session with these options; the script starts again there, with what was in $story.
in_session() {
  [ -n "${GUI_USER-}" ] || exec "$gui/bed" "$@" -- "$0"
  work=$(mktemp -d /run/bed/test.XXXXXX)
  pictures=$top/build/tests/gui/screens/$(basename "$0")
  mkdir -p "$pictures"
}

# A part of a story: what it is, and how long the one before took.
part() {
  [ -z "${part_began-}" ] || echo "  ($(((${EPOCHREALTIME/./} - part_began) / 100000 / 10)) s)"
  part_began=${EPOCHREALTIME/./}
  [ $# -eq 0 ] || echo "$*"
}

# see, gone, choose NAME [OPTION...] : as "screen wait" and so on; the tree is shown when it is not as it should be.
see() { screen wait "$@" >"$work/seen" || unseen "$@"; }
gone() { screen wait --gone "$@" >"$work/seen" || unseen "no $*"; }
choose() { screen click --state sensitive "$@" >"$work/seen" || unseen "$@"; }
keys() { screen press "$@" >"$work/seen"; }
unseen() {
  screen dump >&2
  picture failed
  fail "not to be seen: $*"
}

# switch_language zh|en : with the button in the window's head.
switch_language() {
  choose "Switch to Chinese"
  screen language "$1"
}

# picture NAME : kept as the test's output.
picture() {
  screen shoot /run/bed/sight/picture.png >"$work/seen"
  mv /run/bed/sight/picture.png "$pictures/$1.png"
}

# page NAME : the window is as a page has to be: in the screen, with a name for everything; a picture of it, after $look.
page() {
  local x y width height
  picture "${look:+$look-}$1"
  see "Certificate environment" --role frame
  IFS=', ' read -r x y width height _ <"$work/seen"
  [ $((x < 0 || y < 0 || x + width > 1024 || y + height > 600)) -eq 0 ] ||
    fail "$1: the window is $width x $height at $x,$y"
  screen unnamed certenv >"$work/unnamed"
  [ ! -s "$work/unnamed" ] || { cat "$work/unnamed" >&2; fail "$1: a screen reader cannot name these"; }
}

# within SECONDS WHAT COMMAND... : the command succeeds by then.
within() {
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >"$work/within" 2>&1; do
    [ $SECONDS -lt "$until" ] || { cat "$work/within" >&2; picture failed; fail "$what"; }
    sleep 0.05
  done
}

installed() { [ -e "$receipt" ]; }
# After a removal the record of it stays, unless it is purged.
removed() { [ ! -e /opt/certenv ] && [ ! -e /usr/local/bin/certenv ] && [ ! -e /etc/udev/rules.d/70-certenv.rules ]; }
untouched() { [ ! -e "$receipt" ] && removed; }
# A child that its parent has not asked about yet is no process any more.
no_process() { ! pgrep --runstates D,R,S,T --uid root,"$GUI_USER" --list-full --full "$1"; }
touched() { ! untouched; }

# The installer as a download of the user, who may execute it: $setup.
fetch_setup() {
  local made
  made=$(ls "$top"/build/dist/certenv-setup-*-"$(uname -m)".run 2>/dev/null) || skip "there is no installer in build/dist"
  setup=$GUI_HOME/下载/$(basename "$made")
  install -o "$GUI_USER" -m 755 "$made" "$setup"
}

# In the session, as a double-click starts it; $wizard is its process. The first page is there then.
open_wizard() {
  as_user "$setup" >"$work/wizard.log" 2>&1 </dev/null &
  wizard=$!
  see "Certificate environment" --role frame
}

# without_gtk COMMAND... : in the session; the library is hidden from it and from all that it starts.
without_gtk() {
  local toolkit
  toolkit=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p | awk '$1 == "libgtk-3.so.0" && !found { found = $NF } END { print found }')
  [ -n "$toolkit" ] || skip "GTK 3 is not installed"
  unshare --mount sh -c 'mount --bind /dev/null "$1" && shift && exec as_user "$@"' sh "$(realpath "$toolkit")" "$@"
}

# The wizard ended by itself, with that status.
wizard_ends() {
  local status=0 limit=$((SECONDS + 20))
  while kill -0 "$wizard" 2>/dev/null; do
    [ $SECONDS -lt "$limit" ] || wizard_stays
    sleep 0.05
  done
  wait "$wizard" || status=$?
  [ "$status" -eq "$1" ] || { cat "$work/wizard.log" >&2; fail "the wizard's status is $status, not $1"; }
}
# As a person closes it; a key that a busy session has lost is pressed once more.
close_wizard() {
  local limit=$((SECONDS + 5))
  keys alt+F4
  while kill -0 "$wizard" 2>/dev/null && [ $SECONDS -lt "$limit" ]; do sleep 0.05; done
  if kill -0 "$wizard" 2>/dev/null; then
    echo "  alt+F4 was lost"
    picture key-lost
    keys alt+F4
  fi
}
wizard_stays() {
  ps -u "$GUI_USER" -o pid,ppid,stat,wchan:24,args --forest >&2
  picture failed
  fail "the wizard does not end"
}

# An engine that goes on only as far as the test lets it: what is started after hold_engines waits at polkit; take_engine stops
# the newest, $engine, and free_engines lets polkit answer.
hold_engines() { kill -STOP "$(cat /run/dbus/polkitd.pid)"; }
free_engines() { kill -CONT "$(cat /run/dbus/polkitd.pid)"; }
take_engine() {
  within 20 "no engine" newest_engine
  engine=$(cat "$work/within")
  kill -STOP "$engine"
}
newest_engine() { pgrep --newest --euid root --full "pkexec $setup " | grep -vx "${engine-}"; }
release_engine() { kill -CONT "$engine"; }

# engine_reaches COMMAND... : it goes on in small steps until the command succeeds, and stops there.
engine_reaches() {
  local step
  for ((step = 0; step < 2000; step++)); do
    if "$@"; then return; fi
    kill -CONT "$engine" 2>/dev/null || fail "the engine ended before: $*"
    sleep 0.01
    kill -STOP "$engine" 2>/dev/null || true
  done
  fail "the engine does not reach: $*"
}

ctl() { "$top/tests/device/bed" ctl "$@"; }
remove() { "$setup" uninstall --silent --purge >/dev/null; }
