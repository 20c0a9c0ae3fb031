# SPDX-License-Identifier: Apache-2.0
# Sourced by the flow tests: a scratch directory, a small repository with any number of versions, and checks that say what
# they saw. The programs are those of the release build; PROGRAM_DIR names another directory.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=../verdict.sh
. "$top/tests/verdict.sh"
bin=${PROGRAM_DIR:-$top/build/release/bin}
flow=$top/tests/flow
arch=$(uname -m)
work=$(mktemp -d "${TMPDIR:-/tmp}/certenv-flow.XXXXXX")
chmod 755 "$work"
trap 'status=$?; rm -rf "$work"; exit $status' EXIT
export LC_ALL=C.UTF-8
unset DISPLAY WAYLAND_DISPLAY 2>/dev/null || true

says_not() {
  if grep -qF -- "$1" "$work/out"; then
    cat "$work/out" >&2
    fail "it said: $1"
  fi
}

# list DIRECTORY [exclude...] : a line for each path: type, mode, owner, size, digest or link.
list() { "$flow/tree-list" "$@"; }

same_tree() {
  diff -u "$1" "$2" >&2 || fail "the trees differ: ${3-}"
}

# A package's tree: programs, a module, rules, a unit, a launcher; $2 tells versions apart.
make_payload() {
  local tree=$1 mark=$2
  mkdir -p "$tree"/{bin,lib/pkcs11,share/{udev,systemd,applications,icons,p11-kit,doc}}
  printf '#!/bin/sh\necho %s\n' "$mark" >"$tree/bin/certenv"
  chmod 755 "$tree/bin/certenv"
  head -c 300000 /dev/urandom >"$tree/lib/pkcs11/module.so"
  echo "# rules $mark" >"$tree/share/udev/70-certenv.rules"
  printf '[Unit]\nDescription=%s\n[Service]\nExecStart=/bin/true\n' "$mark" >"$tree/share/systemd/certenv-monitor.service"
  printf '[Desktop Entry]\nType=Application\nName=%s\nExec=true\n' "$mark" >"$tree/share/applications/certenv.desktop"
  printf 'module: /opt/certenv/current/lib/pkcs11/module.so\n' >"$tree/share/p11-kit/certenv.module"
  for i in 1 2 3 4 5; do echo "$mark $i" >"$tree/share/doc/file-$i"; done
  ln -sf module.so "$tree/lib/pkcs11/module.so.1"
}

template() {
  cat <<'EOF'
{"format": 1, "profile": "flow-test",
 "integration": [
  {"kind": "udev-rules", "file": "share/udev/70-certenv.rules", "target": "etc/udev/rules.d/70-certenv.rules"},
  {"kind": "p11-module", "file": "share/p11-kit/certenv.module", "target": "etc/pkcs11/modules/certenv.module"},
  {"kind": "unit", "file": "share/systemd/certenv-monitor.service",
   "target": "etc/systemd/system/certenv-monitor.service", "wanted_by": "multi-user.target"},
  {"kind": "launcher", "file": "share/applications/certenv.desktop", "target": "usr/local/share/applications/certenv.desktop"},
  {"kind": "command", "file": "bin/certenv", "target": "usr/local/bin/certenv"}],
 "prerequisites": [], "sonames": []}
EOF
}

# own_profile FILE KEY... : the profile "own", with these entries of "keys".
own_profile() {
  local file=$1 keys
  shift
  keys=$(printf ',%s' "$@")
  cat >"$file" <<EOF
{"format": 1, "id": "own", "organisation": {"zh": "本单位", "en": "Own"}, "portal_url": "http://own.example.cn/",
 "user_service_url": "http://own.example.cn/service", "phone": "1", "pin": {"initial": "", "tries": 6}, "reminder_days": 30,
 "keys": [${keys#,}]}
EOF
}

# weaken_keys KEYDIR : encrypts the keys anew, cheaply: what init makes is meant to be slow to open.
weaken_keys() {
  local key phrase
  phrase=pass:$(cat "$work/passphrase")
  for key in "$1"/*.pem; do
    openssl pkcs8 -topk8 -in "$key" -passin "$phrase" -passout "$phrase" -v2 aes-256-cbc -iter 1000 \
      -out "$key.weak" || fail "openssl pkcs8"
    mv "$key.weak" "$key"
  done
}

# new_repository DIR : an empty signed repository with keys beside it, which open fast.
new_repository() {
  echo test-passphrase >"$work/passphrase"
  "$bin/certenv-publish" init "$1" --keys "$1.keys" --passphrase-file "$work/passphrase" >/dev/null
  weaken_keys "$1.keys"
}

# add_version DIR VERSION : packs a payload of that version and makes it the current one.
add_version() {
  local tree=$work/payload-$2
  [ -d "$tree" ] || make_payload "$tree" "$2"
  template >"$work/template.json"
  "$bin/certenv-publish" pack --tree "$tree" --manifest-template "$work/template.json" --version "$2" --arch "$arch" \
    -o "$work/certenv-env_$2_$arch.tar.zst" >/dev/null
  "$bin/certenv-publish" add "$1" --keys "$1.keys" --passphrase-file "$work/passphrase" \
    --package "$work/certenv-env_$2_$arch.tar.zst" --channel stable >/dev/null
}

# make_setup DIR FILE : the self-contained installer of a repository.
make_setup() { "$bin/certenv-publish" bundle "$1" --program "$bin/certenv-setup" -o "$2" >/dev/null; }
